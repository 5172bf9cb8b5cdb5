"""Products, categories and brands for tests."""

from __future__ import annotations

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from models.catalog import AccountPartNumber, Barcode, Brand, Category, Product

_numbers = count(1)


def make_category(session: Session, path: str | None = None, **facts: Any) -> Category:
    path = path or f"category-{next(_numbers)}"
    slug = path.rsplit("/", 1)[-1]
    name = slug.replace("-", " ").capitalize()
    category = Category(**{"path": path, "slug": slug, "name": name} | facts)
    session.add(category)
    session.flush()
    return category


def make_brand(session: Session, **facts: Any) -> Brand:
    brand = Brand(**{"name": f"Brand {next(_numbers)}"} | facts)
    session.add(brand)
    session.flush()
    return brand


def make_product(session: Session, **facts: Any) -> Product:
    """An active product, sold singly, at standard tax."""
    number = next(_numbers)
    sku = facts.setdefault("sku", f"SKU-{number:05d}")
    plain = "".join(each for each in sku.upper() if each.isalnum())
    usual = {"sku_plain": plain, "slug": f"product-{number}", "name": f"Product {number}"}
    product = Product(**usual | facts)
    session.add(product)
    session.flush()
    return product


def make_barcode(session: Session, product: Product, code: str, **facts: Any) -> Barcode:
    barcode = Barcode(product_id=product.id, code=code, **facts)
    session.add(barcode)
    session.flush()
    return barcode


def make_part_number(
    session: Session, account_id: int, product: Product, code: str
) -> AccountPartNumber:
    number = AccountPartNumber(account_id=account_id, product_id=product.id, code=code)
    session.add(number)
    session.flush()
    return number
