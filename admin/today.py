"""Today: what waits for this person, by their kind of work; each count leads to its rows."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from admin.frame import office_page, today, waiting
from admin.unsent import count_unsent
from models.accounts import Permission
from models.company import IS_SET_UP
from models.insight import (
    asked_orders,
    first_orders,
    holds_of,
    order_figures,
    parts_of_day,
)
from models.kernel import settings
from web.access import Pages, staff
from web.day import PARTS, PLACES, sums_in_words
from web.identity import current_actor
from web.pages import go_to
from web.transactions import session

pages = Pages("office_today", __name__, url_prefix="/admin")


@pages.get("", access=staff(Permission.OFFICE_VIEW))
def page() -> Response:
    """The exceptions that this person may do something about.

    Until the company is set up an administrator starts there.
    """
    may_set_up = current_actor().can(Permission.SETTINGS_MANAGE)
    if may_set_up and not settings.get(session(), IS_SET_UP):
        return go_to(url_for("company.page"))
    figures = order_figures(session(), current_actor(), today=today())
    parts = parts_of_day(session(), current_actor(), waiting(), figures, today=today())
    return office_page(
        "admin/today/page.html",
        current="today",
        unsent=count_unsent(),
        parts=parts,
        part_names=PARTS,
        places=PLACES,
        money_of=sums_in_words,
        figures=figures,
        **_orders(holds_of(figures)),
    )


def _orders(holds: Any) -> dict[str, Any]:
    """The first of the orders themselves, for who works on them."""
    actor = current_actor()
    is_desk, is_floor = actor.can(Permission.ORDERS_EDIT), actor.can(Permission.PICK)
    may_decide = is_desk or actor.can(Permission.HOLDS_RELEASE)
    shown = {"held": may_decide, "late": is_desk or is_floor, "release": is_desk or is_floor}
    return {
        "asked": asked_orders(session()) if is_desk else [],
        "holds": holds if may_decide else [],
        "first": first_orders(session(), [view for view in shown if shown[view]], today=today()),
    }
