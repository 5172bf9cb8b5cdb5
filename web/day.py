"""What waits today, in words and with the list that shows it: for the page Today and its mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from web.i18n import gettext as _
from web.i18n import lazy
from web.presenting import money

ORDERS = "/admin/orders?view="


@dataclass(frozen=True, slots=True)
class Place:
    """What is said of a concern, the list it leads to, and its tone while something waits."""

    words: Any
    path: str
    tone: str = ""


PARTS = {
    "desk": lazy("Order desk"),
    "warehouse": lazy("Warehouse"),
    "purchasing": lazy("Purchasing"),
    "finance": lazy("Finance"),
    "system": lazy("System"),
}
PLACES = {
    "messages": Place(lazy("Messages unanswered"), "/admin/messages", "warn"),
    "new": Place(lazy("Came in since last evening"), f"{ORDERS}new"),
    "held": Place(lazy("On hold"), f"{ORDERS}held", "warn"),
    "late": Place(lazy("Late"), f"{ORDERS}late", "bad"),
    "cut_off": Place(lazy("Past cut-off"), f"{ORDERS}cut_off", "bad"),
    "short": Place(lazy("Short of goods"), f"{ORDERS}short", "warn"),
    "fillable": Place(lazy("Backorders now in stock"), f"{ORDERS}fillable", "warn"),
    "payment": Place(lazy("Awaiting payment"), f"{ORDERS}payment"),
    "returns_requested": Place(lazy("Returns to decide"), "/admin/returns", "warn"),
    "below_floor": Place(lazy("Prices below the floor"), f"{ORDERS}held&hold=below_floor", "warn"),
    "applications": Place(lazy("Applications"), "/admin/applications", "warn"),
    "release": Place(lazy("To release"), f"{ORDERS}release"),
    "pick": Place(lazy("To pick"), "/floor"),
    "pack": Place(lazy("To pack"), "/floor/pack"),
    "ship": Place(lazy("To ship"), "/floor/ship"),
    "manifest": Place(lazy("Parcels on no manifest"), "/floor/manifest"),
    "arriving": Place(lazy("Deliveries expected"), "/admin/purchase-orders?state=arriving"),
    "returns_awaited": Place(lazy("Returns awaited"), "/admin/returns?state=awaited"),
    "overdue_supply": Place(
        lazy("Deliveries overdue"), "/admin/purchase-orders?state=overdue", "bad"
    ),
    "drafts": Place(lazy("Drafts to send"), "/admin/purchase-orders?state=draft"),
    "stock_short": Place(lazy("Backordered products"), "/admin/stock?state=short", "warn"),
    "stock_low": Place(lazy("At the reorder point"), "/admin/stock?state=low"),
    "left_over": Place(lazy("Specials left over"), "/admin/stock?state=left_over", "warn"),
    "unapplied": Place(lazy("Payments not applied"), "/admin/payments?state=unapplied", "warn"),
    "overdue": Place(lazy("Overdue invoices"), "/admin/invoices?state=overdue", "bad"),
    "hold.credit_limit": Place(
        lazy("Held over the limit"), f"{ORDERS}held&hold=credit_limit", "warn"
    ),
    "hold.overdue": Place(lazy("Held for overdue invoices"), f"{ORDERS}held&hold=overdue", "warn"),
    "invoice": Place(lazy("Shipped, not invoiced"), f"{ORDERS}invoice", "warn"),
    "post": Place(lazy("Invoices to post"), "/admin/invoices?state=post", "warn"),
    "returns_to_credit": Place(lazy("Returns to credit"), "/admin/returns?state=to_credit", "warn"),
    "cards": Place(lazy("Card messages to settle"), "/admin/card-payments", "bad"),
    "mails": Place(lazy("Mails that did not arrive"), "/admin/unsent", "bad"),
    "tasks": Place(lazy("Tasks that gave up"), "/admin/tasks", "bad"),
}


def sums_in_words(concern: Any) -> str:
    """The money of a concern, one amount for each currency: `£1,204.00, €80.00`."""
    return ", ".join(money(amount, currency) for currency, amount in concern.sums)


def waiting_in_words(parts: Iterable[Any], base_url: str) -> str:
    """What waits, as the mail lists it: by part, each concern with its count, money and list."""
    waiting = [(part.key, [each for each in part.concerns if each.count]) for part in parts]
    return "\n\n".join(
        "\n\n".join([str(PARTS[key]), *(_concern(each, base_url) for each in concerns)])
        for key, concerns in waiting
        if concerns
    ) or _("Nothing waits for you.")


def _concern(concern: Any, base_url: str) -> str:
    place, sums = PLACES[concern.key], sums_in_words(concern)
    words = f"  {concern.count}  {place.words}" + (f", {sums}" if sums else "")
    return f"{words}\n     {base_url}{place.path}"
