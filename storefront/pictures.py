"""Product pictures, named by what is in them and so kept by browsers for ever."""

from __future__ import annotations

import re

from flask import Response, current_app, send_file
from sqlalchemy import or_, select

from models.catalog import Product, ProductImage
from models.kernel.errors import NotFound
from models.kernel.files import FileStore, StoredFile
from models.kernel.seller import Seller
from web.access import Pages, anyone
from web.transactions import session

pages = Pages("pictures", __name__, url_prefix="/pictures")
COLOUR = re.compile(r"[0-9a-f]{6}")
DIGEST = re.compile(r"[0-9a-f]{64}")
SAFE_TYPES = frozenset(
    {"image/svg+xml", "image/png", "image/jpeg", "image/webp", "image/avif", "image/gif"}
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A picture opened alone runs nothing, whatever it holds."""


@pages.get("/logo/<digest>", access=anyone)
def logo(digest: str) -> Response:
    """The company's logo with this SHA-256; one that was replaced is gone."""
    if not DIGEST.fullmatch(digest):
        raise NotFound("There is no such picture.")
    stored = (
        session()
        .scalars(
            select(StoredFile)
            .join(Seller, Seller.logo_file_id == StoredFile.id)
            .where(StoredFile.sha256 == digest, StoredFile.media_type.in_(SAFE_TYPES))
            .limit(1)
        )
        .first()
    )
    if stored is None:
        raise NotFound("There is no such picture.")
    return _kept_for_ever(stored, digest)


@pages.get("/colour/<colour>.css", access=anyone)
def colour(colour: str) -> Response:
    """A style sheet that says nothing but the company's colour."""
    if not COLOUR.fullmatch(colour):
        raise NotFound("There is no such colour.")
    answer = Response(f":root {{ --brand: #{colour}; }}\n", mimetype="text/css")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


@pages.get("/<digest>", access=anyone)
def picture(digest: str) -> Response:
    """The picture with this SHA-256, if it is one of a product."""
    if not DIGEST.fullmatch(digest):
        raise NotFound("There is no such picture.")
    is_products = or_(
        select(Product.id).where(Product.image == digest).exists(),
        select(ProductImage.id).where(ProductImage.sha256 == digest).exists(),
    )
    stored = session().scalars(
        select(StoredFile)
        .where(
            StoredFile.sha256 == digest,
            StoredFile.kind.in_(("product.picture", "picture")),
            StoredFile.media_type.in_(SAFE_TYPES),
            is_products,
        )
        .limit(1)
    ).first()  # fmt: skip
    if stored is None:
        raise NotFound("There is no such picture.")
    return _kept_for_ever(stored, digest)


def _kept_for_ever(stored: StoredFile, digest: str) -> Response:
    files: FileStore = current_app.extensions["files"]
    answer = send_file(files.open(stored), stored.media_type, etag=digest, max_age=31536000)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
