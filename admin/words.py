"""States as staff read them: the word, its tone, and how full its ring is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from models.kernel.quantity import plain
from models.orders import told_status
from web.i18n import _, lazy, ngettext
from web.presenting import money
from web.statuses import RETURN_REASONS, RETURNS

Look = tuple[str, str, str]

ORDER_STATUSES: dict[str, tuple[Any, str, str]] = {
    "awaiting_approval": (lazy("Awaiting approval"), "warn", "dash"),
    "on_hold": (lazy("On hold"), "warn", ""),
    "awaiting_payment": (lazy("Awaiting payment"), "warn", ""),
    "open": (lazy("Open"), "info", ""),
    "picking": (lazy("Picking"), "info", "half"),
    "partly_shipped": (lazy("Part shipped"), "warn", "half"),
    "shipped": (lazy("Shipped"), "ok", "full"),
    "delivered": (lazy("Delivered"), "ok", "full"),
    "invoiced": (lazy("Invoiced"), "info", "full"),
    "paid": (lazy("Paid"), "ok", "full"),
    "closed": (lazy("Closed"), "", "full"),
    "cancelled": (lazy("Cancelled"), "", "none"),
}

DOCUMENTS: dict[str, tuple[Any, Any]] = {
    "acknowledgement": (lazy("Order acknowledgement"), lazy("Usually to whoever ordered")),
    "pro_forma": (lazy("Pro-forma invoice"), lazy("Usually to whoever ordered")),
    "delivery_note": (lazy("News of a delivery"), lazy("Usually to whoever ordered")),
    "invoice": (lazy("Invoice"), lazy("Usually to the first contact")),
    "credit_note": (lazy("Credit note"), lazy("Usually where invoices go")),
    "statement": (lazy("Statement"), lazy("Usually to the first contact")),
    "price_notice": (lazy("Price notice"), lazy("Usually to the first contact")),
}
"""What an account's kinds of document are called, and to whom they go when nothing is settled."""
SENDING: dict[str, Any] = {
    "usual": lazy("As usual"), "mail": lazy("By mail to"), "post": lazy("By post"),
    "none": lazy("Not at all"),
}  # fmt: skip

HOLDS = {
    "credit_limit": lazy("Over credit limit"),
    "overdue": lazy("Overdue invoices"),
    "awaiting_payment": lazy("Awaiting payment"),
    "below_floor": lazy("Price below floor"),
    "address": lazy("Address"),
    "manual": lazy("Held by hand"),
    "approval": lazy("Buyer's approval"),
}

CHANNELS = {
    "web": lazy("on the web"),
    "rep": lazy("with their rep"),
    "phone": lazy("by phone"),
    "mail": lazy("by mail"),
    "counter": lazy("at the counter"),
    "file": lazy("as a file"),
    "standing": lazy("as a standing order"),
    "imported": lazy("before the move, imported"),
}

MEANS = {
    "transfer": lazy("Bank transfer"),
    "card": lazy("Card"),
    "terminal": lazy("Card at the counter"),
    "cheque": lazy("Cheque"),
    "cash": lazy("Cash"),
    "imported": lazy("Imported"),
}

ACCOUNT_STATUSES: dict[str, tuple[Any, str, str]] = {
    "applied": (lazy("Applied"), "info", "dash"),
    "active": (lazy("Active"), "ok", "full"),
    "stopped": (lazy("On stop"), "bad", ""),
    "closed": (lazy("Closed"), "", "none"),
    "declined": (lazy("Declined"), "", "none"),
}

PURCHASE_STATES: dict[str, tuple[Any, str, str]] = {
    "draft": (lazy("Draft"), "", "dash"),
    "sent": (lazy("Sent"), "info", ""),
    "partly_received": (lazy("Part received"), "info", "half"),
    "received": (lazy("Received"), "ok", "full"),
    "closed": (lazy("Closed"), "", "full"),
    "cancelled": (lazy("Cancelled"), "", "none"),
}

MAIL_STATES: dict[str, tuple[Any, str, str]] = {
    "queued": (lazy("Waiting"), "info", ""),
    "sent": (lazy("Sent"), "ok", "full"),
    "failed": (lazy("Failed"), "bad", ""),
    "bounced": (lazy("Came back"), "bad", ""),
    "diverted": (lazy("Diverted"), "warn", "full"),
    "off": (lazy("Not sent, mail is off"), "", "dash"),
    "kept": (lazy("Kept"), "", "dash"),
}

ATTEMPT_STATES: dict[str, tuple[Any, str, str]] = {
    "intent": (lazy("Begun"), "", "dash"),
    "started": (lazy("On the payment page"), "info", ""),
    "succeeded": (lazy("Paid"), "ok", "full"),
    "failed": (lazy("Refused"), "bad", ""),
    "expired": (lazy("Not finished"), "", "none"),
    "mismatch": (lazy("Does not fit"), "bad", "half"),
}

REFUND_STATES: dict[str, tuple[Any, str, str]] = {
    "intent": (lazy("Under way"), "info", ""),
    "sent": (lazy("With the bank"), "info", "half"),
    "succeeded": (lazy("Refunded"), "ok", "full"),
    "failed": (lazy("Failed"), "bad", ""),
}

MOVEMENTS = {
    "received": lazy("Received"),
    "allocated": lazy("Promised"),
    "released": lazy("Promise released"),
    "picked": lazy("Picked"),
    "shipped": lazy("Shipped"),
    "returned": lazy("Returned"),
    "adjusted": lazy("Adjusted"),
    "counted": lazy("Counted"),
    "transferred_out": lazy("Moved out"),
    "transferred_in": lazy("Moved in"),
}

PRICE_CHANGES = {
    "price_list.created": lazy("Made"),
    "price_list.activated": lazy("Put in force"),
    "price_list.changed": lazy("Terms changed"),
    "price_list.imported": lazy("File imported"),
    "price_list.rule_set": lazy("Rule set"),
    "price_list.rule_removed": lazy("Rule taken away"),
    "price_list.assigned": lazy("Given to somebody"),
    "price_list.assignment_changed": lazy("Assignment changed"),
    "price_list.unassigned": lazy("Taken from somebody"),
    "price_list.products_shown": lazy("Products shown"),
    "price_list.product_hidden": lazy("Product taken out"),
    "price_list.tiers_asked": lazy("Past sales looked through"),
    "price_list.tiers_accepted": lazy("Proposed tiers accepted"),
    "price_list.quantities_agreed": lazy("Quantities agreed"),
    "price.added": lazy("Price added"),
    "price.changed": lazy("Price changed"),
    "price.ended": lazy("Price ended"),
}


def looks() -> dict[str, Any]:
    """All of them, for templates."""
    return {
        "order_look": order_look,
        "hold_names": HOLDS,
        "channels": CHANNELS,
        "means_names": MEANS,
        "account_statuses": ACCOUNT_STATUSES,
        "purchase_states": PURCHASE_STATES,
        "mail_states": MAIL_STATES,
        "attempt_states": ATTEMPT_STATES,
        "refund_states": REFUND_STATES,
        "return_states": RETURNS,
        "return_reasons": RETURN_REASONS,
        "movement_names": MOVEMENTS,
        "change_names": PRICE_CHANGES,
        "invoice_look": invoice_look,
    }


def order_look(status: str, hold_codes: Iterable[str] | None) -> Look:
    """An order's status, as its pill says it."""
    word, tone, fill = ORDER_STATUSES[told_status(status, hold_codes)]
    return str(word), tone, fill


def invoice_look(invoice: Any, today: date) -> Look:
    """Paid, due or overdue, as the pill of an invoice or credit note says it."""
    if invoice.open_amount == 0:
        return _("Paid") if invoice.kind == "invoice" else _("Used"), "ok", "full"
    if invoice.kind == "credit_note":
        return _("Credit"), "info", ""
    if invoice.due_on < today:
        late = (today - invoice.due_on).days
        words = ngettext("Overdue %(num)s day", "Overdue %(num)s days", late)
        return words, "bad", ""
    partly = Decimal(invoice.open_amount) < Decimal(invoice.total_amount)
    return (_("Part paid") if partly else _("Open")), "info", "half" if partly else ""


def as_money(amount: Any, currency: str) -> str:
    """An amount that was kept as text, such as the details of a hold."""
    return money(Decimal(str(amount)), currency)


def plain_amount(amount: Any) -> str:
    """An amount as it is typed into a field: no sign, no grouping; what was typed stays."""
    return f"{amount:.2f}" if isinstance(amount, Decimal) else str(amount)


def plain_price(price: Decimal | None) -> str:
    """A price as it is typed into a field: two decimals at least, four at most, no sign."""
    if price is None:
        return ""
    text = f"{price:.4f}"
    return text[:-2] if text.endswith("00") else text.rstrip("0")


def plain_number(number: Decimal | None) -> str:
    """A percentage or quantity as it is typed into a field: `-12`, `0.05`."""
    return "" if number is None else plain(number)


FILTERS = {
    "as_money": as_money,
    "plain_amount": plain_amount,
    "plain_price": plain_price,
    "plain_number": plain_number,
}
