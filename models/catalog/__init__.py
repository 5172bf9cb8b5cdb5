"""The catalogue: what is sold, how it is packed, named and found."""

from models.catalog.category import Category
from models.catalog.codes import CodeKind, CodeMatch, match_codes, plain_code, product_ids_of
from models.catalog.editing import SellingFacts, change_selling_facts, check_order_rules
from models.catalog.part_numbers import own_numbers_of, remember_part_number
from models.catalog.picturing import MOST_BYTES as MOST_PICTURE_BYTES
from models.catalog.picturing import (
    MOST_PICTURES,
    pictures_of,
    put_picture,
    require_picture,
    source_of,
)
from models.catalog.product import (
    BACKORDER_POLICIES,
    LIFECYCLES,
    SPECIAL,
    TAX_CATEGORIES,
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
    "BACKORDER_POLICIES",
    "LIFECYCLES",
    "MOST_PICTURES",
    "MOST_PICTURE_BYTES",
    "SPECIAL",
    "TAX_CATEGORIES",
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
    "SellingFacts",
    "Substitute",
    "Suggestion",
    "change_selling_facts",
    "check_order_rules",
    "find",
    "match_codes",
    "matching",
    "own_numbers_of",
    "pictures_of",
    "plain_code",
    "product_ids_of",
    "put_picture",
    "refresh",
    "remember_part_number",
    "require_picture",
    "source_of",
    "suggest",
]
