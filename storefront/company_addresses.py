"""A company's own addresses. An edit makes a new version: old documents keep theirs."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from models.accounts import (
    Address,
    Capability,
    add_address,
    addresses_of,
    edit_address,
    find_address,
    make_default_address,
    retire_address,
)
from models.kernel.seller import first_seller
from storefront.applying import countries
from storefront.frame import shop_frame
from web import identity
from web.access import Pages, buyer
from web.forms import Form, attempt
from web.i18n import _, current_locale, lazy
from web.pages import go_to, render
from web.transactions import commit, session

pages = Pages("company_addresses", __name__, url_prefix="/company/addresses")
MANAGE = buyer(Capability.MANAGE_ADDRESSES)
NEEDED = InputRequired(lazy("Fill this in."))
SHORT = Length(max=120)


class AddressForm(Form):
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
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


@pages.get("", access=MANAGE)
def page() -> AnyResponse:
    account_id = identity.current_actor().account_id or 0
    return render(
        "storefront/company_addresses.html",
        addresses=session().scalars(addresses_of(account_id)).all(),
        home=first_seller(session()).country,
        shell=shop_frame(),
    )


@pages.get("/new", access=MANAGE)
def new() -> AnyResponse:
    return _show(_form(), None)


@pages.post("/new", access=MANAGE)
def add() -> AnyResponse:
    form = _form()

    def act() -> AnyResponse:
        facts = dict(form.data)
        code = facts.pop("code") or facts["city"]
        add_address(session(), code, facts, by=identity.current_actor())
        commit()
        return _done(_("The address is added."))

    return attempt(form, act, lambda _form: _show(form, None))


@pages.get("/<int:address_id>", access=MANAGE)
def one(address_id: int) -> AnyResponse:
    address = find_address(session(), address_id, by=identity.current_actor())
    return _show(_form(obj=address), address)


@pages.post("/<int:address_id>", access=MANAGE)
def edit(address_id: int) -> AnyResponse:
    address = find_address(session(), address_id, by=identity.current_actor())
    form = _form()

    def act() -> AnyResponse:
        version = form.version.data or 0
        edit_address(session(), address_id, version, form.data, by=identity.current_actor())
        commit()
        return _done(_("The address is changed. Documents made before keep the old one."))

    return attempt(form, act, lambda _form: _show(form, address))


@pages.post("/<int:address_id>/default", access=MANAGE)
def make_default(address_id: int) -> AnyResponse:
    make_default_address(session(), address_id, by=identity.current_actor())
    commit()
    return _done(_("New orders go there."))


@pages.post("/<int:address_id>/retire", access=MANAGE)
def retire(address_id: int) -> AnyResponse:
    retire_address(session(), address_id, by=identity.current_actor())
    commit()
    return _done(_("The address is no longer offered."))


def _form(obj: Address | None = None) -> AddressForm:
    form = AddressForm(obj=obj) if obj else AddressForm()
    form.country.choices = countries(current_locale())
    if obj is None and not form.country.data:
        form.country.data = "GB"
    return form


def _show(form: AddressForm, address: Address | None) -> AnyResponse:
    return render(
        "storefront/company_address.html",
        form=form,
        address=address,
        page_errors=bool(form.errors),
        shell=shop_frame(),
    )


def _done(said: str) -> AnyResponse:
    flash(said)
    return go_to(url_for("company_addresses.page"))
