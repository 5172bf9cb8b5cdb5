"""The products of the past: one per code, without a price."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import ARRAY, Text, any_, func, literal, select
from sqlalchemy.orm import Session

from models.catalog import Category, Product, plain_code, refresh
from models.history.books import ORIGIN
from models.kernel.bulk import insert_rows

SHELF = "Imported"


def product_ids(session: Session, codes: Mapping[str, str]) -> dict[str, int]:
    """{code: product id} of those codes, in capitals, that the catalogue knows."""
    rows = session.execute(
        select(func.upper(Product.sku), Product.id).where(
            func.upper(Product.sku) == any_(literal(list(codes), ARRAY(Text)))
        )
    )
    return {row[0]: row[1] for row in rows}


def write_goods(session: Session, goods: Mapping[str, str]) -> int:
    """Adds the products, {code: name}, that are missing; gives how many.

    They are active, have no price (which shops show as “price on request”) and stand in a
    category of their own. Products that are there already stay as they are.
    """
    there = product_ids(session, goods)
    missing = {code: name for code, name in goods.items() if code not in there}
    if not missing:
        return 0
    category_id = _shelf(session)
    slugs = _slugs(session, missing)
    ids = insert_rows(
        session,
        Product,
        [
            {
                "sku": code,
                "sku_plain": plain_code(code),
                "slug": slugs[code],
                "name": name,
                "category_id": category_id,
                "lifecycle": "active",
                "origin": ORIGIN,
            }
            for code, name in missing.items()
        ],
    )
    refresh(session, ids)
    return len(ids)


def _shelf(session: Session) -> int:
    path = SHELF.lower()
    found = session.scalars(select(Category).where(Category.path == path)).first()
    if found is None:
        found = Category(path=path, slug=path, name=SHELF, position=9999)
        session.add(found)
        session.flush()
    return found.id


def _slugs(session: Session, goods: Mapping[str, str]) -> dict[str, str]:
    """An address for each, from name and code; codes that look the same in it are told apart."""
    wanted = {code: _slug(f"{name} {code}") for code, name in goods.items()}
    used = set(
        session.scalars(
            select(Product.slug).where(
                Product.slug == any_(literal(list(wanted.values()), ARRAY(Text)))
            )
        )
    )
    slugs: dict[str, str] = {}
    for code, slug in wanted.items():
        candidate, n = slug, 1
        while candidate in used:
            n += 1
            candidate = f"{slug}-{n}"
        used.add(candidate)
        slugs[code] = candidate
    return slugs


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "product"
