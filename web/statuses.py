"""The words, tones and shapes of states, the same on every page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from models.orders import told_status
from web.i18n import _, lazy, ngettext


class StatusView(NamedTuple):
    """For `ui.status(*view)`: word, tone, fill."""

    word: str
    tone: str = ""
    fill: str = "full"


ORDERS: dict[str, tuple[Any, str, str]] = {
    "awaiting_approval": (lazy("Awaiting approval"), "warn", "dash"),
    "on_hold": (lazy("On hold"), "warn", ""),
    "awaiting_payment": (lazy("Awaiting payment"), "warn", ""),
    "open": (lazy("Open"), "info", ""),
    "picking": (lazy("Picking"), "info", "half"),
    "partly_shipped": (lazy("Part shipped"), "warn", "half"),
    "shipped": (lazy("Shipped"), "ok", "full"),
    "delivered": (lazy("Delivered"), "ok", "full"),
    "invoiced": (lazy("Shipped and invoiced"), "ok", "full"),
    "paid": (lazy("Paid"), "ok", "full"),
    "closed": (lazy("Closed"), "", "full"),
    "cancelled": (lazy("Cancelled"), "", "none"),
}


RETURNS: dict[str, tuple[Any, str, str]] = {
    "requested": (lazy("Asked for"), "info", "dash"),
    "approved": (lazy("Agreed, awaited"), "info", ""),
    "refused": (lazy("Refused"), "bad", "none"),
    "partly_received": (lazy("Part received"), "info", "half"),
    "received": (lazy("Received"), "info", "full"),
    "closed": (lazy("Done"), "ok", "full"),
}
RETURN_REASONS = {
    "damaged": lazy("Damaged on arrival"),
    "faulty": lazy("Faulty"),
    "wrong_item": lazy("Not what was ordered"),
    "not_wanted": lazy("Not wanted any more"),
    "other": lazy("Another reason"),
}


def return_status(state: str) -> StatusView:
    """Where a return stands."""
    word, tone, fill = RETURNS[state]
    return StatusView(str(word), tone, fill)


def order_status(status: str, hold_codes: Iterable[str] | None = ()) -> StatusView:
    """An order's status; with its open holds, whether it waits for nothing but its payment."""
    word, tone, fill = ORDERS[told_status(status, hold_codes)]
    return StatusView(str(word), tone, fill)


def invoice_status(kind: str, open_amount: Any, due_on: date, today: date) -> StatusView:
    """What is still to be done about an invoice."""
    if not open_amount:
        return StatusView(_("Paid") if kind == "invoice" else _("Used"), "ok")
    if kind == "credit_note":
        return StatusView(_("Credit to use"), "info", "")
    late = (today - due_on).days
    if late > 0:
        words = ngettext("Overdue %(num)s day", "Overdue %(num)s days", late)
        return StatusView(words, "bad")
    return StatusView(_("Open"), "info", "")


STATEMENT_ENTRIES = {
    "invoice": lazy("Invoice"),
    "credit_note": lazy("Credit note"),
    "payment": lazy("Payment"),
    "deposit_used": lazy("Payment for the order"),
    "refund_asked": lazy("Refund"),
    "refund_failed": lazy("Refund that failed"),
    "payment_returned": lazy("Payment returned by the bank"),
    "opening": lazy("Opening balance"),
}


def statement_words(kind: str) -> str:
    """What a line of a statement of account is, by the kind of its ledger entry."""
    return str(STATEMENT_ENTRIES.get(kind, kind.replace("_", " ").capitalize()))
