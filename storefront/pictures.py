"""Product pictures, named by what is in them and so kept by browsers for ever."""

from __future__ import annotations

import re

from flask import Response, current_app, send_file
from sqlalchemy import or_, select

from models.catalog import Product, ProductImage
from models.kernel.errors import NotFound
from models.kernel.files import FileStore, StoredFile
from web.access import Pages, anyone
from web.transactions import session

pages = Pages("pictures", __name__, url_prefix="/pictures")
DIGEST = re.compile(r"[0-9a-f]{64}")
SAFE_TYPES = frozenset(
    {"image/svg+xml", "image/png", "image/jpeg", "image/webp", "image/avif", "image/gif"}
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A picture opened alone runs nothing, whatever it holds."""


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
    files: FileStore = current_app.extensions["files"]
    answer = send_file(files.open(stored), stored.media_type, etag=digest, max_age=31536000)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
