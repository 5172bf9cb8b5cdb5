"""After the move: what is here, to be compared with figures typed in from the old system."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import Account, Address, Contact
from models.accounts.actor import Actor
from models.catalog import Product
from models.inventory import Stock
from models.kernel import settings
from models.kernel.database import columns_of
from models.kernel.errors import Refused
from models.kernel.money import ZERO
from models.orders import Order, OrderLine
from models.pricing import PriceEntry
from models.purchasing import PurchaseOrder, PurchaseOrderLine, Vendor
from models.receivables import Invoice, Payment

FIGURES = (
    "products", "pictures", "accounts", "addresses", "contacts", "prices", "vendors", "stock_units",
    "stock_value", "open_purchases", "units_to_come", "open_orders", "goods_to_ship",
    "open_invoices", "open_amount", "unapplied_credit",
)  # fmt: skip
AMOUNTS = frozenset({"stock_value", "goods_to_ship", "open_amount", "unapplied_credit"})
TO_COME = ("sent", "partly_received")
TO_SHIP = ("awaiting_approval", "on_hold", "open", "picking", "partly_shipped")
TYPED = settings.define(
    "company.old_figures", [], "Totals of the old system, to compare with after the move"
)


@dataclass(frozen=True, slots=True)
class Compared:
    """A total here, what the old system said, and whether they agree; `typed` none: not told."""

    name: str
    here: Decimal
    typed: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        return None if self.typed is None else self.here - self.typed


def compare(session: Session) -> list[Compared]:
    """Every figure beside the one that was typed in."""
    typed = _typed(session)
    here = _here(session)
    return [Compared(name, here[name], typed.get(name)) for name in FIGURES]


def type_in(session: Session, figures: dict[str, str], *, by: Actor) -> None:
    """Keeps the old system's figures. Refused, at its field, for what is no number."""
    kept = []
    for name in FIGURES:
        text = figures.get(name, "").replace(",", "").replace(" ", "").strip()
        if not text:
            continue
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            raise Refused(f"“{figures[name][:30]}” is not a number such as 8412.50.", field=name)
        kept.append(f"{name}={value}")
    settings.change(session, TYPED, kept, by=by)


def _typed(session: Session) -> dict[str, Decimal]:
    pairs = (each.partition("=") for each in settings.get(session, TYPED))
    return {name: Decimal(value) for name, _, value in pairs}


def _here(session: Session) -> dict[str, Decimal]:
    """All of them in one statement."""
    counted: dict[str, tuple[Any, tuple[Any, ...]]] = {
        "products": (Product.id, ()),
        "pictures": (Product.id, (Product.image != "",)),
        "accounts": (Account.id, (Account.status.in_(("active", "stopped", "closed")),)),
        "addresses": (Address.id, (Address.replaced_at.is_(None),)),
        "contacts": (Contact.id, ()),
        "prices": (PriceEntry.id, (PriceEntry.valid_to.is_(None),)),
        "vendors": (Vendor.id, ()),
        "open_purchases": (PurchaseOrder.id, (PurchaseOrder.state.in_(TO_COME),)),
        "open_orders": (Order.id, (Order.status.in_(TO_SHIP),)),
        "open_invoices": (Invoice.id, (Invoice.kind == "invoice", Invoice.open_amount > 0)),
    }
    to_come = PurchaseOrderLine.ordered - PurchaseOrderLine.received - PurchaseOrderLine.cancelled
    to_ship = OrderLine.ordered - OrderLine.shipped - OrderLine.cancelled
    value = func.sum(Stock.on_hand * Product.cost / Product.price_per)
    asked: dict[str, Any] = {
        name: select(func.count(column)).where(*conditions)
        for name, (column, conditions) in counted.items()
    }
    asked |= {
        "stock_units": select(func.sum(Stock.on_hand)),
        "stock_value": select(value).join_from(Stock, Product, Product.id == Stock.product_id),
        "units_to_come": select(func.sum(func.greatest(to_come, 0)))
        .join_from(PurchaseOrderLine, PurchaseOrder)
        .where(PurchaseOrder.state.in_(TO_COME)),
        "goods_to_ship": select(func.sum(to_ship * OrderLine.unit_price / OrderLine.price_per))
        .join_from(OrderLine, Order, Order.id == OrderLine.order_id)
        .where(Order.status.in_(TO_SHIP)),
        "open_amount": select(func.sum(Invoice.open_amount)).where(Invoice.kind == "invoice"),
        "unapplied_credit": select(func.sum(Payment.unapplied_amount)),
    }
    columns = [each.scalar_subquery().label(name) for name, each in asked.items()]
    found: Any = columns_of(session, select(*columns)).one()
    return {name: round(Decimal(getattr(found, name) or ZERO), 2) for name in asked}
