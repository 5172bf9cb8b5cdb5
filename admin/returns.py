"""Returns: the queue by what needs doing, one return, and entering one for a customer."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place, today, waiting
from admin.listing import PAGE_SIZE, Listing, listing
from models.accounts import Permission
from models.fulfilment import (
    GoodsReturn,
    propose_return_credit,
    request_return,
    return_by_number,
    return_facts,
    return_lines,
    return_list,
    return_receipts,
    returnable,
)
from models.insight import order_by_number
from models.kernel.errors import Refused
from models.kernel.money import ZERO
from models.kernel.quantity import parse_quantity
from web.access import Pages, staff
from web.i18n import _
from web.identity import current_actor
from web.pages import go_to
from web.statuses import RETURN_REASONS
from web.transactions import commit, session

pages = Pages("office_returns", __name__, url_prefix="/admin")
STATES = ("requested", "awaited", "to_credit", "closed", "refused", "all")


@pages.get("/returns", access=staff(Permission.ORDERS_VIEW))
def page() -> Response:
    """One page of a queue; what is to be decided first."""
    state = listing("office_returns.page", ("state", "q"), sort="number", sorts=("number",))
    wanted = request.args.get("state", "all" if state.args.get("q") else "requested")
    wanted = wanted if wanted in STATES else "requested"
    rows = return_list(
        session(), "" if wanted == "all" else wanted, current_actor(), today=today(),
        query=state.args.get("q", ""), limit=PAGE_SIZE + 1, offset=state.offset,
    )  # fmt: skip
    return office_page(
        "admin/returns/list.html",
        current="returns",
        list=state,
        state=wanted,
        query=state.args.get("q", ""),
        rows=rows[:PAGE_SIZE],
        has_more=len(rows) > PAGE_SIZE,
        tabs=_tabs(state, wanted),
    )


@pages.get("/returns/<number>", access=staff(Permission.ORDERS_VIEW))
def page_of(number: str) -> Response:
    """One return: what is asked for, what came, and the next step."""
    return show(number)


@pages.get("/orders/<number>/return", access=staff(Permission.ORDERS_EDIT))
def new(number: str) -> Response:
    """The form for a customer who asked by phone."""
    return show_new(number)


@pages.post("/orders/<number>/return", access=staff(Permission.ORDERS_EDIT))
def enter(number: str) -> Response:
    """Enters the request, once per form."""

    def act() -> Response:
        order = order_by_number(session(), number, current_actor(), today=today())
        made = request_return(
            session(), order.id, units_of("quantity-"),
            reason=request.form.get("reason", ""), note=request.form.get("note", ""),
            submission_key=request.form.get("submission_key", "")[:64], by=current_actor(),
        )  # fmt: skip
        commit()
        flash(_("%(number)s entered", number=made.number))
        return go_to(url_for("office_returns.page_of", number=made.number))

    return refused_in_place(act, lambda errors, status: show_new(number, errors, status))


def find(number: str) -> GoodsReturn:
    """The return of the address, where this person may see it."""
    return return_by_number(session(), number, current_actor(), today=today())


def show(number: str, errors: Errors | None = None, status: int = 200) -> Response:
    found = find(number)
    rows = return_lines(session(), found.id)
    waits = any(row.ReturnLine.to_credit for row in rows)
    may_credit = waits and current_actor().can(Permission.INVOICES_ISSUE)
    return office_page(
        "admin/returns/page.html",
        current="returns",
        status=status,
        errors=errors or [],
        wrong=dict(errors or []),
        found=found,
        facts=return_facts(session(), found),
        rows=rows,
        receipts=return_receipts(session(), found.id),
        to_credit=waits,
        may_credit=may_credit,
        credit_total=_credit_total(found) if may_credit else ZERO,
        typed=request.form,
        key=request.form.get("submission_key") or uuid.uuid4().hex,
    )


def show_new(number: str, errors: Errors | None = None, status: int = 200) -> Response:
    order = order_by_number(session(), number, current_actor(), today=today())
    left = returnable(session(), order.lines)
    return office_page(
        "admin/returns/new.html",
        current="returns",
        status=status,
        errors=errors or [],
        wrong=dict(errors or []),
        order=order,
        rows=[(line, left[line.id]) for line in order.lines if line.id in left],
        reasons=[("", _("Choose")), *RETURN_REASONS.items()],
        typed=request.form,
        key=request.form.get("submission_key") or uuid.uuid4().hex,
    )


def units_of(prefix: str) -> dict[int, Decimal]:
    """The quantities typed under names of this prefix, by the id at their end."""
    return {
        int(name.removeprefix(prefix)): parse_quantity(text, decimals=3, field=name)
        for name, text in request.form.items()
        if name.startswith(prefix) and name.removeprefix(prefix).isdigit() and text.strip()
    }


def _credit_total(found: GoodsReturn) -> Decimal:
    try:
        return propose_return_credit(session(), found.id)
    except Refused:
        return ZERO


def _tabs(state: Listing, wanted: str) -> list[dict[str, Any]]:
    counts = waiting()
    names = (
        ("requested", _("To decide"), counts.returns_requested),
        ("awaited", _("Awaited"), counts.returns_awaited),
        ("to_credit", _("To credit"), counts.returns_to_credit),
        ("closed", _("Done"), None),
        ("refused", _("Refused"), None),
        ("all", _("All"), None),
    )
    return [
        {"label": words, "href": state.href(state=name), "count": count, "current": name == wanted}
        for name, words, count in names
    ]
