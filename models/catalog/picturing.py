"""Pictures of products: several, in the order shown; the first is the one that lists show."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.catalog.product import Product, ProductImage
from models.kernel.errors import Refused
from models.kernel.files import FileStore
from models.kernel.pictures import redrawn, require_whole, size_of

KIND, WEBP = "product.picture", "image/webp"
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PICTURES = 8
MOST_BYTES = 10 * 1024 * 1024
LONGEST_SIDE = 1600
QUALITY = 82


def pictures_of(session: Session, product_id: int) -> Sequence[ProductImage]:
    """A product's pictures, in the order shown."""
    return session.scalars(
        select(ProductImage)
        .where(ProductImage.product_id == product_id)
        .order_by(ProductImage.position)
    ).all()


def source_of(content: bytes) -> str:
    """What a picture is made from, in words that are the same for the same file alone.

    Refused for what is no JPEG, PNG or WebP, is damaged, or has more than 10 MB or 25 million
    pixels.
    """
    if len(content) > MOST_BYTES:
        raise Refused("The picture is larger than 10 MB. Make it smaller.")
    is_known = content[:3] in (b"\x89PN", b"\xff\xd8\xff") or content[8:12] == b"WEBP"
    if not is_known:
        raise Refused("This is no JPEG, PNG or WebP, whatever it is called.")
    width, height = size_of(content, FORMATS)
    size = max(1, len(content) // 1024)
    return f"{width} × {height}, {size:,} KB, {sha256(content).hexdigest()[:12]}"


def require_picture(content: bytes) -> None:
    """Refused, where `source_of` is not, for what is damaged further on than its head."""
    require_whole(content, FORMATS)


def put_picture(
    session: Session,
    files: FileStore,
    product: Product,
    place: int,
    content: bytes,
    *,
    file_name: str,
) -> ProductImage:
    """Shows the picture at this place (1 is first), instead of one that is there.

    It is kept as a WebP of at most 1,600 by 1,600, of nothing but its pixels. Refused as
    `source_of` is, for one that is damaged further on, and for a place beyond the eighth.
    """
    if not 1 <= place <= MOST_PICTURES:
        raise Refused(f"A product has at most {MOST_PICTURES} pictures.")
    source = source_of(content)
    drawn = redrawn(content, FORMATS, longest_side=LONGEST_SIDE, save_as="WEBP", quality=QUALITY)
    stored = files.put(
        session, drawn, kind=KIND, owner=product, media_type=WEBP,
        file_name=f"{file_name.rpartition('.')[0] or file_name}.webp",
    )  # fmt: skip
    image = session.scalars(
        select(ProductImage).where(
            ProductImage.product_id == product.id, ProductImage.position == place
        )
    ).first()
    if image is None:
        image = ProductImage(product_id=product.id, position=place)
        session.add(image)
    image.sha256, image.media_type, image.source = stored.sha256, WEBP, source
    session.flush()
    first = select(func.min(ProductImage.position)).where(ProductImage.product_id == product.id)
    if session.scalar(first) == place:
        product.image = stored.sha256
    session.flush()
    return image
