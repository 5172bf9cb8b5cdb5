"""Where a product stands in the catalogue: its category, its brand, its address."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ARRAY, Text, any_, literal, select
from sqlalchemy.orm import Session

from models.catalog.category import Category
from models.catalog.codes import without_accents
from models.catalog.product import Brand, Product
from models.kernel.bulk import insert_rows


def category_names(session: Session) -> dict[int | None, str]:
    """Each category's names from the top: `Garden > Hand tools`."""
    rows = {row.id: row for row in session.execute(
        select(Category.id, Category.name, Category.parent_id))}  # fmt: skip
    names: dict[int | None, str] = {}
    for id_, row in rows.items():
        parts, at = [row.name], row.parent_id
        while at is not None and len(parts) < 20:
            parts.append(rows[at].name)
            at = rows[at].parent_id
        names[id_] = " > ".join(reversed(parts))
    return names


def shelf_ids(session: Session, wanted: Collection[str]) -> dict[str, int]:
    """The ids of these categories, named from the top, by name; those that are missing are made."""
    known = {name: id_ for id_, name in category_names(session).items() if id_ is not None}
    by_path = dict(session.execute(select(Category.path, Category.id)).all())
    for full in sorted(wanted):
        parts = full.split(" > ")
        for depth in range(1, len(parts) + 1):
            name = " > ".join(parts[:depth])
            if name in known:
                continue
            path = "/".join(slug_of(part) for part in parts[:depth])
            if path not in by_path:
                made = Category(
                    path=path, slug=slug_of(parts[depth - 1]), name=parts[depth - 1],
                    parent_id=known.get(" > ".join(parts[: depth - 1])),
                )  # fmt: skip
                session.add(made)
                session.flush()
                by_path[path] = made.id
            known[name] = by_path[path]
    return known


def brand_ids(session: Session, wanted: Collection[str]) -> dict[str, int]:
    """The ids of these brands by name; those that are missing are made."""
    known = dict(session.execute(select(Brand.name, Brand.id)).all())
    missing = sorted(set(wanted) - known.keys())
    ids = insert_rows(session, Brand, [{"name": name} for name in missing])
    return known | dict(zip(missing, ids, strict=True))


def free_slugs(session: Session, products: Iterable[tuple[str, str]]) -> list[str]:
    """For each (name, SKU) the address that no product has."""
    bases = [slug_of(f"{name[:60]} {sku}") for name, sku in products]
    used = _used_slugs(session, bases)
    slugs = []
    for base in bases:
        slug, number = base, 1
        while slug in used:
            number += 1
            slug = f"{base}-{number}"
        used.add(slug)
        slugs.append(slug)
    return slugs


def _used_slugs(session: Session, bases: Sequence[str]) -> set[str]:
    """Which of these addresses products have, with the numbered ones of those that are wanted more
    than once."""
    theirs = literal(list(set(bases)), ARRAY(Text))
    used = set(session.scalars(select(Product.slug).where(Product.slug == any_(theirs))))
    again = used | {base for base, count in Counter(bases).items() if count > 1}
    if again:
        numbered = literal([f"{base}-%" for base in again], ARRAY(Text))
        used |= set(session.scalars(select(Product.slug).where(Product.slug.like(any_(numbered)))))
    return used


def slug_of(words: str) -> str:
    """Words as an address has them."""
    return re.sub(r"[^a-z0-9]+", "-", without_accents(words).lower()).strip("-") or "item"
