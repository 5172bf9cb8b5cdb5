"""Stock: levels by product and warehouse, one product's movements, and adjusting with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import flash, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from admin.frame import Errors, office_page, picture_of, refused_in_place, seller, today
from admin.listing import PAGE_SIZE, Listing, listing, number_arg
from models import insight
from models.accounts import Permission
from models.catalog import SPECIAL, Product
from models.fulfilment import adjust_stock, put_on_sale
from models.insight import MOST_COUNTED, StockFilter
from models.kernel.errors import Refused
from models.kernel.quantity import parse_quantity, plain
from models.purchasing import specials_of
from web.access import Pages, staff
from web.forms import Form, SelectField
from web.i18n import _, lazy, ngettext
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_stock", __name__, url_prefix="/admin/stock")
TABS = {
    "": lazy("All"),
    "low": lazy("Low"),
    "out": lazy("Out of stock"),
    "short": lazy("Backordered"),
    "left_over": lazy("Specials left over"),
}
MOST_UNITS = Decimal(9_999_999)


class AdjustForm(Form):
    place = SelectField(lazy("Where"), choices=[], validate_choice=False)
    change = StringField(
        lazy("Change"), [InputRequired(lazy("Enter the change, such as -3 or 12.")),
                         Length(max=12)]
    )  # fmt: skip
    reason = StringField(
        lazy("Why"),
        [InputRequired(lazy("Say why the stock changes, for example “damaged”.")),
         Length(max=200)],
    )  # fmt: skip
    seen = HiddenField()


class SaleForm(Form):
    """Which units of a special that is left over become which product."""

    seen = HiddenField(id="sale-seen")
    place = SelectField(lazy("Where"), choices=[], validate_choice=False, id="sale-place")
    units = StringField(
        lazy("Units"), [InputRequired(lazy("Enter how many.")), Length(max=12)], id="units"
    )
    code = StringField(
        lazy("Sold as"), [InputRequired(lazy("Type the SKU of a product.")), Length(max=60)]
    )


@pages.get("", access=staff(Permission.STOCK_VIEW))
def page() -> Response:
    """One page of levels."""
    state = listing("office_stock.page", ("q", "state", "warehouse"), sort="sku", sorts=("sku",))
    chosen = StockFilter(
        state=state.args.get("state", ""),
        warehouse_id=number_arg("warehouse"),
        text=state.args.get("q", ""),
    )
    rows = insight.stock_rows(session(), chosen, limit=PAGE_SIZE + 1, offset=state.offset)
    count = insight.count_stock(session(), chosen)
    return office_page(
        "admin/stock/list.html",
        current="stock",
        list=state,
        chosen=chosen,
        rows=rows[:PAGE_SIZE],
        count=min(count, MOST_COUNTED),
        is_capped=count > MOST_COUNTED,
        has_more=len(rows) > PAGE_SIZE,
        warehouses=insight.warehouse_options(session()),
        tabs=_tabs(state, chosen),
        left_over=(
            insight.left_over(session(), chosen.warehouse_id)
            if chosen.state == "left_over"
            else None
        ),
        currency=seller().base_currency,
        picture_of=picture_of,
    )


@pages.get("/<int:product_id>", access=staff(Permission.STOCK_VIEW))
def page_of(product_id: int) -> Response:
    """One product's stock: where it lies, who has it, who waits, and how it came so."""
    return show(product_id)


@pages.post("/<int:product_id>/adjust", access=staff(Permission.STOCK_ADJUST))
def adjust(product_id: int) -> Response:
    """Changes a bin's stock for a reason. Orders that lose their units are named."""

    def act() -> Response:
        form = _form(product_id)
        form.require_valid()
        warehouse_id, bin_id = _place(form.place.data)
        done = adjust_stock(
            session(), seller=seller(), product=_product(product_id),
            warehouse_id=warehouse_id, bin_id=bin_id, delta=_change(form.change.data or ""),
            reason=form.reason.data or "", seen_on_hand=_seen(form, warehouse_id),
            by=current_actor(),
        )  # fmt: skip
        commit()
        flash(_("Stock adjusted, %(units)s on hand", units=f"{done.stock.on_hand:f}"))
        if done.orders:
            numbers = ", ".join(order.number for order in done.orders[:10])
            flash(
                ngettext(
                    "%(num)s order lost its units: %(numbers)s",
                    "%(num)s orders lost their units: %(numbers)s",
                    len(done.orders),
                    numbers=numbers,
                ),
                "error",
            )
        return go_to(url_for("office_stock.page_of", product_id=product_id))

    return refused_in_place(act, lambda errors, status: show(product_id, errors, status))


@pages.post("/<int:product_id>/becomes", access=staff(Permission.STOCK_ADJUST))
def becomes(product_id: int) -> Response:
    """Puts units of a special that is left over on sale as a product of the catalogue."""

    def act() -> Response:
        form = SaleForm()
        form.place.choices = _places(product_id)
        form.require_valid()
        warehouse_id, bin_id = _place(form.place.data)
        units = parse_quantity(form.units.data or "", decimals=3, field="units")
        product = put_on_sale(
            session(), _product(product_id), form.code.data or "", units, seller=seller(),
            warehouse_id=warehouse_id, bin_id=bin_id, seen_on_hand=_seen(form, warehouse_id),
            by=current_actor(),
        )  # fmt: skip
        commit()
        flash(_("%(units)s units are on sale as %(sku)s", units=plain(units), sku=product.sku))
        return go_to(url_for("office_stock.page_of", product_id=product.id))

    return refused_in_place(act, lambda errors, status: show(product_id, errors, status))


def show(product_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    row = insight.product_by_id(session(), product_id, current_actor(), today=today())
    state = listing("office_stock.page_of", (), sort="at", sorts=("at",), product_id=product_id)
    levels = insight.levels_of(session(), product_id)
    form = _form(product_id)
    form.seen.data = _as_seen(levels)
    movements = insight.movements_of(
        session(), product_id, limit=PAGE_SIZE + 1, offset=state.offset
    )
    return office_page(
        "admin/stock/page.html",
        current="stock",
        status=status,
        errors=errors or [],
        product=row.Product,
        levels=levels,
        bins=insight.bins_with(session(), product_id),
        promised=insight.promised_to(session(), product_id),
        waiting=insight.waiting_for(session(), product_id),
        supplies=insight.supplies_of(session(), product_id),
        movements=movements[:PAGE_SIZE],
        list=state,
        has_more=len(movements) > PAGE_SIZE,
        form=form,
        picture_of=picture_of,
        **_left_over(row.Product, levels),
    )


def _left_over(product: Product, levels: Sequence[Any]) -> dict[str, Any]:
    """What is free of a special, from whom it came, and the form that puts it on sale."""
    free = [level for level in levels if level.on_hand > level.allocated]
    if product.lifecycle != SPECIAL or not free:
        return {"left_over": None}
    form = SaleForm()
    form.place.choices, form.seen.data = _places(product.id), _as_seen(levels)
    units = free[0].on_hand - free[0].allocated
    if not form.units.data:
        form.units.data = plain(units)
    special = specials_of(session(), [product.id]).get(product.id)
    told = {"free": sum(level.on_hand - level.allocated for level in free),
            "vendor": special.vendor if special else ""}  # fmt: skip
    return {"left_over": told, "sale_form": form}


def _product(product_id: int) -> Product:
    """The product, where this person may see it."""
    row = insight.product_by_id(session(), product_id, current_actor(), today=today())
    found: Product = row.Product
    return found


def _form(product_id: int) -> AdjustForm:
    """The places to adjust: each bin that holds the product, and each warehouse's usual place."""
    form = AdjustForm()
    form.place.choices = _places(product_id)
    return form


def _places(product_id: int) -> list[tuple[str, str]]:
    levels = {level.warehouse_id: level for level in insight.levels_of(session(), product_id)}
    bins = [
        (f"{place.warehouse_id}:{place.bin_id}",
         f"{levels[place.warehouse_id].warehouse}, {place.code} ({place.quantity.normalize():f})")
        for place in insight.bins_with(session(), product_id)
        if place.kind != "staging"
    ]  # fmt: skip
    empty = [
        (f"{warehouse_id}:", _("%(name)s, its usual bin", name=name))
        for warehouse_id, name in insight.warehouse_options(session())
        if not any(value.startswith(f"{warehouse_id}:") for value, _words in bins)
    ]
    return bins + empty


def _place(text: str | None) -> tuple[int, int | None]:
    warehouse, _colon, place = (text or "").partition(":")
    if not warehouse.isascii() or not warehouse.isdigit() or (place and not place.isdigit()):
        raise Refused(_("Choose where the stock changes."), field="place")
    return int(warehouse), int(place) if place else None


def _change(text: str) -> Decimal:
    try:
        change = Decimal(text.strip().replace(",", "").replace("−", "-"))
    except InvalidOperation:
        change = Decimal("NaN")
    if not change.is_finite() or abs(change) > MOST_UNITS or change != round(change, 3):
        raise Refused(_("Enter the change, such as -3 or 12."), field="change")
    return change


def _as_seen(levels: Sequence[Any]) -> str:
    """The levels as a form keeps them, so that the same form twice changes them once."""
    return ";".join(f"{level.warehouse_id}={level.on_hand:f}" for level in levels)


def _seen(form: AdjustForm | SaleForm, warehouse_id: int) -> Decimal:
    """The level that the form was shown with; zero for a warehouse that held none."""
    for part in (form.seen.data or "").split(";"):
        key, _equals, value = part.partition("=")
        if key == str(warehouse_id):
            return _change(value)
    return Decimal(0)


def _tabs(state: Listing, chosen: StockFilter) -> list[dict[str, Any]]:
    return [
        {"label": words, "href": state.href(state=name or None), "current": name == chosen.state}
        for name, words in TABS.items()
    ]
