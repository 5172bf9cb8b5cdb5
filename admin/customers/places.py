"""An account's addresses, kept by staff."""

from __future__ import annotations

from typing import Any

from flask import flash, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from admin.accounts import find
from admin.company.frame import WEEKDAYS
from admin.customers.frame import customer_form
from admin.customers.notes import notes_panel, take_note, take_off
from admin.frame import Errors
from models.accounts import (
    Account,
    Address,
    Permission,
    add_address,
    address_as_it_was,
    edit_address,
    find_address,
    make_default_address,
    retire_address,
    version_in_use,
)
from models.inventory import Warehouse
from models.pricing import CarriageZone
from web.access import Pages, staff
from web.address_forms import AddressForm, countries
from web.forms import SelectField, SelectMultipleField, attempt
from web.i18n import _, current_locale, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_places", __name__, url_prefix="/admin/accounts/<int:account_id>/addresses")
EDIT = staff(Permission.ACCOUNTS_EDIT)
WHERE = ("company", "line1", "line2", "line3", "city", "subdivision", "postcode", "country")
WHO = ("contact", "phone", "email")
GOODS = ("delivery_instructions", "receiving_hours", "delivery_weekdays", "home_warehouse_id",
         "zone_code", "gln", "is_residential", "needs_liftgate")  # fmt: skip


class PlaceForm(AddressForm):
    """An address with what staff settle about it."""

    delivery_weekdays = SelectMultipleField(lazy("Goods are taken in on"))
    home_warehouse_id = SelectField(
        lazy("Served first by"), coerce=int, description=lazy("Others serve what it lacks")
    )
    zone_code = SelectField(lazy("Carriage zone"))
    gln = StringField(
        lazy("GLN"), [Length(max=20)], description=lazy("13 digits, if they have one")
    )


@pages.get("/new", access=EDIT)
def new(account_id: int) -> Response:
    """The form of another address."""
    account = find(account_id)
    form = _form(account)
    form.company.data, form.country.data = account.name, account.country
    form.delivery_weekdays.data, form.home_warehouse_id.data = list("12345"), 0
    return _show(form, account, None)


@pages.post("/new", access=EDIT)
def add(account_id: int) -> Response:
    """Adds it."""
    account = find(account_id)
    form = _form(account)

    def act() -> Response:
        facts = _facts(form)
        code = str(facts.pop("code") or "")
        add_address(session(), code, facts, account_id=account_id, by=current_actor())
        commit()
        return _done(account_id, _("The address is added."))

    return attempt(form, act, lambda _form: _show(form, account, None))


@pages.get("/<int:address_id>", access=EDIT)
def one(account_id: int, address_id: int) -> Response:
    """An address as a form."""
    account = find(account_id)
    address = find_address(session(), address_id, account_id=account_id, by=current_actor())
    return _show(_form_of(account, address), account, address)


@pages.post("/<int:address_id>", access=EDIT)
def save(account_id: int, address_id: int) -> Response:
    """A new version of it; documents keep the one that they were made with."""
    account = find(account_id)
    address = address_as_it_was(session(), address_id, account_id=account_id, by=current_actor())
    form = _form(account)

    def act() -> Response:
        edit_address(
            session(), address_id, form.version.data or 0, _facts(form), account_id=account_id,
            by=current_actor(),
        )  # fmt: skip
        commit()
        return _done(
            account_id, _("The address is changed. Documents made before keep the old one.")
        )

    def now() -> PlaceForm | None:
        there = version_in_use(session(), address)
        return _form_of(account, there) if there else None

    return attempt(form, act, lambda _form: _show(form, account, address), now)


@pages.post("/<int:address_id>/default", access=EDIT)
def make_default(account_id: int, address_id: int) -> Response:
    """New orders go there."""
    find(account_id)
    make_default_address(session(), address_id, account_id=account_id, by=current_actor())
    commit()
    return _done(account_id, _("New orders go there."))


@pages.post("/<int:address_id>/retire", access=EDIT)
def retire(account_id: int, address_id: int) -> Response:
    """It is no longer offered."""
    find(account_id)
    retire_address(session(), address_id, account_id=account_id, by=current_actor())
    commit()
    return _done(account_id, _("The address is no longer offered."))


@pages.post("/<int:address_id>/notes", access=EDIT)
def note(account_id: int, address_id: int) -> Response:
    """Adds something to know about it."""
    account = find(account_id)
    address = address_as_it_was(session(), address_id, account_id=account_id, by=current_actor())

    def show(errors: Errors, status: int) -> Response:
        there = version_in_use(session(), address) or address
        return _show(_form_of(account, there), account, there, errors=errors, status=status)

    return take_note(account, address, show)


@pages.post("/<int:address_id>/notes/<int:note_id>/end", access=EDIT)
def end(account_id: int, address_id: int, note_id: int) -> Response:
    """Takes a note off all pages."""
    account = find(account_id)
    address = address_as_it_was(session(), address_id, account_id=account_id, by=current_actor())
    return take_off(account, address, note_id)


def _form_of(account: Account, address: Address) -> PlaceForm:
    """The address as it is, whatever was sent."""
    form = _form(account, formdata=None, obj=address)
    form.delivery_weekdays.data = list(address.delivery_weekdays)
    form.home_warehouse_id.data = address.home_warehouse_id or 0
    del form.code  # it stays
    return form


def _form(account: Account, **values: Any) -> PlaceForm:
    form = PlaceForm(**values)
    form.country.choices = countries(current_locale())
    form.delivery_weekdays.choices = list(WEEKDAYS)
    warehouses = session().scalars(select(Warehouse).order_by(Warehouse.position, Warehouse.id))
    form.home_warehouse_id.choices = [
        (0, _("The nearest that has it")), *((row.id, row.name) for row in warehouses)
    ]  # fmt: skip
    zones = session().scalars(
        select(CarriageZone)
        .where(CarriageZone.currency == account.currency, CarriageZone.is_active)
        .order_by(CarriageZone.name)
    )
    form.zone_code.choices = [("", _("By country and postcode")),
                              *((row.code, row.name) for row in zones)]  # fmt: skip
    return form


def _facts(form: PlaceForm) -> dict[str, object]:
    facts = dict(form.data)
    facts.pop("version")
    facts["delivery_weekdays"] = "".join(sorted(form.delivery_weekdays.data or []))
    facts["home_warehouse_id"] = form.home_warehouse_id.data or None
    return facts


def _show(form: PlaceForm, account: Account, address: Address | None, **more: Any) -> Response:
    action = (
        url_for("office_places.save", account_id=account.id, address_id=address.id)
        if address
        else url_for("office_places.add", account_id=account.id)
    )
    return customer_form(
        form,
        account,
        title=_("Address %(code)s", code=address.code) if address else _("New address"),
        action=action,
        back=_back(account.id),
        button=_("Save the address"),
        sections=[
            (_("Where"), WHERE if address else ("code", *WHERE)),
            (_("Whom to ask for"), WHO),
            (_("What it is for"), ("is_ship_to", "is_bill_to")),
            (_("Taking goods in"), GOODS),
        ],
        **(
            {"page": "admin/accounts/place.html", **notes_panel(account, address)}
            if address
            else {}
        ),
        **more,
    )


def _back(account_id: int) -> str:
    return url_for("office_accounts.page_of", account_id=account_id, _anchor="addresses")


def _done(account_id: int, said: str) -> Response:
    flash(said)
    return go_to(_back(account_id))
