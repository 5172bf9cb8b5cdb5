"""The catalogue: what is sold, how it is packed, named and found."""

from models.catalog.category import Category
from models.catalog.codes import CodeKind, CodeMatch, match_codes, plain_code, product_ids_of
from models.catalog.describing import PRICE_PER, CatalogueFacts, add_product, describe_product
from models.catalog.editing import SellingFacts, change_selling_facts, check_order_rules
from models.catalog.packing import EACH, PackFacts, change_packs, codes_of
from models.catalog.part_numbers import own_numbers_of, remember_part_number
from models.catalog.picturing import MOST_BYTES as MOST_PICTURE_BYTES
from models.catalog.picturing import (
    MOST_PICTURES,
    add_picture,
    describe_picture,
    pictures_of,
    put_picture,
    require_picture,
    show_first,
    source_of,
    take_off_picture,
)
from models.catalog.product import (
    BACKORDER_POLICIES,
    LIFECYCLES,
    PACK_UNITS,
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
from models.catalog.shelving import brand_ids, category_names, free_slugs, shelf_ids

__all__ = [
    "BACKORDER_POLICIES",
    "EACH",
    "LIFECYCLES",
    "MOST_PICTURES",
    "MOST_PICTURE_BYTES",
    "PACK_UNITS",
    "PRICE_PER",
    "SPECIAL",
    "TAX_CATEGORIES",
    "AccountPartNumber",
    "Barcode",
    "Brand",
    "CatalogueFacts",
    "Category",
    "CodeKind",
    "CodeMatch",
    "Found",
    "Hit",
    "Pack",
    "PackFacts",
    "Product",
    "ProductImage",
    "SearchWord",
    "SellingFacts",
    "Substitute",
    "Suggestion",
    "add_picture",
    "add_product",
    "brand_ids",
    "category_names",
    "change_packs",
    "change_selling_facts",
    "check_order_rules",
    "codes_of",
    "describe_picture",
    "describe_product",
    "find",
    "free_slugs",
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
    "shelf_ids",
    "show_first",
    "source_of",
    "suggest",
    "take_off_picture",
]
