"""The catalogue: what is sold, how it is packed, named and found."""

from models.catalog.category import Category
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

__all__ = [
    "LIFECYCLES",
    "AccountPartNumber",
    "Barcode",
    "Brand",
    "Category",
    "Pack",
    "Product",
    "ProductImage",
    "SearchWord",
    "Substitute",
]
