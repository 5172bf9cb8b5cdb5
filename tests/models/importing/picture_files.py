"""Zips of pictures, good ones and such as no import may take."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from PIL import Image

Bad = tuple[str, Callable[[], bytes], str]
"""A name for the test, the bytes when they are wanted, and how the refusal begins."""


def picture(
    colour: str = "green", size: tuple[int, int] = (60, 40), form: str = "JPEG", **options: object
) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form, **options)
    return out.getvalue()


def zipped(files: dict[str, bytes], *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """These files as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def every_bad_zip() -> Iterator[Bad]:
    """Zips that are refused whole."""
    yield "a csv", lambda: b"sku,name\nA,B\n", "file.csv is no zip"
    yield "nothing", lambda: b"", "file.csv is no zip"
    yield "a mark alone", lambda: b"PK\3\4", "file.csv is damaged"
    yield "cut", lambda: zipped({"TR-1.jpg": picture(size=(400, 400))})[:300], "file.csv is damaged"
    yield "empty", lambda: zipped({}), "There are no pictures"
    yield (
        "clutter",
        lambda: zipped({"__MACOSX/TR-1.jpg": b"x", "a/.DS_Store": b"x"}),
        "There are no",
    )
    yield "a bomb", lambda: zipped({"TR-1.jpg": bytes(120 << 20)}), "file.csv unpacks to more"
    yield (
        "many bombs",
        lambda: zipped({f"{n}.jpg": bytes(9 << 20) for n in range(13)}),
        "file.csv u",
    )
    yield "many files", lambda: zipped({f"{n}.jpg": b"" for n in range(1_001)}), "file.csv holds"
    yield "a locked one", _locked, "file.csv is locked by a password"


def every_bad_picture() -> Iterator[Bad]:
    """Zips with one file that is none that can be taken."""
    for name, content in (
        ("a huge one", _png_of(30_000, 30_000)), ("a tall one", _png_of(4, 9_000_000)),
    ):  # fmt: skip
        yield name, lambda it=content: zipped({"TR-1.png": it}), "The picture has"
    rows: dict[str, Callable[[], bytes]] = {
        "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        "html": lambda: b"<html><script>alert(1)</script></html>",
        "gif": lambda: picture(form="GIF"), "bmp": lambda: picture(form="BMP"),
        "tiff": lambda: picture(form="TIFF"), "pdf": lambda: b"%PDF-1.7\n",
        "noise": lambda: random.Random(1).randbytes(5_000), "nothing inside": lambda: b"",
        "a zip inside": lambda: zipped({"a": bytes(1 << 20)}),
        "a link": lambda: b"../../etc/passwd",
    }  # fmt: skip
    for name, make in rows.items():
        yield name, lambda it=make: zipped({"TR-1.jpg": it()}), "This is no JPEG, PNG or WebP"
    for form in ("JPEG", "PNG", "WEBP"):
        yield f"{form} cut", lambda it=form: zipped({"TR-1.x": _cut(it)}), "The picture is damaged"
        yield (
            f"{form} head alone",
            lambda it=form: zipped({"TR-1.x": picture(form=it)[:14]}),
            "The p",
        )
    yield (
        "an endless text",
        lambda: zipped({"TR-1.png": _with_text_bomb()}),
        "The picture is damaged",
    )
    yield (
        "11 MB",
        lambda: zipped({"TR-1.jpg": b"\xff\xd8\xff" + bytes(11 << 20)}),
        "The picture is l",
    )
    yield "a way out", lambda: zipped({"../../../x.jpg": picture()}), "There is no product x."
    yield "the ninth", lambda: zipped({"TR-1-9.jpg": picture()}), "A product has at most 8"
    yield "twice", lambda: zipped({"a/TR-1.jpg": picture(), "b/tr-1.png": picture()}), "Line 1 is"
    yield "scratched inside", _scratched, "The file is damaged: it cannot be unpacked."


def _png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large; its rows would all be zero."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _with_text_bomb() -> bytes:
    """A small PNG with a text that unpacks to 80 MB."""
    whole = picture(form="PNG")
    data = b"a\0\0" + zlib.compress(bytes(80 << 20))
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + data))
    return whole[:33] + chunk + whole[33:]


def _cut(form: str) -> bytes:
    whole = picture(size=(600, 600), form=form)
    return whole[: len(whole) * 2 // 3]


def _locked() -> bytes:
    whole = bytearray(zipped({"TR-1.jpg": picture()}))
    whole[6] |= 1
    whole[whole.rindex(b"PK\1\2") + 8] |= 1
    return bytes(whole)


def _scratched() -> bytes:
    whole = bytearray(zipped({"TR-1.jpg": random.Random(2).randbytes(4_000)}))
    for place in range(400, 800, 7):
        whole[place] ^= 0xFF
    return bytes(whole)
