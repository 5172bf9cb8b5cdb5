"""Products: what is sold, with its category, brand, barcodes, packs and base price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.catalog import PACK_UNITS, SPECIAL, Brand, Product, category_names
from models.importing import values as read
from models.importing.kind import Column, Context, Key, Known, Progress, Record, ids_by
from models.importing.kinds.finding import texts
from models.importing.kinds.product_rows import (
    barcodes_of,
    packs_of,
    write_products,
)
from models.importing.kinds.writing_prices import base_list
from models.kernel.money import ZERO
from models.pricing import prices_in_force

PLAIN = (
    "sku", "external_id", "name", "description", "unit", "order_minimum", "order_multiple",
    "tax_category", "weight_grams", "origin_country", "commodity_code", "manufacturer_number",
    "retail_price", "cost", "lifecycle", "lead_time_days", "reorder_point", "price_per",
)  # fmt: skip
"""Columns that are columns of the table."""
ONE = Decimal(1)


def _above_zero(cell: str, format_: read.Format) -> Decimal:
    return read.number(cell, format_, places=3, least=Decimal("0.001"))


def _kilograms(cell: str, format_: read.Format) -> int:
    return int(read.number(cell, format_, places=4, least=ZERO) * 1000)


def _category(cell: str, format_: read.Format) -> str:
    """`Garden/Hand tools` or `Garden > Hand tools`, as names from the top."""
    parts = [part.strip() for part in cell.replace(">", "/").replace("»", "/").split("/")]
    return " > ".join(read.text(part, format_) for part in parts if part)


class Products:
    """One row a product, known by its SKU or the old system's id."""

    name = "products"
    columns = (
        Column("sku", "SKU", read.code, ("item code", "item", "item no", "item number", "code",
               "stock code", "stockcode", "product code", "part number", "part no", "article",
               "artikel", "artikelnummer", "product", "ref"), needed=True, example="TR-1001"),
        Column("name", "Name", read.text, ("product name", "item name", "title", "description 1",
               "bezeichnung", "desc", "item description"), example="Hand trowel, ash handle"),
        Column("description", "Description", read.long_text, ("long description", "details",
               "beschreibung", "text"), example="Forged head, for life.",
               stands_in_for="name"),
        Column("category", "Category", _category, ("department", "dept", "group", "product group",
               "range", "warengruppe"), example="Garden > Hand tools"),
        Column("brand", "Brand", read.text, ("make", "manufacturer", "marke"), example="Ryedale"),
        Column("barcode", "Barcode", lambda cell, form: tuple(sorted(read.codes(cell, form))),
               ("barcodes", "ean", "ean code", "gtin", "upc", "ean13"), example="5012345678900"),
        Column("price", "Base price", read.amount, ("price", "trade price", "unit price",
               "wholesale price", "sell price", "selling price", "list price", "preis", "trade",
               "net price"), example="5.20", hint="Without tax, into the base list"),
        Column("cost", "Cost", read.amount, ("cost price", "buy price", "purchase price", "ek"),
               example="2.10"),
        Column("retail_price", "Retail price", read.amount, ("rrp", "srp", "msrp", "uvp"),
               example="9.95"),
        Column("price_per", "Price per", read.whole, ("per",), example="1",
               hint="1, 10, 100 or 1000 units"),
        Column("unit", "Unit", read.text, ("uom", "unit of measure", "einheit"), example="each"),
        Column("order_minimum", "Minimum order", _above_zero, ("moq", "min qty", "minimum",
               "min order"), example="1"),
        Column("order_multiple", "Sold in steps of", _above_zero, ("multiple", "pack size",
               "order multiple", "sold in", "pack qty", "pack"), example="6"),
        Column("inner_quantity", "Units in an inner", _above_zero, ("inner", "inner qty"),
               example="6"),
        Column("case_quantity", "Units in a case", _above_zero, ("case", "carton", "case qty",
               "outer", "case size", "carton qty"), example="24"),
        Column("pallet_quantity", "Units on a pallet", _above_zero, ("pallet", "pallet qty"),
               example=""),
        Column("tax_category", "Tax", read.choice({
            "standard": ("s", "20", "20%", "19", "19%", "t1", "yes", "1", "std"),
            "reduced": ("r", "5", "5%", "7", "7%", "t5", "low"),
            "zero": ("z", "0", "0%", "t0"),
            "exempt": ("e", "t2", "no"),
        }), ("vat", "vat code", "vat rate", "tax code", "tax rate", "mwst"), example="standard"),
        Column("weight_grams", "Weight in grams", read.whole, ("grams", "weight g"),
               example="250"),
        Column("weight_kilograms", "Weight in kilograms", _kilograms, ("kg", "weight kg",
               "weight", "gewicht")),
        Column("origin_country", "Country of origin", read.country, ("origin", "coo"),
               example="GB"),
        Column("commodity_code", "Commodity code", read.code, ("hs code", "tariff code",
               "intrastat", "tariff"), example="82011000"),
        Column("manufacturer_number", "Manufacturer's number", read.code, ("mpn", "mfr code",
               "manufacturer code", "vendor code"), example=""),
        Column("lifecycle", "State", read.choice({
            "active": ("live", "current", "a", "yes"), "draft": ("d", "hidden"),
            "run_out": ("run out", "clearance", "running out"),
            "discontinued": ("disc", "dead", "inactive", "no", "obsolete"),
        }), ("status", "active", "lifecycle"), example="active"),
        Column("lead_time_days", "Lead time in days", read.whole, ("lead time",), example="14"),
        Column("reorder_point", "Reorder at", read.quantity, ("reorder level", "min stock",
               "reorder point"), example="24"),
        Column("external_id", "Id in the old system", read.code, ("id", "external id",
               "old id"), example=""),
    )  # fmt: skip

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """Finds those that are there, by external id first; a new one needs a name."""
        skus = {sku.upper() for sku in ids_by(records, "sku")}
        by_sku = _ids(session, func.upper(Product.sku), skus)
        specials = _ids(session, func.upper(Product.sku), skus, Product.lifecycle == SPECIAL)
        by_external = _ids(session, Product.external_id, ids_by(records, "external_id"))
        for record in records:
            sku = record.values.get("sku", "").upper()
            taken = by_sku.get(sku)
            found = by_external.get(record.values.get("external_id")) or taken
            record.refs["id"] = found
            if sku in specials:
                record.reject(
                    f"{record.values['sku']} is a special, bought for one order. "
                    "A product of the range needs a code of its own."
                )
            elif found and taken and found != taken:
                record.reject(f"{record.values['sku']} is the SKU of another product.")
            if found is None and record.says("sku") and record.lacks("name"):
                record.reject("A new product needs a name.")
            if record.values.get("price_per", 1) not in (1, 10, 100, 1000):
                record.reject("Price per: prices are per 1, 10, 100 or 1000 units.")
            if "weight_kilograms" in record.values:
                weight = record.values.pop("weight_kilograms")
                record.values.setdefault("weight_grams", weight)

    def key_of(self, record: Record) -> Key | None:
        """Its id where it is there, else its SKU."""
        return (record.refs["id"],) if record.refs["id"] else (record.values["sku"].upper(),)

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """The products as the database has them, in the columns of the file."""
        ids = [record.refs["id"] for record in records if record.refs["id"]]
        if not ids:
            return {}
        table = Product.__table__
        columns = [table.columns[name] for name in ("id", *PLAIN, "category_id")]
        rows = session.execute(
            select(*columns, Brand.name.label("brand"))
            .outerjoin_from(Product, Brand, Brand.id == Product.brand_id)
            .where(Product.id.in_(ids) if len(ids) < 1000 else Product.id > 0)
        )
        names, barcodes, packs = category_names(session), barcodes_of(session), packs_of(session)
        base = base_list(session, context)
        prices = prices_in_force(session, base, ids, context.today) if base else {}
        found: dict[Key, Known] = {}
        for row in rows:
            facts: dict[str, Any] = {name: getattr(row, name) for name in PLAIN}
            price = prices.get((row.id, ONE))
            facts |= {
                "category": names.get(row.category_id, ""), "brand": row.brand or "",
                "barcode": tuple(sorted(barcodes.get(row.id, {}))),
                "price": price.unit_price if price else None,
                **{f"{unit}_quantity": packs.get((row.id, unit)) for unit in PACK_UNITS},
            }  # fmt: skip
            found[(row.id,)] = Known(row.id, facts)
        return found

    def write(
        self, session: Session, added: Sequence[Record], changed: Sequence[Record],
        context: Context, progress: Progress,
    ) -> None:  # fmt: skip
        """Products, then what hangs on them."""
        write_products(session, added, changed, context, progress)

    def title_of(self, record: Record) -> str:
        """SKU and name."""
        told = (record.values.get("sku", ""), record.values.get("name", ""))
        return ", ".join(each for each in told if each)


def _ids(
    session: Session, column: Any, wanted: set[str], *also: ColumnElement[bool]
) -> dict[Any, int]:
    if not wanted:
        return {}
    rows = session.execute(select(column, Product.id).where(column == texts(wanted), *also))
    return {row[0]: row[1] for row in rows}
