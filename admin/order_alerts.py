"""The alerts of an order: whoever opens it reads them before doing anything with it.

Each person is asked once for each alert of each order; an alert written later asks anew, all but
its author. Until then the order's pages offer nothing that changes the order or brings it on, and
changing, cancelling, releasing and shipping it or letting a hold go from there is refused.

An alert asks a person for attention, it is no hold: nobody is asked by lists and queues, on the
floor, and where a form of another page comes in; nor are workers, imports, buyers or programs.
"""

from __future__ import annotations

from typing import Any

from flask import request

from models import insight
from models.kernel.errors import Refused
from models.orders import Order, keep_read
from web.identity import current_actor
from web.transactions import commit, session

READS = "read"
OWN_FIELDS = frozenset({"csrf_token", "do", "alert"})


def alert_context(order: Order, read_href: str, *, notes: bool = True) -> dict[str, Any]:
    """What `admin/order/_alerts.html` shows, and `may`: what this person may do now, nothing while
    an alert is unread. What was typed on a form goes along until they are read."""
    actor = current_actor()
    rows = insight.alerts(session(), order, by=actor)
    unread = [row for row in rows if not row.is_read]
    return {
        "alerts": [row for row in rows if row.is_read and (notes or row.kind == "alert")],
        "unread": unread,
        "read_href": read_href,
        "kept": _typed() if unread else [],
        "may": lambda name: not unread and name in actor.permissions,
    }


def require_read(order: Order) -> None:
    """Refused while this person has not read an alert of the order on it."""
    rows = insight.alerts(session(), order, by=current_actor())
    if not all(row.is_read for row in rows):
        raise Refused("Read the alert on this order first.", field="alerts")


def is_reading() -> bool:
    """Whether the form was sent by “I have read it”."""
    return request.form.get("do") == READS


def has_typed() -> bool:
    """Whether what was typed on the page's form came along."""
    return bool(request.form.get("submission_key"))


def read_shown(order: Order) -> None:
    """Keeps that this person has read the alerts that their page showed, and no other."""
    shown, by = set(request.form.getlist("alert")), current_actor()
    rows = insight.alerts(session(), order, by=by)
    ids = [row.id for row in rows if not row.is_read and str(row.id) in shown]
    keep_read(session(), order.id, ids, by=by)
    commit()


def _typed() -> list[tuple[str, str]]:
    if not has_typed():
        return []
    return [each for each in request.form.items(multi=True) if each[0] not in OWN_FIELDS]
