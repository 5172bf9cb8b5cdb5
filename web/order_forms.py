"""What is chosen for a whole order, by its buyer or by the desk: forms check shape, the domain the
rest."""

from __future__ import annotations

from decimal import Decimal

from wtforms import DateField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from models.checkout import Choices
from web.forms import AmountField, Form
from web.i18n import lazy


class ChoicesForm(Form):
    """What is chosen for the whole order."""

    ship_to_id = IntegerField(lazy("Deliver to"), [Optional()])
    requested_on = DateField(lazy("When"), [Optional()])
    po_number = StringField(lazy("Your PO number"), [Length(max=60)])
    message = TextAreaField(lazy("Message"), [Length(max=1000)])
    freight_choice = StringField(default="delivery")
    payment_means = StringField(default="on_account")
    backorder_choice = StringField(default="partial")

    def choices(self) -> Choices:
        """The values, ready for the domain."""
        return Choices(
            ship_to_id=self.ship_to_id.data,
            requested_on=self.requested_on.data,
            po_number=self.po_number.data or "",
            message=self.message.data or "",
            freight_choice=self.freight_choice.data or "delivery",
            payment_means=self.payment_means.data or "on_account",
            backorder_choice=self.backorder_choice.data or "partial",
        )


class PlaceForm(ChoicesForm):
    """The order as it was shown, to be placed once."""

    submission_key = HiddenField(validators=[InputRequired(), Length(max=64)])
    shown_total = AmountField(validators=[InputRequired()])

    def total(self) -> Decimal:
        """The total that the person saw."""
        return Decimal(self.shown_total.data or 0)
