"""The notes of an account or of one of its addresses, as its page shows and keeps them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from admin.frame import Errors, refused_in_place
from models import insight
from models.accounts import (
    NOTE_KINDS,
    Account,
    Address,
    Permission,
    add_note_about,
    end_note,
    version_in_use,
)
from web.forms import Form, SelectField
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

NOTE_NAMES = {
    "alert": lazy("Alert, on its orders"),
    "picking": lazy("For picking"),
    "delivery": lazy("For delivery"),
    "invoice": lazy("On invoices"),
    "internal": lazy("Internal"),
}


class NoteForm(Form):
    kind = SelectField(lazy("Where"), choices=[(kind, NOTE_NAMES[kind]) for kind in NOTE_KINDS])
    text = TextAreaField(
        lazy("Note"), [InputRequired(lazy("Write the note first.")), Length(max=2000)]
    )


def notes_panel(account: Account, place: Address | None = None) -> dict[str, Any]:
    """What `admin/accounts/_notes.html` shows: the notes on the account, or on this address of it;
    `notes_there` are those on its addresses, by the address's code."""
    own: list[Any] = []
    there: dict[str, list[Any]] = defaultdict(list)
    for row in insight.account_notes(session(), account.id):
        if row.place == (place.code if place else None):
            own.append(row)
        elif row.place:
            there[row.place].append(row)
    return {
        "notes": own,
        "notes_there": there,
        "no_notes": _("No notes yet. One on an address counts for the orders that go there.")
        if place else _("No notes yet. One on the account counts for all its orders."),
        "note_names": NOTE_NAMES,
        "note_form": NoteForm(),
        "note_hint": "",
        "may_note": current_actor().can(Permission.ACCOUNTS_EDIT),
        "note_href": _href("note", account, place),
        "end_href": lambda note_id: _href("end", account, place, note_id=note_id),
    }  # fmt: skip


def take_note(
    account: Account, place: Address | None, show: Callable[[Errors, int], Response]
) -> Response:
    """Adds what was written; a refusal shows the page again by `show`."""

    def act() -> Response:
        form = NoteForm()
        form.require_valid()
        add_note_about(
            session(), place or account, form.kind.data, form.text.data or "", by=current_actor()
        )
        commit()
        return go_to(_back(account, place))

    return refused_in_place(act, show)


def take_off(account: Account, place: Address | None, note_id: int) -> Response:
    """Takes a note off all pages."""
    end_note(session(), note_id, place or account, by=current_actor())
    commit()
    return go_to(_back(account, place))


def _href(step: str, account: Account, place: Address | None, **values: Any) -> str:
    if place is None:
        return url_for(f"office_accounts.{step}", account_id=account.id, **values)
    return url_for(f"office_places.{step}", account_id=account.id, address_id=place.id, **values)


def _back(account: Account, place: Address | None) -> str:
    """The page that the note stands on; that of an address which was retired since is gone."""
    now = version_in_use(session(), place) if place else None
    if now is None:
        return url_for("office_accounts.page_of", account_id=account.id, _anchor="notes")
    return url_for("office_places.one", account_id=account.id, address_id=now.id, _anchor="notes")
