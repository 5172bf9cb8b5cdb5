"""Putting a draft in force: from when, for whom, and what would change, before it does."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, refused_in_place, today
from admin.prices.frame import EDIT, VIEW, list_page, overview
from admin.typed import date_of, whole_of
from models.kernel.errors import Refused
from models.pricing import activate, preview_activation
from web.access import Pages
from web.days import date_arg
from web.i18n import _
from web.identity import current_actor
from web.pages import go_to
from web.presenting import day
from web.transactions import commit, session

pages = Pages("price_publishing", __name__, url_prefix="/admin/prices/<int:list_id>/in-force")


@pages.get("", access=VIEW)
def page(list_id: int) -> Response:
    """What would change, on the day of the address."""
    return show(list_id)


@pages.post("", access=EDIT)
def put_in_force(list_id: int) -> Response:
    """Puts the draft in force from the day that was looked at."""

    def act() -> Response:
        start = date_of("valid_from")
        if start is None:
            raise Refused(_("Choose the first day."), field="valid_from")
        made = activate(
            session(), list_id, version=whole_of("version") or 0, valid_from=start,
            by=current_actor(),
        )  # fmt: skip
        commit()
        flash(_("%(code)s holds from %(day)s", code=made.code, day=day(made.valid_from)))
        return go_to(url_for("price_entries.page", list_id=list_id))

    return refused_in_place(act, lambda errors, status: show(list_id, errors, status))


def show(list_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    """The preview."""
    row = overview(list_id)
    start = date_arg("from") if request.method == "GET" else date_of("valid_from")
    start = start or max(row.valid_from, today())
    return list_page(
        "admin/prices/in_force.html",
        row,
        "",
        errors=errors,
        status=status,
        start=start,
        preview=preview_activation(session(), list_id, on=start),
    )
