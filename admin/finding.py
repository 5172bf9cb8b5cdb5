"""Find or do (Ctrl K): records first, then commands. `>` commands, `#` orders, `@` accounts."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from admin.frame import address, office_page, seller, today
from models.accounts import Permission
from models.insight import Found, find_records
from web.access import Pages, staff
from web.i18n import _, lazy
from web.identity import current_actor
from web.limits import SEARCH, limiter
from web.transactions import session

pages = Pages("office_finding", __name__, url_prefix="/admin")
LONGEST = 80
GROUPS = {
    "order": (lazy("Orders"), "inbox"),
    "account": (lazy("Accounts"), "store"),
    "contact": (lazy("People"), "user"),
    "product": (lazy("Products"), "tag"),
    "invoice": (lazy("Invoices"), "receipt-text"),
    "payment": (lazy("Payments"), "wallet"),
    "shipment": (lazy("Shipments"), "truck"),
    "purchase_order": (lazy("Purchase orders"), "factory"),
}
COMMANDS: tuple[tuple[Any, str, dict[str, str], str, Permission], ...] = (
    (lazy("Today"), "office_today.page", {}, "house", Permission.OFFICE_VIEW),
    (lazy("Phone order"), "desk.page", {}, "phone", Permission.ORDERS_TAKE),
    (lazy("Orders to release"), "office_orders.page", {"view": "release"}, "hand",
     Permission.ORDERS_VIEW),
    (lazy("Late orders"), "office_orders.page", {"view": "late"}, "clock", Permission.ORDERS_VIEW),
    (lazy("Orders on hold"), "office_orders.page", {"view": "held"}, "lock",
     Permission.ORDERS_VIEW),
    (lazy("Messages unanswered"), "office_messages.page", {}, "message-square",
     Permission.ORDERS_EDIT),
    (lazy("Counter sale"), "office_counter.page", {}, "banknote", Permission.COUNTER_SELL),
    (lazy("Day end"), "office_day_end.page", {}, "list-checks", Permission.DAY_CLOSE),
    (lazy("Pick lists"), "floor_lists.page", {}, "hand", Permission.PICK),
    (lazy("Ship parcels"), "floor_shipping.page", {}, "truck", Permission.SHIP),
    (lazy("Close a manifest"), "floor_manifests.page", {}, "clipboard-list", Permission.SHIP),
    (lazy("Overdue invoices"), "office_invoices.page", {"state": "overdue"}, "receipt-text",
     Permission.INVOICES_VIEW),
    (lazy("Payments not applied"), "office_payments.page", {"state": "unapplied"}, "wallet",
     Permission.PAYMENTS_VIEW),
    (lazy("Low stock"), "office_stock.page", {"state": "low"}, "boxes", Permission.STOCK_VIEW),
    (lazy("Price lists"), "price_lists.page", {}, "badge-percent", Permission.PRICES_VIEW),
    (lazy("Why this price"), "price_reasons.page", {}, "circle-question-mark",
     Permission.PRICES_VIEW),
    (lazy("New price list"), "price_lists.new", {}, "plus", Permission.PRICES_EDIT),
    (lazy("New purchase order"), "office_purchasing.new", {}, "plus", Permission.PURCHASING_EDIT),
)  # fmt: skip


@pages.get("/find", access=staff(Permission.OFFICE_VIEW))
@limiter.limit(SEARCH)
def find() -> Response:
    """The results for the palette; a page of its own without scripts."""
    words = request.args.get("q", "")[:LONGEST].strip()
    return office_page(
        "admin/find.html", fragment="admin/_found.html", words=words, groups=_groups(words)
    )


def _groups(words: str) -> list[tuple[str, list[dict[str, Any]]]]:
    if words.startswith(">"):
        return _commands(words[1:].strip())
    only = {"#": "order", "@": "account"}.get(words[:1], "")
    found = find_records(
        session(),
        words[1:] if only else words,
        current_actor(),
        today=today(),
        only=only,
        country=seller().country,
    )
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in found:
        groups.setdefault(each.kind, []).append(
            {"href": _href(each), "icon": GROUPS[each.kind][1], "label": each.name,
             "note": each.note}
        )  # fmt: skip
    records = [(str(GROUPS[kind][0]), items) for kind, items in groups.items()]
    return records if only else records + _commands(words)


def _commands(words: str) -> list[tuple[str, list[dict[str, Any]]]]:
    actor = current_actor()
    items = [
        {"href": href, "icon": icon, "label": str(label)}
        for label, endpoint, values, icon, permission in COMMANDS
        if words.lower() in str(label).lower()
        and actor.can(permission)
        and (href := address(endpoint, **values))
    ]
    return [(_("Do"), items)] if items else []


def _href(found: Found) -> str:
    if found.kind == "order":
        return url_for("office_order.page", number=found.name)
    if found.kind == "shipment":
        return url_for("office_order.page", number=found.note)
    if found.kind == "invoice":
        return url_for("office_invoices.page_of", number=found.name)
    endpoint, name = {
        "account": ("office_accounts.page_of", "account_id"),
        "contact": ("office_accounts.page_of", "account_id"),
        "payment": ("office_payments.page_of", "payment_id"),
        "product": ("office_products.page_of", "product_id"),
        "purchase_order": ("office_purchasing.page_of", "purchase_order_id"),
    }[found.kind]
    return url_for(endpoint, **{name: found.id})
