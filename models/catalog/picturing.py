"""Pictures of products: several, in the order shown; the first is the one that lists show."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.catalog.editing import locked_product
from models.catalog.product import Product, ProductImage
from models.kernel import activity
from models.kernel.activity import Actor
from models.kernel.errors import NotFound, Refused
from models.kernel.files import FileStore
from models.kernel.pictures import redrawn, require_whole, size_of

KIND, WEBP = "product.picture", "image/webp"
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PICTURES = 8
MOST_BYTES = 10 * 1024 * 1024
LONGEST_SIDE = 1600
QUALITY = 82
LONGEST_DESCRIPTION = 200


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


def add_picture(
    session: Session,
    files: FileStore,
    product_id: int,
    content: bytes,
    *,
    file_name: str,
    description: str = "",
    by: Actor,
) -> ProductImage:
    """Shows another picture after those that are there, with the words for those who do not see
    it. Refused as `put_picture` is, for a ninth one, and for a special."""
    product = locked_product(session, product_id, None)
    places = {row.position for row in pictures_of(session, product_id)}
    free = [place for place in range(1, MOST_PICTURES + 1) if place > max(places, default=0)]
    if len(places) >= MOST_PICTURES:
        raise Refused(f"A product has at most {MOST_PICTURES} pictures. Take one off first.")
    if not free:
        _put_in_order(session, pictures_of(session, product_id))
        free = [len(places) + 1]
    image = put_picture(session, files, product, free[0], content, file_name=file_name)
    image.description = description.strip()[:LONGEST_DESCRIPTION]
    _record(session, product, by, added=file_name)
    return image


def show_first(session: Session, product_id: int, image_id: int, *, by: Actor) -> None:
    """Lists show this picture; the others follow in the order that they had. NotFound for one of
    another product."""
    product = locked_product(session, product_id, None)
    image = _found(session, product_id, image_id)
    others = [row for row in pictures_of(session, product_id) if row.id != image.id]
    _put_in_order(session, [image, *others])
    product.image = image.sha256
    _record(session, product, by, first=image.id)


def describe_picture(
    session: Session, product_id: int, image_id: int, description: str, *, by: Actor
) -> None:
    """Says what is on a picture, for those who do not see it. NotFound as above."""
    product = locked_product(session, product_id, None)
    _found(session, product_id, image_id).description = description.strip()[:LONGEST_DESCRIPTION]
    _record(session, product, by, described=image_id)


def take_off_picture(session: Session, product_id: int, image_id: int, *, by: Actor) -> None:
    """The product is no longer shown with this picture; its file stays. NotFound as above."""
    product = locked_product(session, product_id, None)
    session.delete(_found(session, product_id, image_id))
    session.flush()
    product.image = next((row.sha256 for row in pictures_of(session, product_id)), "")
    _record(session, product, by, taken_off=image_id)


def _found(session: Session, product_id: int, image_id: int) -> ProductImage:
    image = session.get(ProductImage, image_id)
    if image is None or image.product_id != product_id:
        raise NotFound("There is no such picture.")
    return image


def _put_in_order(session: Session, images: Sequence[ProductImage]) -> None:
    """Places 1, 2, 3; by way of places that none has, since no two may have the same."""
    for place, image in enumerate(images, 1):
        image.position = -place
    session.flush()
    for place, image in enumerate(images, 1):
        image.position = place
    session.flush()


def _record(session: Session, product: Product, by: Actor, **said: Any) -> None:
    activity.record(
        session, "product.pictures_changed", by=by, subject=product, sku=product.sku, **said
    )
