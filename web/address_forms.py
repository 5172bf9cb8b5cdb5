"""The form of an address, as buyers fill it in for themselves and staff for them."""

from __future__ import annotations

from babel import Locale
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from web.forms import Form, SelectField, VersionField
from web.i18n import lazy

NEEDED = InputRequired(lazy("Fill this in."))
SHORT = Length(max=120)


def countries(locale: Locale) -> list[tuple[str, str]]:
    """Every country by its name."""
    named = [(c, str(n)) for c, n in locale.territories.items() if len(c) == 2 and c.isalpha()]
    known = [
        (code, name) for code, name in named if code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ"}
    ]
    return sorted(known, key=lambda pair: pair[1])


class AddressForm(Form):
    version = VersionField()
    code = StringField(
        lazy("Short code"), [Length(max=20)], description=lazy("Such as SHOP2; on every document.")
    )
    company = StringField(lazy("Company or branch"), [NEEDED, SHORT])
    contact = StringField(lazy("Contact"), [SHORT])
    phone = StringField(lazy("Phone"), [Length(max=40)])
    email = StringField(lazy("E-mail"), [Length(max=254)])
    line1 = StringField(lazy("Street and number"), [NEEDED, SHORT])
    line2 = StringField(lazy("Address, second line"), [SHORT])
    line3 = StringField(lazy("Address, third line"), [SHORT])
    city = StringField(lazy("Town"), [NEEDED, SHORT])
    subdivision = StringField(lazy("County or state"), [SHORT])
    postcode = StringField(lazy("Postcode"), [Length(max=20)])
    country = SelectField(lazy("Country"))
    delivery_instructions = TextAreaField(lazy("Delivery instructions"), [Length(max=500)])
    receiving_hours = StringField(lazy("Receiving hours"), [SHORT])
    is_ship_to = BooleanField(lazy("Goods are delivered here"), default=True)
    is_bill_to = BooleanField(lazy("Invoices are addressed here"))
    is_residential = BooleanField(lazy("A private home"))
    needs_liftgate = BooleanField(lazy("The lorry needs a tail lift"))
