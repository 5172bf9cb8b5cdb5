"""Price tiers that past sales suggest for a list: looked for, held against today's, accepted."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, picture_of, refused_in_place, today
from admin.listing import PAGE_SIZE, Listing, listing
from admin.prices.frame import EDIT, VIEW, list_page, overview
from admin.typed import date_of, text_of, whole_of
from models.history import (
    Support,
    TierSearch,
    accept_tiers,
    ask_for_tiers,
    count_proposals,
    latest_search,
    proposals,
)
from models.history.tiers import STATES
from models.kernel.errors import Refused
from web.access import Pages
from web.i18n import _, ngettext
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("price_tiers", __name__, url_prefix="/admin/prices/<int:list_id>/tiers")


@pages.get("", access=VIEW)
def page(list_id: int) -> Response:
    """What the sales suggest, page by page."""
    return show(list_id)


@pages.post("", access=EDIT)
def look(list_id: int) -> Response:
    """Has the past sales looked through."""

    def act() -> Response:
        support = Support(whole_of("least_lines") or 0, whole_of("least_accounts") or 0)
        ask_for_tiers(session(), list_id, support, by=current_actor())
        commit()
        flash(_("The sales are being looked through"))
        return go_to(url_for("price_tiers.page", list_id=list_id))

    return refused_in_place(act, lambda errors, status: show(list_id, errors, status))


@pages.post("/accept", access=EDIT)
def accept(list_id: int) -> Response:
    """Enters the tiers of the ticked products from the day on."""

    def act() -> Response:
        start = date_of("effective_from")
        if start is None:
            raise Refused(_("Choose the day from which they count."), field="effective_from")
        count = accept_tiers(
            session(), list_id, _ticked(), start, today=today(), by=current_actor()
        )
        commit()
        flash(ngettext("%(num)s price entered", "%(num)s prices entered", count))
        return go_to(url_for("price_tiers.page", list_id=list_id))

    return refused_in_place(act, lambda errors, status: show(list_id, errors, status))


def show(list_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    row = overview(list_id)
    search = latest_search(session(), list_id)
    state = listing("price_tiers.page", ("q", "state"), sort="sku", sorts=("sku",), list_id=list_id)
    words = state.args.get("q", "")
    wanted = state.args.get("state", "")
    wanted = wanted if wanted in STATES else "open"
    is_done = search is not None and search.finished_at is not None
    counts = count_proposals(session(), search.id, words) if search and is_done else {}
    rows = (
        proposals(session(), search.id, list_id, today=today(), state=wanted, words=words,
                  limit=PAGE_SIZE, offset=state.offset)
        if search and is_done else []
    )  # fmt: skip
    return list_page(
        "admin/prices/tiers.html",
        row,
        "",
        errors=errors,
        status=status,
        search=search,
        is_done=is_done,
        list=state,
        q=words,
        rows=rows,
        wanted=wanted,
        counts=counts,
        views=_views(state, wanted, counts),
        typed=request.form,
        picture_of=picture_of,
        start=text_of("effective_from") or today(),
        support=_support(search),
        ticked=set(request.form.getlist("proposal")),
    )


def _ticked() -> list[int]:
    """The proposals that are ticked."""
    ids = request.form.getlist("proposal")
    if not all(each.isascii() and each.isdigit() and len(each) <= 18 for each in ids):
        raise Refused(_("Choose one of the list."), field="proposal")
    return [int(each) for each in ids]


def _views(state: Listing, wanted: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Those that wait and those that were accepted."""
    names = {"open": _("Proposed"), "accepted": _("Accepted")}
    return [
        {"label": names[key], "count": counts.get(key, 0), "current": key == wanted,
         "href": state.href(state="" if key == "open" else key)}
        for key in STATES
    ]  # fmt: skip


def _support(search: TierSearch | None) -> tuple[Any, Any]:
    """What each tier has to rest on: as typed, as asked for last, or as usual."""
    lines = text_of("least_lines") or (search.least_lines if search else Support().lines)
    accounts = text_of("least_accounts") or (
        search.least_accounts if search else Support().accounts
    )
    return lines, accounts
