"""A company's own addresses. An edit makes a new version: old documents keep theirs."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.accounts import (
    Address,
    Capability,
    add_address,
    address_as_it_was,
    addresses_of,
    edit_address,
    find_address,
    make_default_address,
    retire_address,
    version_in_use,
)
from models.kernel.seller import first_seller
from storefront.frame import shop_frame
from web import identity
from web.access import Pages, buyer
from web.address_forms import AddressForm, countries
from web.forms import attempt
from web.i18n import _, current_locale
from web.pages import go_to, render
from web.transactions import commit, session

pages = Pages("company_addresses", __name__, url_prefix="/company/addresses")
MANAGE = buyer(Capability.MANAGE_ADDRESSES)


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
        code = facts.pop("code") or ""
        add_address(session(), code, facts, by=identity.current_actor())
        commit()
        return _done(_("The address is added."))

    return attempt(form, act, lambda _form: _show(form, None))


@pages.get("/<int:address_id>", access=MANAGE)
def one(address_id: int) -> AnyResponse:
    address = find_address(session(), address_id, by=identity.current_actor())
    return _show(_form_of(address), address)


@pages.post("/<int:address_id>", access=MANAGE)
def edit(address_id: int) -> AnyResponse:
    address = address_as_it_was(session(), address_id, by=identity.current_actor())
    form = _form()

    def act() -> AnyResponse:
        version = form.version.data or 0
        edit_address(session(), address_id, version, form.data, by=identity.current_actor())
        commit()
        return _done(_("The address is changed. Documents made before keep the old one."))

    def now() -> AddressForm | None:
        there = version_in_use(session(), address)
        return _form_of(there) if there else None

    return attempt(form, act, lambda _form: _show(form, address), now)


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


def _form_of(address: Address) -> AddressForm:
    """The address as it is, whatever was sent."""
    form = AddressForm(formdata=None, obj=address)
    form.country.choices = countries(current_locale())
    del form.code  # it stays
    return form


def _form() -> AddressForm:
    form = AddressForm()
    form.country.choices = countries(current_locale())
    if not form.country.data:
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
