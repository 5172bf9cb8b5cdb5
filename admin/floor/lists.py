"""The pick lists that wait: late first. Take one and start."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from admin.floor.frame import floor_shell, floor_tabs
from admin.frame import Errors, floor_page, refused_in_place
from models.accounts import Permission
from models.fulfilment import take_pick_list, waiting_pick_lists
from web.access import Pages, staff
from web.i18n import _
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("floor_lists", __name__, url_prefix="/floor")


@pages.get("", access=staff(Permission.PICK))
def page() -> Response:
    """What is to be picked."""
    return show([], 200)


@pages.post("/pick/<int:id>/take", access=staff(Permission.PICK))
def take(id: int) -> Response:
    """Puts one's name on a list and begins with its first bin."""

    def act() -> Response:
        take_pick_list(session(), id, by=current_actor())
        commit()
        return go_to(url_for("floor_picking.page", id=id))

    return refused_in_place(act, show)


def show(errors: Errors, status: int) -> Response:
    return floor_page(
        "admin/floor/lists.html",
        floor_shell(_("Pick")),
        status=status,
        errors=errors,
        tabs=floor_tabs("pick"),
        rows=waiting_pick_lists(session()),
        me=current_actor().id,
    )
