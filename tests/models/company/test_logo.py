"""A logo is made anew from what is harmless in it, or refused with a sentence."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from models.company.logo import cleaned
from models.kernel.errors import Refused

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" '
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink" '


def png(width: int = 40, height: int = 20, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, kind, comment=b"<script>")
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_keeps_its_pixels_and_nothing_else(kind: str) -> None:
    clean, media_type = cleaned(png(1600, 400, kind) + b"<script>alert(1)</script>")
    assert media_type == "image/png"
    assert b"script" not in clean
    assert Image.open(io.BytesIO(clean)).size == (800, 200)


def test_a_drawing_keeps_its_shapes_and_plain_styles() -> None:
    drawn = (
        f'{HEAD}width="9"><metadata>who</metadata><g style="fill:#f00;behavior:x" data-a="1">'
        '<path d="M0 0h9" fill="url(#a)"/></g><style>*{x:y}</style></svg>'
    )
    clean, media_type = cleaned(drawn.encode())
    assert media_type == "image/svg+xml"
    text = clean.decode()
    assert 'fill="#f00"' in text
    assert "M0 0h9" in text
    for gone in ("metadata", "behavior", "data-a", "style"):
        assert gone not in text


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        ("><script>alert(1)</script></svg>", "“script”"),
        ("onload='alert(1)'></svg>", "runs a script"),
        ("><foreignObject/></svg>", "“foreignObject”"),
        ("><image href='https://evil.example/x.png'/></svg>", "“image”"),
        ("><rect fill='url(https://evil.example)'/></svg>", "outside the file"),
        (XLINK + "><use xlink:href='https://evil.example#a'/></svg>", "outside the file"),
        ("><use href='javascript:alert(1)'/></svg>", "outside the file"),
        ("><rect style='fill:url(//evil.example)'/></svg>", "outside the file"),
        ("><g></svg>", "damaged"),
        (">" + "<g/>" * 2001 + "</svg>", "more than 2,000 parts"),
    ],
)
def test_a_drawing_that_does_more_is_refused(drawn: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        cleaned((HEAD + drawn).encode())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose a picture"),
        (b"GIF89a", "PNG, a JPEG or an SVG"),
        (b"%PDF-1.7", "PNG, a JPEG or an SVG"),
        (png()[:60], "damaged"),
        (b"\xff\xd8\xff" + b"x" * 50, "damaged"),
        (b"\x89PNG" + bytes(3 << 20), "larger than 2 MB"),
        (b'<?xml version="1.0"?><html/>', "no SVG drawing"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "declares entities"),
    ],
)
def test_what_is_no_logo_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        cleaned(content)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    small = bytearray(png(10, 10))
    small[16:24] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises(Refused, match=r"pixels|damaged"):
        cleaned(bytes(small))
