"""What buyers write about their orders: the queue, and taking, answering and closing an entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import office_page, refused_in_place, today, waiting
from admin.listing import PAGE_SIZE, Listing, listing
from admin.order import find, show
from models.accounts import Actor, Permission
from models.insight import MESSAGE_QUEUES, answer_by, message_rows
from models.kernel.errors import Refused
from models.orders import Order, answer_request, assign_request, close_request, take_request
from web.access import Pages, staff
from web.i18n import _
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_messages", __name__, url_prefix="/admin")


@pages.get("/messages", access=staff(Permission.ORDERS_VIEW))
def page() -> Response:
    """One page of a queue; what waits longest stands first."""
    state = listing("office_messages.page", ("queue",), sort="age", sorts=("age",))
    wanted = state.args.get("queue", "open")
    wanted = wanted if wanted in MESSAGE_QUEUES else "open"
    rows = message_rows(
        session(), wanted, current_actor(), today=today(), limit=PAGE_SIZE + 1, offset=state.offset
    )
    return office_page(
        "admin/messages/list.html",
        current="messages",
        list=state,
        queue=wanted,
        rows=rows[:PAGE_SIZE],
        has_more=len(rows) > PAGE_SIZE,
        answer_by=answer_by(session()),
        me=current_actor().id,
        tabs=_tabs(state, wanted),
    )


@pages.post("/orders/<number>/answer", access=staff(Permission.ORDERS_EDIT))
def answer(number: str) -> Response:
    """Answers what the buyer wrote; they read it on the order and in a mail."""
    text = request.form.get("answer", "")
    return _done(
        number, _("Answered"), lambda order, by: answer_request(session(), order, text, by=by)
    )


@pages.post("/orders/<number>/message/take", access=staff(Permission.ORDERS_EDIT))
def take(number: str) -> Response:
    """Makes it this person's to answer."""
    return _done(
        number, _("It is yours now"), lambda order, by: take_request(session(), order, by=by)
    )


@pages.post("/orders/<number>/message/assign", access=staff(Permission.ORDERS_EDIT))
def assign(number: str) -> Response:
    """Gives it to a colleague, or back to everybody."""
    chosen = request.form.get("owner", "")
    if chosen and not (chosen.isascii() and chosen.isdigit() and len(chosen) < 18):
        raise Refused("Choose a colleague who answers messages.", field="owner")
    owner = int(chosen) if chosen else None
    said = _("Handed over") if owner else _("Given back to everybody")
    return _done(number, said, lambda order, by: assign_request(session(), order, owner, by=by))


@pages.post("/orders/<number>/message/close", access=staff(Permission.ORDERS_EDIT))
def close(number: str) -> Response:
    """Ends it without an answer, for a reason that colleagues read."""
    reason = request.form.get("reason", "")
    return _done(
        number, _("Closed"), lambda order, by: close_request(session(), order, reason, by=by)
    )


def _done(number: str, said: str, do: Callable[[Order, Actor], object]) -> Response:
    """The order again with what was done said; what is refused stands above it."""

    def act() -> Response:
        do(find(number), current_actor())
        commit()
        flash(said)
        return go_to(url_for("office_order.page", number=number, _anchor="request"))

    return refused_in_place(act, lambda errors, status: show(number, errors, status))


def _tabs(state: Listing, wanted: str) -> list[dict[str, Any]]:
    names = (
        ("open", _("Unanswered"), waiting().messages),
        ("mine", _("Mine"), None),
        ("free", _("Nobody's yet"), None),
        ("answered", _("Answered"), None),
    )
    return [
        {"label": words, "href": state.href(queue=name), "count": count, "current": name == wanted}
        for name, words, count in names
    ]
