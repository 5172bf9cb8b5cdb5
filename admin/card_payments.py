"""Card payments as finance sees them: what does not fit our records, and how each one stands."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place
from admin.words import ATTEMPT_STATES
from models.accounts import Permission
from models.receivables import (
    failed_refunds,
    latest_attempts,
    parked_events,
    put_aside,
    take_up_again,
)
from web.access import Pages, staff
from web.i18n import _
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_cards", __name__, url_prefix="/admin/card-payments")


@pages.get("", access=staff(Permission.PAYMENTS_VIEW))
def page() -> Response:
    """What to look at first, then the latest card payments."""
    return show()


@pages.post("/events/<int:inbound_id>/again", access=staff(Permission.PAYMENTS_RECORD))
def again(inbound_id: int) -> Response:
    """Works on a parked event once more."""

    def act() -> Response:
        take_up_again(session(), inbound_id, by=current_actor())
        commit()
        flash(_("It is worked on again"))
        return go_to(url_for("office_cards.page"))

    return refused_in_place(act, show)


@pages.post("/events/<int:inbound_id>/aside", access=staff(Permission.PAYMENTS_RECORD))
def aside(inbound_id: int) -> Response:
    """Puts a parked event aside, for a reason that stays with it."""

    def act() -> Response:
        reason = request.form.get("reason", "")
        put_aside(session(), inbound_id, reason=reason, by=current_actor())
        commit()
        flash(_("Put aside"))
        return go_to(url_for("office_cards.page"))

    return refused_in_place(act, show)


def show(errors: Errors | None = None, status: int = 200) -> Response:
    state = request.args.get("state", "")
    state = state if state in ATTEMPT_STATES else ""
    return office_page(
        "admin/payments/cards.html",
        current="cards",
        status=status,
        errors=errors or [],
        parked=[_parked(row) for row in parked_events(session())],
        refunds=failed_refunds(session()),
        rows=latest_attempts(session(), state=state),
        tabs=_tabs(state),
    )


def _parked(row: Any) -> dict[str, Any]:
    thing = row.payload.get("data")
    thing = thing.get("object") if isinstance(thing, dict) else None
    reference = thing.get("id", "") if isinstance(thing, dict) else ""
    return {
        "id": row.id,
        "kind": row.kind,
        "event": row.event_id,
        "reference": reference,
        "problem": row.problem,
        "received_at": row.received_at,
    }


def _tabs(current: str) -> list[dict[str, Any]]:
    names = [("", _("All")), *((name, look[0]) for name, look in ATTEMPT_STATES.items())]
    return [
        {
            "label": words,
            "href": url_for("office_cards.page", state=name or None),
            "current": name == current,
        }
        for name, words in names
    ]
