"""Today: what went wrong or waits, first; every row leads to the one thing to do about it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from admin.frame import office_page, today, waiting
from admin.unsent import count_unsent
from models.accounts import Permission
from models.company import IS_SET_UP
from models.insight import asked_orders, held_orders, late_orders, releasable_orders
from models.kernel import settings
from models.kernel.tasks import count_dead_tasks
from web.access import Pages, staff
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
    return office_page(
        "admin/today/page.html",
        current="today",
        counts=waiting(),
        dead_tasks=_dead_tasks(),
        unsent=count_unsent(),
        **_orders(),
    )


def _orders() -> dict[str, Any]:
    if not current_actor().can(Permission.ORDERS_VIEW):
        return {"asked": [], "late": [], "held": [], "releasable": []}
    return {
        "asked": asked_orders(session()) if current_actor().can(Permission.ORDERS_EDIT) else [],
        "late": late_orders(session(), today=today()),
        "held": held_orders(session(), today=today()),
        "releasable": releasable_orders(session(), today=today()),
    }


def _dead_tasks() -> int:
    if not current_actor().can(Permission.SETTINGS_MANAGE):
        return 0
    return count_dead_tasks(session())
