"""Who gets a list: groups, accounts and their branches, from when until when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.finding_one import account_called
from admin.frame import Errors, refused_in_place, today
from admin.prices.frame import EDIT, VIEW, list_page, overview
from admin.typed import date_of, text_of, ticked, whole_of
from models import insight
from models.kernel.errors import NotFound, Refused
from models.pricing import (
    Grant,
    PriceListAssignment,
    assign_to_account,
    assign_to_group,
    change_assignment,
    end_assignment,
    find_list,
    holders_of,
)
from web.access import Pages
from web.i18n import _
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("price_holders", __name__, url_prefix="/admin/prices/<int:list_id>/holders")


@pages.get("", access=VIEW)
def page(list_id: int) -> Response:
    """Everybody the list is given to."""
    return show(list_id)


@pages.post("", access=EDIT)
def assign(list_id: int) -> Response:
    """Gives the list to an account or a group."""

    def act() -> None:
        group, grant = whole_of("group"), _grant(list_id)
        given: dict[str, Any] = {"version": whole_of("version") or 0, "by": current_actor()}
        if group is not None and text_of("account"):
            raise Refused(_("Give it to a group or to an account, one at a time."), field="group")
        if group is not None:
            assign_to_group(session(), list_id, group, grant, **given)
        else:
            assign_to_account(session(), list_id, account_called(text_of("account")), grant,
                              **given)  # fmt: skip

    return _done(list_id, act, _("They have the list."))


@pages.post("/<int:assignment_id>", access=EDIT)
def change(list_id: int, assignment_id: int) -> Response:
    """Other dates, another priority, with or without branches."""

    def act() -> None:
        _require_of(list_id, assignment_id)
        change_assignment(
            session(), assignment_id, _grant(list_id), version=whole_of("version") or 0,
            by=current_actor(),
        )  # fmt: skip

    return _done(list_id, act, _("Changed"))


@pages.post("/<int:assignment_id>/end", access=EDIT)
def end(list_id: int, assignment_id: int) -> Response:
    """Takes the list away from a day on."""

    def act() -> None:
        _require_of(list_id, assignment_id)
        end_assignment(
            session(), assignment_id, effective_from=date_of("effective_from") or today(),
            version=whole_of("version") or 0, by=current_actor(),
        )  # fmt: skip

    return _done(list_id, act, _("The list is taken away."))


def show(list_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    """The holders, with what was typed for a new one."""
    row = overview(list_id)
    return list_page(
        "admin/prices/holders.html",
        row,
        "holders",
        errors=errors,
        status=status,
        holders=holders_of(session(), list_id),
        groups=insight.group_options(session()),
        typed=request.form,
        start=max(row.valid_from, today()),
    )


def _done(list_id: int, act: Callable[[], None], words: str) -> Response:
    def whole() -> Response:
        act()
        commit()
        flash(words)
        return go_to(url_for("price_holders.page", list_id=list_id))

    return refused_in_place(whole, lambda errors, status: show(list_id, errors, status))


def _grant(list_id: int) -> Grant:
    start = date_of("valid_from") or max(find_list(session(), list_id).valid_from, today())
    return Grant(
        valid_from=start,
        valid_to=date_of("valid_to"),
        priority=whole_of("priority"),
        is_inherited=ticked("is_inherited"),
    )


def _require_of(list_id: int, assignment_id: int) -> None:
    given = session().get(PriceListAssignment, assignment_id)  # in scope: checked below
    if given is None or given.list_id != list_id:
        raise NotFound("There is no such assignment.")
