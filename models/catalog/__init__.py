"""The catalogue: what is sold, how it is packed, named and found."""

from models.catalog.category import Category
from models.catalog.codes import CodeKind, CodeMatch, match_codes, plain_code, product_ids_of
from models.catalog.product import (
    LIFECYCLES,
    AccountPartNumber,
    Barcode,
    Brand,
    Pack,
    Product,
    ProductImage,
    SearchWord,
    Substitute,
)
from models.catalog.searching import Found, Hit, Suggestion, find, matching, refresh, suggest

__all__ = [
    "LIFECYCLES",
    "AccountPartNumber",
    "Barcode",
    "Brand",
    "Category",
    "CodeKind",
    "CodeMatch",
    "Found",
    "Hit",
    "Pack",
    "Product",
    "ProductImage",
    "SearchWord",
    "Substitute",
    "Suggestion",
    "find",
    "match_codes",
    "matching",
    "plain_code",
    "product_ids_of",
    "refresh",
    "suggest",
]
