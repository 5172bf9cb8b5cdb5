"""The notes of an order, as its page shows and keeps them."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from admin.customers.notes import NOTE_NAMES, NoteForm
from models import insight
from models.orders import Order, add_note, end_order_note, note_on_order
from web.forms import SelectField
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

NAMES = {
    "internal": NOTE_NAMES["internal"],
    "picking": NOTE_NAMES["picking"],
    "delivery": NOTE_NAMES["delivery"],
    "invoice": NOTE_NAMES["invoice"],
    "alert": lazy("Alert"),
}
"""Each kind of note in words. Internal first, as most are: they stay on the timeline."""


class OrderNoteForm(NoteForm):
    kind = SelectField(lazy("Where"), choices=list(NAMES.items()), default="internal")


def panel(order: Order) -> dict[str, Any]:
    """What `admin/accounts/_notes.html` shows of an order."""
    number = order.number
    return {
        "notes": insight.order_notes(session(), order.id),
        "no_notes": _("No notes for picking, delivery or invoices, and no alert."),
        "note_names": NAMES,
        "note_form": OrderNoteForm(),
        "note_hint": _(
            "Internal notes stand on the timeline. The customer reads what is for delivery or on "
            "invoices, and nothing else."
        ),
        "may_note": True,
        "note_href": url_for("office_order.note", number=number),
        "end_href": lambda note_id: url_for("office_order.end", number=number, note_id=note_id),
    }


def take(order: Order) -> Response:
    """Adds what was written and shows where it stands now."""
    form = OrderNoteForm()
    form.require_valid()
    kind, text = form.kind.data, form.text.data or ""
    if kind == "internal":
        add_note(session(), order, text, by=current_actor())
    else:
        note_on_order(session(), order, kind, text, by=current_actor())
    commit()
    return _back(order, "timeline" if kind == "internal" else "notes")


def take_off(order: Order, note_id: int) -> Response:
    """Takes a note off all pages."""
    end_order_note(session(), order, note_id, by=current_actor())
    commit()
    return _back(order, "notes")


def _back(order: Order, part: str) -> Response:
    return go_to(url_for("office_order.page", number=order.number, _anchor=part))
