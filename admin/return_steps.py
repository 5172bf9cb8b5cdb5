"""The steps of a return: decided, received, credited, closed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import refused_in_place
from admin.returns import find, show, units_of
from admin.typed import optional_price_of
from models.accounts import Permission
from models.fulfilment import (
    Came,
    approve_return,
    close_return,
    credit_return,
    receive_return,
    refuse_return,
)
from models.kernel.money import ZERO
from web.access import Pages, staff
from web.i18n import _, ngettext
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_return_steps", __name__, url_prefix="/admin/returns")


@pages.post("/<number>/approve", access=staff(Permission.RETURNS_DECIDE))
def approve(number: str) -> Response:
    """Agrees; the customer is told where to send the goods."""

    def act() -> str:
        approve_return(session(), find(number).id, message=_text("decision"), by=current_actor())
        return _("Agreed. The customer is told by mail.")

    return _step(number, act)


@pages.post("/<number>/refuse", access=staff(Permission.RETURNS_DECIDE))
def refuse(number: str) -> Response:
    """Declines with a reason that the customer reads."""

    def act() -> str:
        refuse_return(session(), find(number).id, reason=_text("decision"), by=current_actor())
        return _("Refused. The customer is told by mail.")

    return _step(number, act)


@pages.post("/<number>/receive", access=staff(Permission.RECEIVE))
def receive(number: str) -> Response:
    """Books in what came, by what becomes of it, once per form."""

    def act() -> str:
        kept, scrapped, back = (units_of(f"{kind}-") for kind in ("restocked", "scrapped", "back"))
        came = {
            key: Came(kept.get(key, ZERO), scrapped.get(key, ZERO), back.get(key, ZERO))
            for key in {*kept, *scrapped, *back}
        }
        receive_return(
            session(), find(number).id, came, submission_key=_text("submission_key")[:64],
            note=_text("note"), by=current_actor(),
        )  # fmt: skip
        return _("Booked in")

    return _step(number, act)


@pages.post("/<number>/credit", access=staff(Permission.INVOICES_ISSUE))
def credit(number: str) -> Response:
    """Issues the credit notes for what came, once per form."""

    def act() -> str:
        notes = credit_return(
            session(), find(number).id, reason=_text("reason"), restocking_fee=_fee(),
            submission_key=_text("submission_key")[:64], by=current_actor(),
        )  # fmt: skip
        numbers = ", ".join(note.number for note in notes)
        return ngettext(
            "Credit note %(numbers)s is issued", "Credit notes %(numbers)s are issued",
            len(notes), numbers=numbers,
        )  # fmt: skip

    return _step(number, act)


@pages.post("/<number>/close", access=staff(Permission.RETURNS_DECIDE))
def close(number: str) -> Response:
    """Ends a return of which nothing more comes."""

    def act() -> str:
        close_return(session(), find(number).id, reason=_text("close_reason"), by=current_actor())
        return _("Closed")

    return _step(number, act)


def _step(number: str, act: Callable[[], str]) -> Response:
    """Does it, commits, says so, and shows the return again; refusals stand on its page."""

    def done() -> Response:
        words = act()
        commit()
        flash(words)
        return go_to(url_for("office_returns.page_of", number=number))

    return refused_in_place(done, lambda errors, status: show(number, errors, status))


def _text(name: str) -> str:
    return request.form.get(name, "").strip()


def _fee() -> Decimal:
    return optional_price_of("fee") or ZERO
