"""Stock: how many units lie in which bin now. What comes in is booked as an opening balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger

from models.catalog import Product
from models.fulfilment import adjust_stock
from models.importing import values as read
from models.importing.kind import Column, Context, Key, Known, Progress, Record
from models.importing.kinds.finding import resolve_products, resolve_warehouses
from models.inventory import Bin, BinStock, Cause, Incoming, receive
from models.kernel.bulk import insert_rows
from models.kernel.errors import Refused
from models.kernel.money import ZERO, round_amount
from models.ledger import Chart, Document, Posting, post
from models.orders import follow_later

ANYWHERE = "RECEIVING"
CAUSE = "import"


class StockLevels:
    """One row a product in a bin. The number is what lies there, not what to add."""

    name = "stock"
    columns = (
        Column("sku", "SKU", read.code, ("item code", "item", "code", "stock code", "stockcode",
               "product code", "part number", "artikel", "artikelnummer", "product"), needed=True,
               example="TR-1001"),
        Column("warehouse", "Warehouse", read.code, ("location", "site", "depot", "store",
               "lager"), hint="The code of one; empty: your first one"),
        Column("bin", "Bin", read.code, ("bin location", "shelf", "bin code", "lagerplatz"),
               example="A-01-2", hint="Empty: the receiving bin"),
        Column("quantity", "Quantity", read.quantity, ("qty", "on hand", "stock", "in stock",
               "stock level", "qty on hand", "free stock", "bestand", "menge"), needed=True,
               example="48"),
        Column("unit_cost", "Cost of one", read.amount, ("cost", "unit cost", "cost price",
               "average cost", "avg cost"), example="2.10", hint="Empty: the product's cost"),
    )  # fmt: skip

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """Product, warehouse and bin; bins that are missing are made. A special is counted, too."""
        resolve_products(session, records, with_specials=True)
        resolve_warehouses(session, records, context)
        bins = {
            (row.warehouse_id, row.code.upper()): row
            for row in session.execute(select(Bin.warehouse_id, Bin.code, Bin.id, Bin.kind))
        }
        for record in records:
            warehouse_id = record.refs.get("warehouse_id")
            if warehouse_id is None or "bin" in record.faulty:
                continue
            code = record.values.get("bin")
            found = bins.get((warehouse_id, code.upper())) if code else next(
                (row for key, row in bins.items()
                 if key[0] == warehouse_id and row.kind == "receiving"), None)  # fmt: skip
            if found is not None and found.kind == "staging":
                record.reject(f"{found.code} is where picked goods wait. Name another bin.")
            record.refs["bin_id"] = found.id if found else None
            record.refs["bin"] = (found.code if found else code or ANYWHERE).upper()

    def key_of(self, record: Record) -> Key | None:
        """Product, warehouse and bin."""
        return (record.refs["product_id"], record.refs["warehouse_id"], record.refs["bin"])

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """What lies in the bins now."""
        ids = literal([record.refs["product_id"] for record in records], ARRAY(BigInteger))
        rows = session.execute(
            select(
                BinStock.product_id, BinStock.warehouse_id, func.upper(Bin.code).label("bin"),
                func.min(BinStock.id).label("id"), func.sum(BinStock.quantity).label("quantity"),
            )
            .join(Bin, Bin.id == BinStock.bin_id)
            .where(BinStock.product_id == any_(ids))
            .group_by(BinStock.product_id, BinStock.warehouse_id, Bin.code)
        )  # fmt: skip
        return {
            (row.product_id, row.warehouse_id, row.bin): Known(row.id, {"quantity": row.quantity})
            for row in rows
        }

    def write(
        self, session: Session, added: Sequence[Record], changed: Sequence[Record],
        context: Context, progress: Progress,
    ) -> None:  # fmt: skip
        """More is received at its cost, less is adjusted away with what that does to promises. What
        is more of a special is its order's, where that still waits."""
        _make_bins(session, [*added, *changed])
        products = _products(session, [*added, *changed])
        more: dict[int, list[Incoming]] = {}
        value = ZERO
        less: list[tuple[Record, Decimal]] = []
        for record in (*added, *changed):
            before = record.changes["quantity"][0] or ZERO
            delta = record.values["quantity"] - before
            product = products[record.refs["product_id"]]
            cost = record.values.get("unit_cost", product.cost / product.price_per)
            if delta > 0:
                more.setdefault(record.refs["warehouse_id"], []).append(
                    Incoming(product.id, delta, cost, record.refs["bin_id"])
                )
                value += round_amount(delta * cost, context.seller.base_currency)
            elif delta < 0:
                less.append((record, delta))
        for warehouse_id, incoming in sorted(more.items()):
            cause = Cause(CAUSE, context.run_id, context.by.id, "Opening stock")
            receive(session, incoming, warehouse_id=warehouse_id, cause=cause)
        follow_later(session, {each.product_id for found in more.values() for each in found})
        _book(session, value, context)
        for done, (record, delta) in enumerate(less):
            adjust_stock(
                session, seller=context.seller, product=products[record.refs["product_id"]],
                warehouse_id=record.refs["warehouse_id"], delta=delta,
                reason="Imported stock level", by=context.by, bin_id=record.refs["bin_id"],
            )  # fmt: skip
            progress(done, len(less))

    def title_of(self, record: Record) -> str:
        """SKU and bin."""
        return f"{record.values.get('sku', '')}, {record.refs.get('bin', '')}"


def _products(session: Session, records: Sequence[Record]) -> dict[int, Product]:
    ids = literal([record.refs["product_id"] for record in records], ARRAY(BigInteger))
    return {row.id: row for row in session.scalars(select(Product).where(Product.id == any_(ids)))}


def _make_bins(session: Session, records: Sequence[Record]) -> None:
    missing = sorted(
        {(record.refs["warehouse_id"], record.refs["bin"]) for record in records
         if record.refs["bin_id"] is None}
    )  # fmt: skip
    rows = [
        {"warehouse_id": warehouse_id, "code": code, "kind": "pick", "walking_order": position,
         "zone": code.partition("-")[0] if "-" in code else ""}
        for position, (warehouse_id, code) in enumerate(missing, 1)
    ]  # fmt: skip
    ids = dict(zip(missing, insert_rows(session, Bin, rows), strict=True))
    for record in records:
        if record.refs["bin_id"] is None:
            record.refs["bin_id"] = ids[record.refs["warehouse_id"], record.refs["bin"]]


def _book(session: Session, value: Decimal, context: Context) -> None:
    if not value:
        return
    if not context.run_id:
        raise Refused("Stock comes in by an import only.")
    currency = context.seller.base_currency
    post(
        session, seller_id=context.seller.id, on=context.today, kind="opening_stock",
        document=Document("import_run", context.run_id), currency=currency,
        base_currency=currency, text="Opening stock", by=context.by.id,
        postings=[Posting(Chart.INVENTORY, value), Posting(Chart.OPENING, -value)],
    )  # fmt: skip
