"""Pictures that people send: looked at, decoded within limits, and drawn anew, so that nothing but
their pixels stays."""

from __future__ import annotations

import io
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from models.kernel.errors import Refused

MOST_PIXELS = 25_000_000
DAMAGED = "The picture is damaged: it cannot be opened."
ENDINGS = {b"\x89PN": b"IEND", b"\xff\xd8\xff": b"\xff\xd9"}
"""How a whole PNG and a whole JPEG end, by their first three bytes."""


def size_of(content: bytes, formats: Collection[str], *, field: str = "") -> tuple[int, int]:
    """Width and height, as its head says. Refused for what is not whole, for another format, and
    for more than 25 million pixels. Nothing is decoded."""
    with _opened(content, formats, field) as image:
        width, height = image.size
        return (height, width) if image.getexif().get(0x0112, 1) >= 5 else (width, height)


def require_whole(content: bytes, formats: Collection[str], *, field: str = "") -> None:
    """Refused for what `redrawn` would refuse: it is decoded, as small as that can be done."""
    with _opened(content, formats, field) as image:
        image.draft(None, (1, 1))
        image.load()


def redrawn(
    content: bytes,
    formats: Collection[str],
    *,
    longest_side: int,
    save_as: str,
    field: str = "",
    **options: Any,
) -> bytes:
    """The picture upright, at most so large, encoded anew as `save_as`. Refused as `size_of` is."""
    from PIL import ImageOps

    with _opened(content, formats, field) as image:
        image.draft(None, (longest_side, longest_side))
        image.load()
        upright = ImageOps.exif_transpose(image)
        has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
        drawn = upright.convert("RGBA" if has_alpha else "RGB")
        drawn.thumbnail((longest_side, longest_side))
        out = io.BytesIO()
        drawn.info.clear()
        drawn.save(out, save_as, **options)
    return out.getvalue()


@contextmanager
def _opened(content: bytes, formats: Collection[str], field: str) -> Iterator[Any]:
    from PIL import Image, ImageFile, UnidentifiedImageError

    # WeasyPrint tells Pillow to take truncated pictures; what people send has to be whole.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    if not _is_whole(content):
        raise Refused(DAMAGED, field=field)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=tuple(formats)) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise Refused(
                        f"The picture has {image.width} by {image.height} pixels. "
                        "Make it at most 5,000 by 5,000.",
                        field=field,
                    )
                yield image
    except Image.DecompressionBombError:
        raise Refused(
            "The picture has far more than 25 million pixels. Make it at most 5,000 by 5,000.",
            field=field,
        ) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Refused(DAMAGED, field=field) from None


def _is_whole(content: bytes) -> bool:
    if content[:4] == b"RIFF":
        return int.from_bytes(content[4:8], "little") + 8 <= len(content)
    return ENDINGS.get(content[:3], b"") in content
