"""Open purchase orders of the old system: what vendors still owe, with its day and its cost.

Each becomes a purchase order that was sent, with a number of ours and the old one beside it. The
vendor has it already, so nothing is mailed; customers' promises move with what is to come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, func, literal, select
from sqlalchemy.orm import Session

from models.catalog import Product
from models.importing import values as read
from models.importing.kind import Column, Context, Key, Known, Progress, Record, ids_by
from models.importing.kinds.finding import (
    line_key,
    number_repeats,
    resolve_products,
    resolve_vendors,
    resolve_warehouses,
    settle_heads,
    texts,
)
from models.kernel.money import ZERO
from models.purchasing import (
    PurchaseOrder,
    PurchaseOrderLine,
    VendorProduct,
    Wanted,
    raise_purchase_order,
    revise_purchase_order,
    send_purchase_order,
)

FACTS = ("quantity", "unit_cost", "expected_on")


class PurchaseOrders:
    """One row a line, known by the order's old number, the product, and which line of it it is."""

    name = "purchase-orders"
    columns = (
        Column("number", "Order number", read.code, ("po number", "po no", "po", "purchase order",
               "purchase order no", "order no", "order", "our ref", "document", "bestellnummer",
               "bestellung"), needed=True, example="PO-20417",
               hint="As the vendor knows it; one row for each line of it"),
        Column("vendor", "Vendor", read.code, ("vendor code", "supplier", "supplier code",
               "supplier no", "vendor no", "vendor name", "supplier name", "lieferant",
               "lieferantennummer"), needed=True, example="V-RYE"),
        Column("sku", "SKU", read.code, ("item code", "item", "product code", "product",
               "stock code", "part number", "artikel", "artikelnummer"), needed=True,
               example="TR-1001"),
        Column("quantity", "Still to come", read.quantity, ("outstanding", "qty outstanding",
               "quantity outstanding", "open quantity", "open qty", "balance", "qty", "quantity",
               "to come", "on order", "offen", "menge"), needed=True, example="144",
               hint="What was received in the old system is not in it"),
        Column("unit_cost", "Cost each", read.amount, ("cost", "unit cost", "price", "unit price",
               "buy price", "cost price", "einzelpreis", "einkaufspreis"), example="2.35",
               hint="Empty: the vendor's usual cost, else the product's"),
        Column("expected_on", "Expected", read.day, ("due", "due date", "expected date", "eta",
               "delivery date", "date due", "date", "lieferdatum", "liefertermin"),
               example="2026-12-14", hint="Empty: today and the vendor's lead time"),
        Column("warehouse", "Warehouse", read.code, ("location", "depot", "deliver to", "site",
               "lager"), example="", hint="Empty: your first one"),
    )  # fmt: skip

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """Vendor, product and warehouse, each order's own, and what each line costs."""
        resolve_vendors(session, records)
        resolve_products(session, records)
        resolve_warehouses(session, records, context)
        settle_heads(
            records, "number",
            {"Vendor": lambda row: row.refs["vendor"].id,
             "Warehouse": lambda row: row.refs["warehouse_id"]},
        )  # fmt: skip
        number_repeats(records, "number")
        costs = _usual_costs(session, records, context)
        for record in records:
            wanted = record.values.get("quantity")
            if wanted is None:
                continue
            if not wanted:
                record.reject("Still to come: nothing is to come of 0. Leave this row out.")
            if not _has_goods(record):
                continue
            offers = costs.get((record.refs["vendor"].id, record.refs["product_id"]), ())
            usual = next((cost for least, cost in offers if least <= wanted), ZERO)
            if wanted and not usual and record.lacks("unit_cost"):
                record.reject("Cost each: neither the vendor nor the product has a cost yet.")
            record.refs["usual_cost"] = usual

    def key_of(self, record: Record) -> Key | None:
        """The old number, the product, and which of its lines."""
        return line_key(record)

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """The lines that came in before. Once goods came in here, the order is kept here alone."""
        orders = _orders_there(session, records, context)
        found: dict[Key, Known] = {}
        nth: dict[Key, int] = {}
        for line in _lines_there(session, [order.id for order in orders.values()]):
            number = line.external_id.upper()
            place = (number, line.product_id)
            nth[place] = nth.get(place, 0) + 1
            found[*place, nth[place]] = Known(
                line.id, {"quantity": line.ordered - line.cancelled, "unit_cost": line.unit_cost,
                          "expected_on": line.expected_on},
            )  # fmt: skip
        for record in records:
            order = orders.get(record.values["number"].upper())
            if order is not None:
                record.refs["order_id"] = order.id
                _reject_against(record, order, found.get(self.key_of(record) or ()))
        return found

    def write(
        self, session: Session, added: Sequence[Record], changed: Sequence[Record],
        context: Context, progress: Progress,
    ) -> None:  # fmt: skip
        """Order by order, by purchasing's own operations."""
        rows = sorted([*added, *changed], key=lambda row: (row.values["number"].upper(), row.line))
        done = 0
        for _number, group in groupby(rows, key=lambda row: row.values["number"].upper()):
            lines = list(group)
            if "order_id" in lines[0].refs:
                _revise(session, lines, context)
            else:
                _raise(session, lines, context)
            done += len(lines)
            progress(done, len(rows))

    def title_of(self, record: Record) -> str:
        """Order and product."""
        return f"{record.values.get('number', '')}, {record.values.get('sku', '')}"


def _has_goods(record: Record) -> bool:
    """Whether its vendor and its product are known."""
    return bool(record.refs.get("vendor") and record.refs.get("product_id"))


def _usual_costs(
    session: Session, records: Sequence[Record], context: Context
) -> dict[tuple[int, int], list[tuple[Decimal, Decimal]]]:
    """What one unit of a product costs at a vendor, as (from how many, cost), the most first.

    Below what the vendor has terms for it is the product's own cost, if they are paid in our
    currency.
    """
    good = [record for record in records if _has_goods(record)]
    ids = literal(list({record.refs["product_id"] for record in good}), ARRAY(BigInteger))
    products = session.execute(
        select(Product.id, Product.cost / Product.price_per).where(Product.id == any_(ids))
    )
    plain: dict[int, Decimal] = {id_: round(cost or ZERO, 4) for id_, cost in products}
    terms = session.execute(
        select(
            VendorProduct.vendor_id, VendorProduct.product_id, VendorProduct.min_quantity,
            VendorProduct.unit_cost,
        )
        .where(VendorProduct.product_id == any_(ids))
        .order_by(VendorProduct.min_quantity.desc())
    )  # fmt: skip
    found: dict[tuple[int, int], list[tuple[Decimal, Decimal]]] = {}
    for vendor_id, product_id, least, cost in terms:
        found.setdefault((vendor_id, product_id), []).append((least, cost))
    for record in good:
        vendor, product_id = record.refs["vendor"], record.refs["product_id"]
        if vendor.currency == context.seller.base_currency:
            found.setdefault((vendor.id, product_id), []).append((ZERO, plain[product_id]))
    return found


def _orders_there(
    session: Session, records: Sequence[Record], context: Context
) -> dict[str, PurchaseOrder]:
    numbers = {number.upper() for number in ids_by(records, "number")}
    rows = session.scalars(
        select(PurchaseOrder).where(
            PurchaseOrder.seller_id == context.seller.id,
            PurchaseOrder.external_id.is_not(None),
            func.upper(PurchaseOrder.external_id) == texts(numbers),
        )
    )
    return {(row.external_id or "").upper(): row for row in rows}


def _lines_there(session: Session, order_ids: Sequence[int]) -> Sequence[Any]:
    return session.execute(
        select(
            PurchaseOrderLine.id, PurchaseOrderLine.product_id, PurchaseOrderLine.ordered,
            PurchaseOrderLine.cancelled, PurchaseOrderLine.unit_cost,
            PurchaseOrderLine.expected_on, PurchaseOrder.external_id,
        )
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .where(PurchaseOrder.id == any_(literal(list(order_ids), ARRAY(BigInteger))))
        .order_by(PurchaseOrder.id, PurchaseOrderLine.position)
    ).all()  # fmt: skip


def _reject_against(record: Record, order: PurchaseOrder, there: Known | None) -> None:
    """Rejects a row that asks for what cannot be done to a purchase order that is here."""
    said = record.values
    is_another = order.vendor_id != record.refs["vendor"].id
    if is_another:
        record.reject(f"Vendor: {order.number} went to another vendor.")
    if "warehouse" in said and order.warehouse_id != record.refs["warehouse_id"]:
        record.reject(f"Warehouse: {order.number} comes to another warehouse.")
    elif is_another or order.state == "sent":
        return
    elif there is None or any(
        said.get(name, value) != value for name, value in there.values.items()
    ):
        reason = (
            "was received from here meanwhile"
            if order.state in ("partly_received", "received")
            else f"is {order.state} here"
        )
        record.reject(
            f"{order.number} {reason}, so the file cannot change it: leave its rows out, and "
            "change it on its page."
        )


def _wanted(record: Record, context: Context) -> Wanted:
    said = record.values
    usual_day = context.today + timedelta(days=record.refs["vendor"].lead_time_days)
    return Wanted(
        record.refs["product_id"], said["quantity"],
        said.get("unit_cost", record.refs["usual_cost"]), said.get("expected_on", usual_day),
    )  # fmt: skip


def _raise(session: Session, lines: Sequence[Record], context: Context) -> None:
    first = lines[0]
    wanted = [_wanted(line, context) for line in lines]
    order = raise_purchase_order(
        session, seller_id=context.seller.id, vendor=first.refs["vendor"],
        warehouse_id=first.refs["warehouse_id"], wanted=wanted,
        expected_on=min(each.expected_on for each in wanted if each.expected_on),
        external_id=first.values["number"],
        submission_key=f"import-{context.run_id}-{first.values['number'].upper()}", by=context.by,
    )  # fmt: skip
    send_purchase_order(session, order.id, by=context.by, vendor_has_it=True)


def _revise(session: Session, lines: Sequence[Record], context: Context) -> None:
    changed = {
        line.target_id: Wanted(
            line.refs["product_id"], line.values["quantity"], line.values.get("unit_cost"),
            line.values.get("expected_on"),
        )
        for line in lines
        if line.target_id is not None
    }  # fmt: skip
    added = [_wanted(line, context) for line in lines if line.target_id is None]
    revise_purchase_order(session, lines[0].refs["order_id"], changed, added, by=context.by)
