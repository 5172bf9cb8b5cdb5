"""Shipping: what is packed leaves, several at once, with tracking numbers where there are any."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.floor.frame import floor_shell, floor_tabs
from admin.frame import Errors, floor_page
from models.accounts import Permission
from models.fulfilment import ship_shipment, waiting_shipments
from models.kernel.errors import Conflict, NotFound, Refused
from web.access import Pages, staff
from web.i18n import _, ngettext
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("floor_shipping", __name__, url_prefix="/floor/ship")
MOST_AT_ONCE = 100


@pages.get("", access=staff(Permission.SHIP))
def page() -> Response:
    """What is packed and waits for the van."""
    return show([], 200)


@pages.post("", access=staff(Permission.SHIP))
def leave() -> Response:
    """Ships each chosen shipment in a transaction of its own: one that may not leave keeps no
    other back, and the lock on the invoice numbers is short."""
    chosen = request.form.getlist("shipment")[:MOST_AT_ONCE]
    if not chosen:
        return show([("", _("Choose at least one shipment."))], 422)
    gone: list[str] = []
    problems: Errors = []
    for text in chosen:
        try:
            gone.append(_shipped(text))
        except (Refused, Conflict, NotFound) as refusal:
            session().rollback()
            problems.append(("", _(refusal.sentence)))
    if gone:
        flash(ngettext("%(num)s shipment left", "%(num)s shipments left", len(gone)))
    if problems:
        return show(problems, 422)
    return go_to(url_for("floor_shipping.page"))


def show(errors: Errors, status: int) -> Response:
    return floor_page(
        "admin/floor/ship.html",
        floor_shell(_("Ship")),
        status=status,
        errors=errors,
        tabs=floor_tabs("ship"),
        rows=waiting_shipments(session(), "packed"),
    )


def _shipped(text: str) -> str:
    if not text.isascii() or not text.isdigit():
        raise NotFound("There is no such shipment.")
    tracking = request.form.get(f"tracking-{text}", "")[:80]
    ship_shipment(session(), int(text), by=current_actor(), tracking_number=tracking)
    commit()
    return text
