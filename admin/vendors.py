"""Vendors: the list, one with what it supplies, and its facts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from admin.form_pages import form_page
from admin.frame import Errors, office_page, refused_in_place, seller
from admin.listing import PAGE_SIZE, listing
from admin.typed import price_of, quantity_of, text_of
from models.accounts import Permission
from models.kernel.money import ZERO
from models.pricing import list_currencies
from models.purchasing import (
    Supply,
    Vendor,
    VendorFacts,
    add_vendor,
    change_vendor,
    end_supply,
    find_vendor,
    put_supply,
    supplies_from,
    vendor_rows,
)
from web.access import Pages, staff
from web.address_forms import NEEDED, SHORT, countries
from web.forms import AmountField, Form, SelectField, VersionField, attempt
from web.i18n import _, current_locale, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_vendors", __name__, url_prefix="/admin/vendors")
VIEW, EDIT = staff(Permission.PURCHASING_VIEW), staff(Permission.PURCHASING_EDIT)
ADDRESS = ("line1", "line2", "city", "postcode", "country")


class VendorForm(Form):
    version = VersionField()
    code = StringField(lazy("Code"), [Length(max=20)], description=lazy("Such as V-RYE; it stays"))
    name = StringField(lazy("Name"), [NEEDED, SHORT])
    email = StringField(
        lazy("E-mail"), [SHORT], description=lazy("Purchase orders are mailed there")
    )
    phone = StringField(lazy("Phone"), [Length(max=40)])
    line1 = StringField(lazy("Street and number"), [SHORT])
    line2 = StringField(lazy("Address, second line"), [SHORT])
    city = StringField(lazy("Town"), [SHORT])
    postcode = StringField(lazy("Postcode"), [Length(max=20)])
    country = SelectField(lazy("Country"))
    currency = SelectField(
        lazy("Currency"), description=lazy("It stays once something was ordered")
    )
    lead_time_days = IntegerField(
        lazy("Lead time in days"), [InputRequired(), NumberRange(0, 999)], default=14
    )
    minimum_amount = AmountField(lazy("Minimum order"), [Optional()])


@pages.get("", access=VIEW)
def page() -> Response:
    """One page of vendors."""
    state = listing("office_vendors.page", ("q",), sort="name", sorts=("name",))
    text = state.args.get("q", "")
    rows = vendor_rows(session(), text, limit=PAGE_SIZE + 1, offset=state.offset)
    return office_page(
        "admin/vendors/list.html", current="purchasing", list=state, text=text,
        rows=rows[:PAGE_SIZE], has_more=len(rows) > PAGE_SIZE,
    )  # fmt: skip


@pages.get("/new", access=EDIT)
def new() -> Response:
    """The form of another vendor."""
    return _show_form(_form(country=seller().country, currency=seller().base_currency), None)


@pages.post("/new", access=EDIT)
def add() -> Response:
    """Adds it."""
    form = _form()

    def act() -> Response:
        vendor = add_vendor(session(), form.code.data or "", _facts(form), by=current_actor())
        commit()
        flash(_("%(name)s is added. Say next what they supply.", name=vendor.name))
        return _to(vendor.id)

    return attempt(form, act, lambda _form: _show_form(form, None))


@pages.get("/<int:vendor_id>", access=VIEW)
def one(vendor_id: int) -> Response:
    """Who they are, and what they supply at what cost."""
    return show(vendor_id)


@pages.get("/<int:vendor_id>/edit", access=EDIT)
def edit(vendor_id: int) -> Response:
    """Their facts as a form."""
    vendor = find_vendor(session(), vendor_id)
    return _show_form(_form_of(vendor), vendor)


@pages.post("/<int:vendor_id>/edit", access=EDIT)
def save(vendor_id: int) -> Response:
    """Puts them right."""
    form = _form(find_vendor(session(), vendor_id))

    def act() -> Response:
        change_vendor(
            session(), vendor_id, _facts(form), version=form.version.data or 0, by=current_actor()
        )
        commit()
        flash(_("Saved"))
        return _to(vendor_id)

    def show_again(_form: Form) -> Response:
        return _show_form(form, find_vendor(session(), vendor_id))

    return attempt(form, act, show_again, lambda: _form_of(find_vendor(session(), vendor_id)))


@pages.post("/<int:vendor_id>/supplies", access=EDIT)
def supply(vendor_id: int) -> Response:
    """What they ask for a product from a quantity on."""

    def change() -> None:
        least = quantity_of("min_quantity")
        wanted = Supply(
            sku=text_of("sku"), unit_cost=price_of("unit_cost"),
            min_quantity=Decimal(1) if least is None else least,
            part_number=text_of("part_number"),
        )  # fmt: skip
        put_supply(session(), vendor_id, wanted, by=current_actor())

    return _changed(vendor_id, change, _("Saved"))


@pages.post("/<int:vendor_id>/supplies/<int:supply_id>/end", access=EDIT)
def end(vendor_id: int, supply_id: int) -> Response:
    """They no longer ask that."""

    def change() -> None:
        end_supply(session(), vendor_id, supply_id, by=current_actor())

    return _changed(vendor_id, change, _("It is no longer proposed."))


def show(vendor_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    vendor = find_vendor(session(), vendor_id)
    state = listing("office_vendors.one", (), sort="sku", sorts=("sku",), vendor_id=vendor_id)
    rows = supplies_from(session(), vendor_id, limit=PAGE_SIZE + 1, offset=state.offset)
    return office_page(
        "admin/vendors/page.html",
        current="purchasing",
        status=status,
        errors=errors or [],
        vendor=vendor,
        list=state,
        rows=rows[:PAGE_SIZE],
        has_more=len(rows) > PAGE_SIZE,
        typed=request.form if errors else {},
    )


def _changed(vendor_id: int, change: Callable[[], None], said: str) -> Response:
    def act() -> Response:
        change()
        commit()
        flash(said)
        return _to(vendor_id)

    return refused_in_place(act, lambda errors, status: show(vendor_id, errors, status))


def _form_of(vendor: Vendor) -> VendorForm:
    """As it is, whatever was sent."""
    form = _form(vendor, formdata=None, obj=vendor, **vendor.address)
    del form.code  # it stays
    return form


def _form(vendor: Vendor | None = None, **values: Any) -> VendorForm:
    form = VendorForm(**values)
    form.country.choices = [("", _("Not known")), *countries(current_locale())]
    own = {seller().base_currency, *list_currencies(session()), "EUR", "USD", "CNY"}
    form.currency.choices = [
        (code, code) for code in sorted(own | ({vendor.currency} if vendor else set()))
    ]
    return form


def _facts(form: VendorForm) -> VendorFacts:
    return VendorFacts(
        name=form.name.data or "", currency=form.currency.data, email=form.email.data or "",
        phone=form.phone.data or "", lead_time_days=form.lead_time_days.data or 0,
        minimum_amount=form.minimum_amount.data or ZERO,
        address={name: form[name].data or "" for name in ADDRESS},
    )  # fmt: skip


def _show_form(form: VendorForm, vendor: Vendor | None) -> Response:
    crumbs = [(_("Purchase orders"), url_for("office_purchasing.page")),
              (_("Vendors"), url_for("office_vendors.page"))]  # fmt: skip
    if vendor:
        crumbs.append((vendor.name, url_for("office_vendors.one", vendor_id=vendor.id)))
    who = ("name", "email", "phone")
    return form_page(
        form,
        current="purchasing",
        crumbs=crumbs,
        title=_("Change the vendor") if vendor else _("New vendor"),
        note=vendor.name if vendor else "",
        action=url_for("office_vendors.save", vendor_id=vendor.id)
        if vendor
        else url_for("office_vendors.add"),
        back=crumbs[-1][1],
        button=_("Save the vendor"),
        sections=[
            (_("Who they are"), who if vendor else ("code", *who)),
            (_("Where they are"), ADDRESS),
            (_("How they take orders"), ("currency", "lead_time_days", "minimum_amount")),
        ],
    )


def _to(vendor_id: int) -> Response:
    return go_to(url_for("office_vendors.one", vendor_id=vendor_id))
