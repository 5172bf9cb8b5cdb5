"""The product whose code is nearest to an unknown one: only ever offered, never taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.catalog import Product, plain_code
from models.checkout.shopper import Shopper
from models.pricing import IS_VISIBLE, seen_by

MOST_SUGGESTED = 200
MOST_COMPARED = 5000
NEAR_ENOUGH = 70
COMMON_LETTERS = 3
MISREAD = str.maketrans("OIZSB", "01258")


def nearest_products(session: Session, shopper: Shopper, codes: Sequence[str]) -> dict[str, Any]:
    """By code, the visible product (id, sku, name) with the most similar SKU, in one statement.

    Codes share their first three signs with what is offered. At most 200 are looked up.
    """
    plains = {code: plain_code(code) for code in codes[:MOST_SUGGESTED]}
    beginnings = {
        begun[:COMMON_LETTERS]
        for plain in plains.values()
        if plain
        for begun in (plain, _alike(plain))
    }
    if not beginnings:
        return {}
    rows = session.execute(
        select(Product.id, Product.sku, Product.sku_plain, Product.name)
        .where(
            func.left(Product.sku_plain, COMMON_LETTERS).in_(beginnings),
            IS_VISIBLE,
        )
        .order_by(Product.id)
        .limit(MOST_COMPARED),
        seen_by(shopper.context),
    ).all()
    by_code = {_alike(row.sku_plain): row for row in rows}
    found = {}
    for code, plain in plains.items():
        best = process.extractOne(
            plain, by_code.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH
        )
        if best:
            found[code] = by_code[best[0]]
    return found


def _alike(plain: str) -> str:
    """The code with letters that are misread for digits written as those digits."""
    return plain.translate(MISREAD)
