"""Barcodes of products and of the packs that they come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ARRAY, BigInteger, any_, literal, select
from sqlalchemy.orm import Session
from stdnum import ean

from models.catalog import EACH, Barcode, is_misread
from models.importing import values as read
from models.importing.kind import Column, Context, Key, Known, Progress, Record
from models.importing.kinds.finding import resolve_products
from models.kernel.bulk import insert_rows

UNITS = {
    EACH: ("unit", "single", "piece", "1", "stück"), "inner": ("pack",),
    "case": ("carton", "outer", "karton"), "pallet": ("palette",),
}  # fmt: skip


class Barcodes:
    """One row a code, known by product and code. What is not in the file stays."""

    name = "barcodes"
    columns = (
        Column("sku", "SKU", read.code, ("item code", "item", "item no", "stock code",
               "product code", "artikel"), needed=True, example="TR-1001"),
        Column("code", "Barcode", read.code, ("ean", "gtin", "upc", "ean13", "ean code",
               "barcode number"), needed=True, example="5012345678900"),
        Column("unit", "What it stands on", read.choice(UNITS), ("pack", "level", "packaging",
               "unit of measure", "uom"), example=EACH, hint="each, inner, case or pallet"),
    )  # fmt: skip

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """The product; a code of a GTIN's length needs a right check digit."""
        resolve_products(session, records)
        for record in records:
            if record.says("code") and is_misread(record.values["code"]):
                record.reject(
                    f"{record.values['code']} has the length of a GTIN and a wrong check digit."
                )

    def key_of(self, record: Record) -> Key | None:
        """Product and code."""
        return (record.refs["product_id"], record.values["code"].upper())

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """The codes that these products have; one that was retired counts as not there."""
        skus = {record.refs["product_id"]: record.values["sku"] for record in records}
        ids = literal(list(skus), ARRAY(BigInteger))
        rows = session.scalars(
            select(Barcode).where(Barcode.product_id == any_(ids), Barcode.retired_at.is_(None))
        )
        return {
            (row.product_id, row.code.upper()): Known(
                row.id, {"sku": skus[row.product_id], "code": row.code, "unit": row.unit}
            )
            for row in rows
        }

    def write(
        self, session: Session, added: Sequence[Record], changed: Sequence[Record],
        context: Context, progress: Progress,
    ) -> None:  # fmt: skip
        """New codes in, and those that stand on something else."""
        rows = [
            {"product_id": each.refs["product_id"], "code": each.values["code"].upper(),
             "unit": each.values.get("unit", EACH),
             "is_gtin": bool(ean.is_valid(each.values["code"]))}
            for each in (*added, *changed)
        ]  # fmt: skip
        insert_rows(
            session, Barcode, rows,
            on_conflict="ON CONFLICT (product_id, code) DO UPDATE SET retired_at = NULL,"
            " unit = excluded.unit",
        )  # fmt: skip

    def title_of(self, record: Record) -> str:
        """Product and code."""
        return f"{record.values.get('sku', '')}, {record.values.get('code', '')}"
