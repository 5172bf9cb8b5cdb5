"""What all pages of one price list share: its head, and the tabs between its parts."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, seller, today
from models.accounts import Permission
from models.kernel.errors import NotFound
from models.pricing import ListFilter, price_lists, state_of
from web.access import staff
from web.i18n import _, lazy
from web.transactions import session

VIEW = staff(Permission.OFFICE_VIEW, Permission.PRICES_VIEW)
"""Reps see prices of their accounts on pages of their own, not everybody's agreements."""
EDIT = staff(Permission.OFFICE_VIEW, Permission.PRICES_EDIT)

KINDS = {"base": lazy("Base list"), "list": lazy("Price list"), "contract": lazy("Contract")}
STATES = {
    "active": (lazy("In force"), "ok", "full"),
    "future": (lazy("Future"), "info", ""),
    "ended": (lazy("Ended"), "", "none"),
    "draft": (lazy("Draft"), "", "dash"),
}


def overview(list_id: int) -> Any:
    """The list with its figures. NotFound without one."""
    rows = price_lists(session(), ListFilter(list_id=list_id), on=today())
    if not rows:
        raise NotFound("There is no such price list.")
    return rows[0]


def list_page(
    page: str,
    row: Any,
    tab: str,
    *,
    fragment: str | None = None,
    errors: Errors | None = None,
    status: int = 200,
    **context: Any,
) -> Response:
    """A page of the list under its head."""
    return office_page(
        page,
        current="prices",
        fragment=fragment,
        status=status,
        errors=errors or [],
        row=row,
        state=STATES[state_of(row, today())],
        kinds=KINDS,
        tabs=_tabs(row, tab),
        shows_margin=row.currency == seller().base_currency,
        **context,
    )


def _tabs(row: Any, current: str) -> list[dict[str, Any]]:
    parts = [
        ("prices", _("Prices"), "price_entries.page",
         None if row.derived_from_id else row.products),
        ("terms", _("Terms and rules") if row.derived_from_id else _("Terms"), "price_terms.page",
         None),
        ("holders", _("Who gets it"), "price_holders.page", row.accounts + row.groups),
        ("range", _("Products and quantities"), "price_ranges.page", None),
        ("changes", _("Changes"), "price_terms.changes", None),
    ]  # fmt: skip
    return [
        {"label": label, "href": url_for(endpoint, list_id=row.id), "current": key == current,
         "count": count}
        for key, label, endpoint, count in parts
        if not (key == "holders" and row.kind == "base")
    ]  # fmt: skip
