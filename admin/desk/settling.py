"""What the desk settles by hand on a draft: a price, less than a pack, carriage, the ship day."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import flash, url_for
from werkzeug.wrappers import Response
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional

from admin.desk.frame import OpenDraft, open_draft
from admin.frame import office_page
from models.accounts import Permission
from models.catalog import Product
from models.checkout import (
    agree_carriage,
    agree_ship_day,
    agree_split_pack,
    line_of,
    override_price,
    priced_below,
    sell_any_quantity,
    send_as_sample,
    split_pack_charge,
    stored_sums,
)
from models.kernel.quantity import parse_quantity, plain
from models.pricing import Ask, resolve
from web.access import Pages, staff
from web.forms import AmountField, Form, attempt
from web.i18n import _, lazy
from web.pages import go_to
from web.presenting import floor_price, money, quantity, unit_price
from web.transactions import commit, session

pages = Pages("desk_settling", __name__, url_prefix="/admin/desk/<int:draft_id>")


class PriceForm(Form):
    unit_price = AmountField(lazy("Price each"), [InputRequired(lazy("Type a price."))])
    reason = StringField(
        lazy("Reason"), [InputRequired(lazy("Say why the price changes.")), Length(max=200)]
    )


class PackForm(Form):
    quantity = StringField(lazy("Quantity"), [InputRequired(lazy("Type a quantity."))])
    reason = StringField(lazy("Reason"), [Length(max=200)], id="pack-reason")


class SampleForm(Form):
    reason = StringField(lazy("Reason"), [Length(max=200)], id="sample-reason")


class CarriageForm(Form):
    carriage = AmountField(lazy("Carriage, without VAT"), [Optional()])
    reason = StringField(lazy("Reason"), [Length(max=200)], id="carriage-reason")


class SplitPackForm(Form):
    split_pack = AmountField(lazy("Split-pack charge, without VAT"), [Optional()])
    reason = StringField(lazy("Reason"), [Length(max=200)], id="split-pack-reason")


class DayForm(Form):
    ship_on = DateField(lazy("Ships on"), [Optional()])
    reason = StringField(lazy("Reason"), [Length(max=200)], id="day-reason")


@pages.get("/rows/<int:line_id>/by-hand", access=staff(Permission.ORDERS_TAKE))
def line(draft_id: int, line_id: int) -> Response:
    """A row with its price and its pack, and what may be settled otherwise."""
    return _line_page(draft_id, line_id)


@pages.post("/rows/<int:line_id>/price", access=staff(Permission.PRICE_OVERRIDE))
def price(draft_id: int, line_id: int) -> Response:
    """Sells the row at another price."""
    form = PriceForm()

    def act(draft: OpenDraft) -> None:
        override_price(
            session(), draft.cart, line_of(session(), draft.cart, line_id),
            Decimal(form.unit_price.data or 0), reason=form.reason.data or "", by=draft.by,
        )  # fmt: skip

    again = lambda _form: _line_page(draft_id, line_id, price_form=form)  # noqa: E731
    return _settled(draft_id, form, act, again, _("The price is changed."))


@pages.post("/rows/<int:line_id>/pack", access=staff(Permission.ORDERS_OVERRIDE))
def pack(draft_id: int, line_id: int) -> Response:
    """Sells the row in another quantity than its pack admits."""
    form = PackForm()

    def act(draft: OpenDraft) -> None:
        row = line_of(session(), draft.cart, line_id)
        product = session().get_one(Product, row.product_id)
        quantity = parse_quantity(
            form.quantity.data or "", decimals=product.quantity_decimals, field="quantity"
        )
        sell_any_quantity(
            session(), draft.cart, row, product, quantity, shopper=draft.shopper(),
            reason=form.reason.data or "", by=draft.by,
        )  # fmt: skip

    again = lambda _form: _line_page(draft_id, line_id, pack_form=form)  # noqa: E731
    return _settled(draft_id, form, act, again, _("The quantity is settled."))


@pages.post("/rows/<int:line_id>/sample", access=staff(Permission.ORDERS_SAMPLE))
def sample(draft_id: int, line_id: int) -> Response:
    """Sends the row for nothing, to be tried; without a reason it is sold again."""
    form = SampleForm()

    def act(draft: OpenDraft) -> None:
        row = line_of(session(), draft.cart, line_id)
        product = session().get_one(Product, row.product_id)
        send_as_sample(
            session(), draft.cart, row, product, shopper=draft.shopper(),
            reason=form.reason.data or "", by=draft.by,
        )  # fmt: skip

    again = lambda _form: _line_page(draft_id, line_id, sample_form=form)  # noqa: E731
    told = _("It goes as a sample.") if form.reason.data else _("It is sold again.")
    return _settled(draft_id, form, act, again, told)


@pages.get("/by-hand", access=staff(Permission.ORDERS_OVERRIDE))
def terms(draft_id: int) -> Response:
    """Carriage and ship day of the whole order."""
    return _terms_page(draft_id)


@pages.post("/carriage", access=staff(Permission.ORDERS_OVERRIDE))
def carriage(draft_id: int) -> Response:
    """Charges another carriage, or none; empty is by the zone again."""
    form = CarriageForm()

    def act(draft: OpenDraft) -> None:
        agree_carriage(
            session(), draft.cart, form.carriage.data, reason=form.reason.data or "", by=draft.by
        )

    again = lambda _form: _terms_page(draft_id, carriage_form=form)  # noqa: E731
    return _settled(draft_id, form, act, again, _("The carriage is settled."))


@pages.post("/split-pack", access=staff(Permission.ORDERS_OVERRIDE))
def split_pack(draft_id: int) -> Response:
    """Another charge for splitting packs, or none; empty is the company's again."""
    form = SplitPackForm()

    def act(draft: OpenDraft) -> None:
        agree_split_pack(
            session(), draft.cart, form.split_pack.data, reason=form.reason.data or "", by=draft.by
        )

    again = lambda _form: _terms_page(draft_id, split_form=form)  # noqa: E731
    return _settled(draft_id, form, act, again, _("The split-pack charge is settled."))


@pages.post("/ship-day", access=staff(Permission.ORDERS_OVERRIDE))
def ship_day(draft_id: int) -> Response:
    """Promises another ship day; empty is by the calendar again."""
    form = DayForm()

    def act(draft: OpenDraft) -> None:
        agree_ship_day(
            session(), draft.cart, form.ship_on.data, reason=form.reason.data or "",
            today=draft.shopper().today, by=draft.by,
        )  # fmt: skip

    again = lambda _form: _terms_page(draft_id, day_form=form)  # noqa: E731
    return _settled(draft_id, form, act, again, _("The ship day is settled."))


def _settled(
    draft_id: int,
    form: Form,
    act: Callable[[OpenDraft], None],
    again: Callable[[Form], Response],
    told: str,
) -> Response:
    def change() -> Response:
        act(open_draft(draft_id))
        commit()
        flash(told)
        return go_to(url_for("desk_draft.page", draft_id=draft_id))

    return attempt(form, change, again)


def _line_page(
    draft_id: int,
    line_id: int,
    *,
    price_form: PriceForm | None = None,
    pack_form: PackForm | None = None,
    sample_form: SampleForm | None = None,
) -> Response:
    draft = open_draft(draft_id)
    row = line_of(session(), draft.cart, line_id)
    product, shopper = session().get_one(Product, row.product_id), draft.shopper()
    today = resolve(session(), shopper.context, [Ask(product.id, row.quantity)])[0]
    if row.pack_reason:
        today = priced_below(session(), shopper.context, [today], {product.id})[0]
    first = today.tiers[0] if today.tiers and today.tiers[0][0] > 1 else None
    currency = shopper.currency
    sees_costs = draft.by.can(Permission.COSTS_SEE)
    return office_page(
        "admin/desk/line.html",
        current="desk",
        errors=_problems(price_form, pack_form, sample_form),
        draft=draft.cart,
        account=draft.account,
        line=row,
        product=product,
        price_form=price_form
        or (
            PriceForm(None)
            if row.is_sample
            else PriceForm(None, unit_price=row.override_price, reason=row.override_reason)
        ),
        sample_form=sample_form
        or SampleForm(None, reason=row.override_reason if row.is_sample else ""),
        pack_form=pack_form or PackForm(None, quantity=plain(row.quantity), reason=row.pack_reason),
        price_today=unit_price(today.unit_price, currency) if today.unit_price is not None else "",
        floor=floor_price(today.floor_price, currency) if today.floor_price is not None else "",
        cost=unit_price(product.cost, currency) if sees_costs and product.cost is not None else "",
        rules=today.rules,
        first_tier=quantity(first[0]) if first else "",
        first_price=unit_price(first[1], currency) if first else "",
    )


def _terms_page(
    draft_id: int,
    *,
    carriage_form: CarriageForm | None = None,
    day_form: DayForm | None = None,
    split_form: SplitPackForm | None = None,
) -> Response:
    draft = open_draft(draft_id)
    cart, shopper = draft.cart, draft.shopper()
    sums = stored_sums(session(), cart, shopper.place)
    return office_page(
        "admin/desk/terms.html",
        current="desk",
        errors=_problems(carriage_form, split_form, day_form),
        draft=cart,
        account=draft.account,
        carriage_form=carriage_form
        or CarriageForm(None, carriage=cart.carriage_amount, reason=cart.carriage_reason),
        day_form=day_form or DayForm(None, ship_on=cart.ship_on, reason=cart.ship_on_reason),
        split_form=split_form
        or SplitPackForm(None, split_pack=cart.split_pack_amount, reason=cart.split_pack_reason),
        splits=sums.tally.split,
        split_charged=money(
            split_pack_charge(session(), cart, sums.tally, shopper.seller.id), shopper.currency
        ),
        charged=money(sums.terms.carriage or 0, shopper.currency),
        zone_name=sums.terms.zone_name,
        earliest=sums.earliest_ship_on,
    )


def _problems(*forms: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for form in forms:
        if form is not None:
            found += [("", sentence) for sentence in form.form_errors]
            found += [(part.id, part.errors[0]) for part in form if part.errors]
    return found
