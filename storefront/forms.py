"""The shop's forms: they check shape; what the values mean, the domain checks."""

from __future__ import annotations

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from web.forms import AmountField, Form
from web.i18n import lazy


class PriceForm(Form):
    """Another price for a line, with its reason."""

    unit_price = AmountField(lazy("Price each"), [InputRequired(lazy("Type a price."))])
    reason = StringField(
        lazy("Reason"),
        [InputRequired(lazy("Say why the price changes.")), Length(max=200)],
    )


class NoteForm(Form):
    """Something to remember about an account."""

    text = TextAreaField(
        lazy("Note"), [InputRequired(lazy("Type the note first.")), Length(max=2000)]
    )
