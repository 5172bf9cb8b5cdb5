"""What waits for somebody: the counts beside the office's navigation and its tabs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, select
from sqlalchemy.orm import Session

from models.accounts import AccountApplication
from models.fulfilment import GoodsReturn, PickList, Shipment, in_queue
from models.insight.order_views import VIEWS
from models.kernel.database import columns_of
from models.kernel.mail import UNDELIVERED, MailMessage
from models.orders import Order, OrderRequest
from models.receivables import InboundEvent, Invoice, Payment

MOST = 1000
"""Counting stops here; what waits longer than that needs no exact figure."""
COUNTED_VIEWS = ("open", "late", "held", "release", "pick", "pack", "ship", "invoice")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of each wait, at most MOST. Orders by view; the rest by their own name."""

    orders: dict[str, int]
    pick_lists: int
    to_pack: int
    to_ship: int
    to_manifest: int
    overdue_invoices: int
    open_invoices: int
    unapplied_payments: int
    card_trouble: int
    failed_mails: int
    applications: int
    returns_requested: int
    returns_awaited: int
    returns_to_credit: int
    messages: int

    @property
    def returns(self) -> int:
        """Returns that wait for a decision or a credit; awaited goods are the customer's turn."""
        return self.returns_requested + self.returns_to_credit


def count_waiting(session: Session, *, today: date) -> Waiting:
    """Everything that waits, in one statement."""
    row = columns_of(session, _counts(today)).one()
    found = dict(row._mapping)
    orders = {name: found.pop(f"view_{name}") for name in COUNTED_VIEWS}
    return Waiting(orders=orders, **found)


@lru_cache(4)
def _counts(today: date) -> Select[Any]:
    """The statement of a day: building it for each page would cost more than the page's rows."""
    counts: dict[str, Select[int]] = {
        f"view_{name}": _rows(Order, VIEWS[name](today)) for name in COUNTED_VIEWS
    }
    is_due = (Invoice.kind == "invoice") & (Invoice.open_amount > 0)
    counts |= {
        "pick_lists": _rows(PickList, PickList.state.in_(("released", "picking"))),
        "to_pack": _rows(Shipment, Shipment.state == "packing"),
        "to_ship": _rows(Shipment, Shipment.state == "packed"),
        "to_manifest": _rows(Shipment, and_(Shipment.awaits_manifest)),
        "overdue_invoices": _rows(Invoice, is_due, Invoice.due_on < today),
        "open_invoices": _rows(Invoice, is_due),
        "unapplied_payments": _rows(
            Payment, Payment.unapplied_amount > 0, Payment.order_id.is_(None)
        ),
        "card_trouble": _rows(InboundEvent, InboundEvent.state == "parked"),
        "failed_mails": _rows(MailMessage, MailMessage.state.in_(UNDELIVERED)),
        "applications": _rows(AccountApplication, AccountApplication.state == "waiting"),
        "returns_requested": _rows(GoodsReturn, *in_queue("requested")),
        "returns_awaited": _rows(GoodsReturn, *in_queue("awaited")),
        "returns_to_credit": _rows(GoodsReturn, *in_queue("to_credit")),
        "messages": _rows(OrderRequest, OrderRequest.answered_at.is_(None)),
    }
    return select(
        *(
            select(func.count()).select_from(rows.subquery()).scalar_subquery().label(name)
            for name, rows in counts.items()
        )
    )


def _rows(
    model: type[
        Order
        | PickList
        | Shipment
        | Invoice
        | Payment
        | InboundEvent
        | GoodsReturn
        | MailMessage
        | AccountApplication
        | OrderRequest
    ],
    *conditions: ColumnElement[bool],
) -> Select[int]:
    return select(model.id).where(*conditions).limit(literal_column(str(MOST)))
