"""In what a product is packed, and the barcodes that scan for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum import ean

from models.catalog.editing import locked_product
from models.catalog.product import PACK_UNITS, Barcode, Pack, Product
from models.kernel import activity, clock
from models.kernel.activity import Actor
from models.kernel.errors import Refused
from models.kernel.quantity import plain

EACH = "each"
MOST = Decimal(9_999_999)
GTIN_LENGTHS = (8, 12, 13, 14)


@dataclass(frozen=True, slots=True)
class PackFacts:
    """How many base units a pack holds, its gross weight in grams and its size in millimetres;
    0 where that is not known."""

    quantity: Decimal
    weight_grams: int = 0
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0


def change_packs(
    session: Session,
    product_id: int,
    packs: Mapping[str, PackFacts],
    codes: Mapping[str, str],
    *,
    version: int,
    by: Actor,
) -> Product:
    """The product is packed so, and scans by these codes, from now on.

    `packs` by unit (inner, case, pallet); one that is not there is taken away. `codes` by unit,
    each alone for one by one, as text with several apart by blanks; a code that is no longer there
    is kept as an old one, so that goods on the shelf still scan. Refused, naming the field, for a
    pack that holds no more than the one before it, and for a GTIN with a wrong check digit;
    Conflict when the product changed since it was seen.
    """
    product = locked_product(session, product_id, version)
    _check(product, packs)
    before = {
        row.unit: row for row in session.scalars(select(Pack).where(Pack.product_id == product_id))
    }
    said = {unit: _told(row) for unit, row in before.items() if unit != EACH}
    for unit, row in before.items():
        if unit not in packs and unit != EACH:
            session.delete(row)
    for unit, facts in packs.items():
        kept = before.get(unit) or Pack(product_id=product_id, unit=unit)
        for name, value in asdict(facts).items():
            setattr(kept, name, value)
        session.add(kept)
    changes = _put_codes(
        session, product, {unit: _codes(unit, text) for unit, text in codes.items()}
    )
    session.flush()
    after = {unit: _told(facts) for unit, facts in packs.items()}
    if said == after and not changes:
        return product
    product.version = product.version + 1
    activity.record(
        session, "product.packs_changed", by=by, subject=product, sku=product.sku, before=said,
        after=after, **changes,
    )  # fmt: skip
    return product


def codes_of(session: Session, product_id: int) -> dict[str, list[str]]:
    """The barcodes in use, by the unit that they stand for."""
    found: dict[str, list[str]] = {}
    rows = session.execute(
        select(Barcode.unit, Barcode.code)
        .where(Barcode.product_id == product_id, Barcode.retired_at.is_(None))
        .order_by(Barcode.id)
    )
    for unit, code in rows:
        found.setdefault(unit, []).append(code)
    return found


def _told(pack: Pack | PackFacts) -> str:
    """`24; 6500 g; 400 × 305 × 200 mm`, as the records say it."""
    size = f"{pack.length_mm} × {pack.width_mm} × {pack.height_mm} mm"
    return f"{plain(pack.quantity)}; {pack.weight_grams} g; {size}"


def is_misread(code: str) -> bool:
    """Whether a code has the length of a GTIN and a check digit that cannot be right."""
    return code.isdigit() and len(code) in GTIN_LENGTHS and not ean.is_valid(code)


def _check(product: Product, packs: Mapping[str, PackFacts]) -> None:
    least, before = Decimal(1), EACH
    for unit in PACK_UNITS:
        facts = packs.get(unit)
        if facts is None:
            continue
        field = f"quantity_{unit}"
        if facts.quantity > MOST or facts.quantity != round(
            facts.quantity, product.quantity_decimals
        ):
            raise Refused("Type how many base units it holds.", field=field)
        if facts.quantity <= least:
            holds = "1" if before == EACH else f"the {before}'s {plain(least)}"
            raise Refused(f"Of the {unit}: it has to hold more than {holds}.", field=field)
        least, before = facts.quantity, unit


def _codes(unit: str, text: str) -> list[str]:
    codes = [code for code in re.split(r"[\s,;]+", text.strip().upper()) if code]
    for code in codes:
        if len(code) > 40:
            raise Refused("A barcode has at most 40 signs.", field=f"codes_{unit}")
        if is_misread(code):
            raise Refused(
                f"{code} has the length of a GTIN and a wrong check digit.", field=f"codes_{unit}"
            )
    return list(dict.fromkeys(codes))


def _put_codes(
    session: Session, product: Product, wanted: Mapping[str, list[str]]
) -> dict[str, Any]:
    units = {code: unit for unit, codes in wanted.items() for code in codes}
    rows = session.scalars(select(Barcode).where(Barcode.product_id == product.id)).all()
    added, retired = [], []
    for row in rows:
        if row.code in units:
            unit = units.pop(row.code)
            if row.retired_at is not None or row.unit != unit:
                added.append(row.code)
            row.unit, row.retired_at = unit, None
        elif row.retired_at is None:
            row.retired_at = clock.now()
            retired.append(row.code)
    for code, unit in units.items():
        is_gtin = code.isdigit() and len(code) in GTIN_LENGTHS
        session.add(Barcode(product_id=product.id, code=code, unit=unit, is_gtin=is_gtin))
        added.append(code)
    said = {"codes_added": added, "codes_retired": retired}
    return {name: codes for name, codes in said.items() if codes}
