"""Writes many products with their categories, brands, barcodes, packs and base prices."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, literal, select, update
from sqlalchemy.orm import Session
from stdnum import ean

from models.catalog import (
    PACK_UNITS,
    Barcode,
    Pack,
    Product,
    brand_ids,
    free_slugs,
    plain_code,
    refresh,
    shelf_ids,
)
from models.importing.kind import Context, Progress, Record
from models.importing.kinds.writing_prices import write_base_prices
from models.kernel import clock
from models.kernel.bulk import insert_rows, update_rows
from models.pricing import NewPrice

OWN = (
    "name", "description", "unit", "order_minimum", "order_multiple", "tax_category",
    "weight_grams", "origin_country", "commodity_code", "manufacturer_number", "retail_price",
    "cost", "lifecycle", "lead_time_days", "reorder_point", "price_per", "external_id",
)  # fmt: skip
DEFAULTS: dict[str, Any] = {
    "description": "", "unit": "each", "order_minimum": Decimal(1), "order_multiple": Decimal(1),
    "tax_category": "standard", "weight_grams": 0, "origin_country": "", "commodity_code": "",
    "manufacturer_number": "", "retail_price": None, "cost": Decimal(0), "lifecycle": "active",
    "lead_time_days": 14, "reorder_point": None, "price_per": 1, "external_id": None,
}  # fmt: skip
AT_ONCE = 2_000
SEARCHED = {"sku", "name", "description", "category", "brand", "manufacturer_number"}


def write_products(
    session: Session,
    added: Sequence[Record],
    changed: Sequence[Record],
    context: Context,
    progress: Progress,
) -> None:
    """New ones in and changed ones over, then what hangs on them, then their search words."""
    everything = [*added, *changed]
    shelves = shelf_ids(session, {record.values["category"] for record in everything
                                 if "category" in record.values})  # fmt: skip
    brands = brand_ids(session, {record.values["brand"] for record in everything
                               if "brand" in record.values})  # fmt: skip
    _insert(session, added, shelves, brands)
    _update(session, changed, shelves, brands)
    write_barcodes(session, everything)
    _write_packs(session, everything)
    write_base_prices(
        session,
        {
            (record.refs["id"], Decimal(1)): NewPrice(record.values["price"])
            for record in everything
            if "price" in record.changes
        },
        context,
    )
    to_find = [record.refs["id"] for record in everything if SEARCHED & record.changes.keys()]
    for begin in range(0, len(to_find), AT_ONCE):
        refresh(session, to_find[begin : begin + AT_ONCE])
        progress(begin, len(to_find))


def barcodes_of(session: Session) -> dict[int, dict[str, int]]:
    """{product id: {code: id}} of the barcodes in use."""
    found: dict[int, dict[str, int]] = {}
    for row in session.execute(
        select(Barcode.product_id, Barcode.code, Barcode.id).where(Barcode.retired_at.is_(None))
    ):
        found.setdefault(row.product_id, {})[row.code] = row.id
    return found


def packs_of(session: Session) -> dict[tuple[int, str], Decimal]:
    """How many units each pack of a product holds."""
    rows = session.execute(select(Pack.product_id, Pack.unit, Pack.quantity))
    return {(row.product_id, row.unit): row.quantity for row in rows}


def write_barcodes(session: Session, records: Sequence[Record]) -> None:
    """The codes that the file says; those it no longer says are kept as old ones."""
    about = [record for record in records if "barcode" in record.changes]
    if not about:
        return
    known = barcodes_of(session)
    retired: list[int] = []
    new: list[dict[str, Any]] = []
    for record in about:
        here = known.get(record.refs["id"], {})
        wanted = record.values["barcode"]
        retired += [id_ for code, id_ in here.items() if code not in wanted]
        new += [
            {"product_id": record.refs["id"], "code": code, "is_gtin": bool(ean.is_valid(code))}
            for code in wanted
            if code not in here
        ]
    if retired:
        session.execute(
            update(Barcode)
            .where(Barcode.id == any_(literal(retired, ARRAY(BigInteger))))
            .values(retired_at=clock.now())
            .execution_options(synchronize_session=False)
        )
    insert_rows(
        session,
        Barcode,
        new,
        on_conflict="ON CONFLICT (product_id, code) DO UPDATE SET retired_at = NULL",
    )


def _insert(
    session: Session, added: Sequence[Record], shelves: dict[str, int], brands: dict[str, int]
) -> None:
    slugs = free_slugs(session, [(record.values["name"], record.values["sku"]) for record in added])
    rows = [
        {
            "sku": record.values["sku"],
            "sku_plain": plain_code(record.values["sku"]),
            "slug": slug,
            "category_id": shelves.get(record.values.get("category", "")),
            "brand_id": brands.get(record.values.get("brand", "")),
            **{name: record.values.get(name, DEFAULTS.get(name)) for name in OWN},
        }
        for record, slug in zip(added, slugs, strict=True)
    ]
    for begin in range(0, len(rows), AT_ONCE):
        ids = insert_rows(session, Product, rows[begin : begin + AT_ONCE])
        for record, id_ in zip(added[begin : begin + AT_ONCE], ids, strict=True):
            record.refs["id"] = id_


def _update(
    session: Session, changed: Sequence[Record], shelves: dict[str, int], brands: dict[str, int]
) -> None:
    """One statement for each set of changed columns: files change few sets."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for record in changed:
        row = {name: record.values[name] for name in ("sku", *OWN) if name in record.changes}
        if "sku" in row:
            row["sku_plain"] = plain_code(row["sku"])
        if "category" in record.changes:
            row["category_id"] = shelves[record.values["category"]]
        if "brand" in record.changes:
            row["brand_id"] = brands[record.values["brand"]]
        if row:
            groups.setdefault(tuple(row), []).append({"id": record.refs["id"], **row})
    for rows in groups.values():
        update_rows(session, Product, rows)
    touched = [{"id": row["id"], "version": 1} for rows in groups.values() for row in rows]
    update_rows(session, Product, touched, add=True)


def _write_packs(session: Session, records: Sequence[Record]) -> None:
    rows = [
        {"product_id": record.refs["id"], "unit": unit, "quantity": record.values[name]}
        for record in records
        for unit in PACK_UNITS
        if (name := f"{unit}_quantity") in record.changes
    ]
    insert_rows(
        session,
        Pack,
        rows,
        on_conflict="ON CONFLICT (product_id, unit) DO UPDATE SET quantity = excluded.quantity",
    )
