"""The notes of a product, as its page shows and keeps them."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from admin.customers.notes import NOTE_NAMES, NoteForm
from models import insight
from models.accounts import Permission
from models.catalog import SPECIAL, Product, end_product_note, note_on_product
from web.forms import SelectField
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

NAMES = NOTE_NAMES | {"alert": lazy("Alert, on orders with it")}


class ProductNoteForm(NoteForm):
    kind = SelectField(lazy("Where"), choices=list(NAMES.items()))


def panel(product: Product) -> dict[str, Any]:
    """What `admin/accounts/_notes.html` shows of a product."""
    key = product.id
    return {
        "notes": insight.product_notes(session(), key),
        "no_notes": _("No notes yet. One stands beside this product wherever its kind is read."),
        "note_names": NAMES,
        "note_form": ProductNoteForm(),
        "note_hint": _(
            "Customers read what is for delivery or on invoices, beside the product’s line. An "
            "internal note stays on this page."
        ),
        "may_note": current_actor().can(Permission.PRODUCTS_EDIT) and product.lifecycle != SPECIAL,
        "note_href": url_for("office_products.note", product_id=key),
        "end_href": lambda note_id: url_for("office_products.end", product_id=key, note_id=note_id),
    }


def take(product: Product) -> Response:
    """Adds what was written and shows where it stands now."""
    form = ProductNoteForm()
    form.require_valid()
    text = form.text.data or ""
    note_on_product(session(), product, form.kind.data, text, by=current_actor())
    commit()
    return _back(product.id)


def take_off(product: Product, note_id: int) -> Response:
    """Takes a note off all pages."""
    end_product_note(session(), product, note_id, by=current_actor())
    commit()
    return _back(product.id)


def _back(product_id: int) -> Response:
    return go_to(url_for("office_products.page_of", product_id=product_id, _anchor="notes"))
