"""Open sales orders of the old system: what customers still have to get, at the agreed price.

Each becomes a placed order with a number of ours and the old one beside it, by the operation that
places every order: it gets its stock, its promises and, where the account is over its credit, its
hold. The customer has been told by the old system, so nothing is mailed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, BigInteger, any_, func, literal, select
from sqlalchemy.orm import Session

from models.accounts import Account, Address
from models.catalog import Product
from models.checkout import AgreedLine, AgreedOrder, bring_in_orders
from models.importing import values as read
from models.importing.kind import Column, Context, Key, Known, Progress, Record, ids_by
from models.importing.kinds.finding import (
    account_title,
    line_key,
    number_repeats,
    resolve_accounts,
    resolve_products,
    settle_heads,
    texts,
)
from models.kernel.money import ZERO
from models.kernel.quantity import plain
from models.orders import Order, OrderLine

NOON = time(12)
TAKES_ORDERS = ("active", "stopped")
HEAD = {
    "Customer's PO number": "po_number", "Order date": "ordered_on", "Requested": "requested_on",
    "Ship-to": "ship_to", "Carriage": "carriage",
}  # fmt: skip


class SalesOrders:
    """One row a line, known by the order's old number and the product. What came in stays as it
    is: from then on the order is changed on its page."""

    name = "sales-orders"
    columns = (
        Column("number", "Order number", read.code, ("order no", "order", "sales order",
               "sales order no", "so number", "document", "our ref", "order id", "auftrag",
               "auftragsnummer"), needed=True, example="SO-55120",
               hint="The old system's; one row for each line of it"),
        Column("account", "Customer", read.code, ("customer number", "account number",
               "account no", "customer no", "customer code", "account code", "account", "a/c",
               "kundennummer", "customer name", "kunde"), needed=True, example="C1001"),
        Column("sku", "SKU", read.code, ("item code", "item", "product code", "product",
               "stock code", "part number", "artikel", "artikelnummer"), needed=True,
               example="TR-1001"),
        Column("quantity", "Still to ship", read.quantity, ("outstanding", "qty outstanding",
               "quantity outstanding", "open quantity", "open qty", "balance", "qty", "quantity",
               "to follow", "back order", "offen", "menge"), needed=True, example="24",
               hint="What was shipped by the old system is not in it"),
        Column("unit_price", "Agreed price", read.amount, ("price", "unit price", "sell price",
               "net price", "price each", "einzelpreis", "preis"), needed=True, example="4.86",
               hint="Without tax; per hundred where the product is priced so"),
        Column("po_number", "Customer's PO number", read.text, ("po", "po number", "customer ref",
               "your ref", "customer po", "customer order no", "bestellnummer"),
               example="BARN-221"),
        Column("ordered_on", "Order date", read.day, ("ordered", "date", "order date", "placed",
               "entered", "auftragsdatum", "datum"), example="2026-11-03"),
        Column("requested_on", "Requested", read.day, ("required", "required date", "due",
               "due date", "delivery date", "requested date", "promised", "wunschtermin",
               "liefertermin"), example="2026-12-01", hint="The day they want it delivered"),
        Column("ship_to", "Ship-to", read.code, ("delivery address", "address code",
               "delivery code", "site", "branch", "lieferadresse"), example="",
               hint="Code of one of the customer's addresses; empty: the usual one"),
        Column("carriage", "Carriage", read.amount, ("freight", "delivery charge", "shipping",
               "postage", "fracht", "versand"), example="0",
               hint="Still to be charged, without tax; empty: nothing"),
    )  # fmt: skip

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """Customer, product and ship-to; what holds for the whole order says so on every row."""
        resolve_accounts(session, records)
        resolve_products(session, records)
        heads = {called: _said(name) for called, name in HEAD.items()}
        settle_heads(
            records, "number", {"Customer": lambda row: row.refs["account"].id} | heads
        )  # fmt: skip
        number_repeats(records, "number")
        _one_price_a_product(records)
        _resolve_goods(session, records, context)
        _resolve_customers(session, records)

    def key_of(self, record: Record) -> Key | None:
        """The old number, the product, and which of its lines."""
        return line_key(record)

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """The lines that came in before; anything else about an order that is here is refused."""
        orders, lines = _there(session, records, context)
        units = _units(records)
        found: dict[Key, Known] = {}
        for record in records:
            number = record.values["number"].upper()
            order = orders.get(number)
            if order is None:
                continue
            line = lines.get((order.id, record.refs["product_id"]))
            if order.account_id != record.refs["account"].id:
                record.reject(f"{record.values['number']} is an order of another customer here.")
            elif line is None or not _is_as_said(line, record, units):
                came = f"with {plain(line.ordered)} of it" if line else "without this product"
                record.reject(
                    f"{record.values['number']} is here as {order.number} {came}: change it on "
                    "its page, where stock and promises follow."
                )
            else:
                found[self.key_of(record) or ()] = Known(line.id, {})
        return found

    def write(
        self, session: Session, added: Sequence[Record], changed: Sequence[Record],
        context: Context, progress: Progress,
    ) -> None:  # fmt: skip
        """Order by order, the oldest first: they are the first to get stock."""
        orders: dict[str, list[Record]] = {}
        for record in added:
            orders.setdefault(record.values["number"].upper(), []).append(record)
        oldest = sorted(orders.values(), key=lambda lines: (_ordered_on(lines[0]), lines[0].line))
        agreed = [_agreed(lines, context) for lines in oldest]
        for done, _order in enumerate(
            bring_in_orders(session, context.seller, agreed, by=context.by), 1
        ):
            progress(done, len(agreed))

    def title_of(self, record: Record) -> str:
        """Order, customer and product."""
        said = record.values
        return f"{said.get('number', '')}, {account_title(record)}, {said.get('sku', '')}"


def _said(name: str) -> Any:
    return lambda row: row.values.get(name)


def _one_price_a_product(records: Sequence[Record]) -> None:
    """An order holds a product once: two rows of it are added up, which takes one price."""
    prices: dict[Key, tuple[Decimal, int]] = {}
    for record in records:
        if record.is_good:
            place = (record.values["number"].upper(), record.refs["product_id"])
            price, line = prices.setdefault(place, (record.values["unit_price"], record.line))
            if price != record.values["unit_price"]:
                record.reject(
                    f"Agreed price: line {line} has another for {record.values['sku']} on this "
                    "order. Give one of them an order number of its own, such as "
                    f"{record.values['number']}-2."
                )


def _resolve_goods(session: Session, records: Sequence[Record], context: Context) -> None:
    named = {record.refs["product_id"] for record in records if record.refs.get("product_id")}
    ids = literal(list(named), ARRAY(BigInteger))
    decimals: dict[int, int] = dict(
        session.execute(
            select(Product.id, Product.quantity_decimals).where(Product.id == any_(ids))
        ).all()
    )
    for record in records:
        said, product_id = record.values, record.refs.get("product_id")
        units: Decimal | None = said.get("quantity")
        if units == 0:
            record.reject("Still to ship: nothing is to be shipped of 0. Leave this row out.")
        elif units and product_id and units != round(units, decimals[product_id]):
            record.reject(f"Still to ship: {said['sku']} is not sold in parts such as {units}.")
        if said.get("ordered_on", context.today) > context.today:
            record.reject("Order date: it is still to come.")


def _resolve_customers(session: Session, records: Sequence[Record]) -> None:
    """Whether they take orders, and `refs["ship_to_id"]`: the address of that code, else none."""
    good = [record for record in records if record.refs.get("account") and "head" in record.refs]
    ids = literal(list({record.refs["account"].id for record in good}), ARRAY(BigInteger))
    facts = {
        row.id: row
        for row in session.execute(
            select(Account.id, Account.status, Account.requires_po_number).where(
                Account.id == any_(ids)
            )
        )
    }
    places = {
        (row.account_id, row.code): row.id
        for row in session.execute(
            select(Address.id, Address.account_id, func.upper(Address.code).label("code")).where(
                Address.account_id == any_(ids), Address.is_ship_to, Address.replaced_at.is_(None)
            )
        )
    }
    for record in good:
        head, account = record.refs["head"], record.refs["account"]
        code = head.get("Ship-to")
        record.refs["ship_to_id"] = places.get((account.id, code.upper())) if code else None
        if facts[account.id].status not in TAKES_ORDERS:
            record.reject(f"{account.name} takes no orders: it is {facts[account.id].status}.")
        if facts[account.id].requires_po_number and not head.get("Customer's PO number"):
            record.reject(f"Customer's PO number: {account.name} asks for one on every order.")
        if code and record.refs["ship_to_id"] is None:
            record.reject(f"Ship-to: {account.name} has no delivery address {code}.")


def _there(
    session: Session, records: Sequence[Record], context: Context
) -> tuple[dict[str, Any], dict[tuple[int, int | None], Any]]:
    """The orders that came in before, by old number, and their lines."""
    numbers = {number.upper() for number in ids_by(records, "number")}
    upper = func.upper(Order.external_id).label("old")
    orders = session.execute(
        select(Order.id, Order.number, Order.account_id, upper).where(
            Order.seller_id == context.seller.id,
            Order.external_id.is_not(None),
            func.upper(Order.external_id) == texts(numbers),
        )
    ).all()
    ids = literal([row.id for row in orders], ARRAY(BigInteger))
    lines = session.execute(
        select(
            OrderLine.id, OrderLine.order_id, OrderLine.product_id, OrderLine.ordered,
            OrderLine.unit_price,
            (OrderLine.ordered - OrderLine.shipped - OrderLine.cancelled).label("open"),
        ).where(OrderLine.order_id == any_(ids))
    )  # fmt: skip
    return (
        {row.old: row for row in orders},
        {(row.order_id, row.product_id): row for row in lines},
    )


def _units(records: Sequence[Record]) -> dict[Key, Decimal]:
    """How many of a product the file asks for on an order."""
    units: dict[Key, Decimal] = {}
    for record in records:
        place = (record.values["number"].upper(), record.refs["product_id"])
        units[place] = units.get(place, ZERO) + record.values["quantity"]
    return units


def _is_as_said(line: Any, record: Record, units: Mapping[Key, Decimal]) -> bool:
    """As it came in, or as far as it has been shipped since."""
    wanted = units[record.values["number"].upper(), record.refs["product_id"]]
    return wanted in (line.ordered, line.open) and line.unit_price == record.values["unit_price"]


def _ordered_on(record: Record) -> date:
    on: date = record.refs["head"].get("Order date", date.max)
    return on


def _agreed(lines: Sequence[Record], context: Context) -> AgreedOrder:
    head = lines[0].refs["head"]
    units, on = _units(lines), head.get("Order date")
    prices = {line.refs["product_id"]: line.values["unit_price"] for line in lines}
    return AgreedOrder(
        external_id=lines[0].values["number"], account_id=lines[0].refs["account"].id,
        lines=[AgreedLine(product, quantity, prices[product])
               for (_number, product), quantity in units.items()],
        ordered_at=datetime.combine(on, NOON, ZoneInfo(context.seller.time_zone)) if on else None,
        requested_on=head.get("Requested"), po_number=head.get("Customer's PO number", ""),
        ship_to_id=lines[0].refs["ship_to_id"], carriage=head.get("Carriage", ZERO),
    )  # fmt: skip
