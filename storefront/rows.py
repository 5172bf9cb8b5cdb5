"""Rows of the price list in the words and figures of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app
from markupsafe import Markup

from models.checkout import ShelfRow, Shopper
from models.inventory import Outlook
from models.kernel.quantity import plain
from web.i18n import _, locale_name, ngettext
from web.pages import address_of
from web.presenting import (
    day_in_words,
    day_month,
    money,
    percentage,
    quantity,
    unit_price,
)

REMEMBERED_ROWS = 2500
"""Rows as text, some 4 KB each. A row is written from what it shows and nothing else, its price
included, which is asked for anew each time: the same facts make the same row, whoever reads it."""
FEW = Decimal(50)
CAPPED_AT = Decimal(100)


@dataclass(frozen=True, slots=True)
class StockView:
    """State in | low | due | out, and its two lines."""

    state: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RowView:
    """What `storefront/_row.html` shows of one product. Each is its own, so that it can be told
    from others without a look at every word of it."""

    id: int
    name: str
    sku: str
    href: str
    picture: str
    category: str
    facts: tuple[str, ...]
    stock: StockView
    price: str
    price_note: str
    tiers: tuple[tuple[str, str, bool], ...]
    nudge: tuple[str, str] | None
    quantity: str
    quantity_label: str
    pack: str
    is_on: bool
    problem: str
    offers: tuple[tuple[str, str], ...]
    total: str
    total_note: str
    set_href: str
    orderable: bool


def picture_of(digest: str) -> str:
    """The address of a product's picture, empty where there is none."""
    return address_of("pictures.picture", digest=digest) if digest else ""


class Reader(NamedTuple):
    """For whom rows are written: how stock is told to them, and in which language."""

    stock_display: str
    sees_prices: bool
    locale: str


def reader_of(shopper: Shopper) -> Reader:
    """The reader of this request."""
    return Reader(shopper.stock_display, shopper.sees_prices, locale_name())


def row_views(rows: Sequence[ShelfRow], shopper: Shopper, *, may_order: bool) -> list[RowView]:
    """The rows as the page shows them; without prices for those who may not see them."""
    reader = reader_of(shopper)
    return [_view(row, reader, may_order) for row in rows]


def row_html(row: RowView, focused: bool = False) -> Markup:
    """`storefront/price_row.html` of one product."""
    return _html(row, focused, locale_name())


def row_view(
    row: ShelfRow, shopper: Shopper, *, may_order: bool, typed: str = "", refusal: str = ""
) -> RowView:
    """One row. `typed` and `refusal` show a quantity that could not be read at all."""
    return _view(row, reader_of(shopper), may_order, typed, refusal)


@lru_cache(REMEMBERED_ROWS)
def _html(row: RowView, focused: bool, _locale: str) -> Markup:
    module: Any = current_app.jinja_env.get_template("storefront/price_row.html").module
    written: Markup = module.price_row(row, focused)
    return written


@lru_cache(REMEMBERED_ROWS)
def _view(
    row: ShelfRow, reader: Reader, may_order: bool, typed: str = "", refusal: str = ""
) -> RowView:
    priced = reader.sees_prices and not row.price.is_on_request
    return RowView(
        id=row.product_id,
        name=row.name,
        sku=row.sku,
        href=address_of("product_page.product", slug=row.slug),
        picture=picture_of(row.image),
        category=row.category,
        facts=_facts(row),
        stock=stock_view(row.outlook, row, reader.stock_display),
        price=_price(row) if reader.sees_prices else "",
        price_note=_price_note(row) if priced else "",
        tiers=_tiers(row) if priced else (),
        nudge=_nudge(row) if priced else None,
        quantity=typed or (plain(row.in_cart) if row.in_cart else ""),
        quantity_label=quantity_label(row.name, row.price.multiple),
        pack=plain(row.price.multiple),
        is_on=bool(row.in_cart) and not row.problem and not refusal,
        problem=refusal or row.problem,
        offers=() if refusal else offer_labels(row.offers),
        total=money(row.amount, row.price.currency) if row.amount and priced else "",
        total_note=_packs(row),
        set_href=address_of("quantities.set_product", product_id=row.product_id),
        orderable=may_order and priced and row.price.visible,
    )


def offer_labels(offers: Sequence[Decimal]) -> tuple[tuple[str, str], ...]:
    """The nearest right quantities as buttons: ("12", "Make it 12")."""
    return tuple((plain(each), _("Make it %(quantity)s", quantity=plain(each))) for each in offers)


def stock_view(outlook: Outlook, row: ShelfRow, display: str) -> StockView:
    """How stock is told to a group: exact, capped (100+), or in words."""
    free, supply = outlook.available, outlook.next_supply
    ships = _("Ships %(day)s", day=day_in_words(row.ship_on)) if row.ship_on else ""
    if free > 0:
        few = free < min(FEW, 10 * row.price.multiple)
        return StockView("low" if few else "in", _free(free, display, few=few), ships)
    if row.lifecycle == "run_out" or not (supply or row.may_backorder):
        return StockView("out", _("Sold out"), _("No more will come"))
    if supply is None:
        return StockView("out", _("Out of stock"), _("Backorder, no date yet"))
    note = _("%(units)s on order, backorder open", units=quantity(supply[1]))
    if display != "exact":
        note = _("Backorder open")
    return StockView("due", _("Due %(day)s", day=day_month(supply[0])), note)


def _free(free: Decimal, display: str, *, few: bool) -> str:
    if display == "words":
        return _("Low stock") if few else _("In stock")
    if few:
        return _("%(units)s left", units=quantity(free))
    if display == "capped" and free > CAPPED_AT:
        return _("%(units)s+ in stock", units=quantity(CAPPED_AT))
    return _("%(units)s in stock", units=quantity(free))


def quantity_label(name: str, multiple: Decimal) -> str:
    """What a quantity field is called for those who cannot see the row around it."""
    if multiple == 1:
        return _("Quantity, %(product)s", product=name)
    return _("Quantity, %(product)s, packs of %(pack)s", product=name, pack=plain(multiple))


def _facts(row: ShelfRow) -> tuple[str, ...]:
    facts = [row.sku]
    if row.own_number:
        facts.append(_("Yours: %(code)s", code=row.own_number))
    if row.price.multiple != 1:
        facts.append(_("Packs of %(pack)s", pack=plain(row.price.multiple)))
    if row.last_on is not None and row.last_quantity is not None:
        facts.append(
            _("Bought %(units)s on %(day)s",
              units=quantity(row.last_quantity), day=day_month(row.last_on))
        )  # fmt: skip
    return tuple(facts)


def _price(row: ShelfRow) -> str:
    price = row.price
    if price.unit_price is None:
        return _("Price on request")
    text = unit_price(price.unit_price, price.currency)
    if price.price_per == 1:
        return text
    return _("%(price)s per %(units)s", price=text, units=price.price_per)


def _price_note(row: ShelfRow) -> str:
    if not row.retail_price:
        return ""
    rrp = money(row.retail_price, row.price.currency)
    profit = row.profit_on_return
    if profit is None:
        return _("RRP %(amount)s", amount=rrp)
    percent = percentage(profit.quantize(Decimal(1)))
    return _("RRP %(amount)s, %(percent)s POR", amount=rrp, percent=percent)


def _tiers(row: ShelfRow) -> tuple[tuple[str, str, bool], ...]:
    tiers = row.price.tiers
    if len(tiers) < 2:
        return ()
    at = next((i for i, tier in enumerate(tiers) if tier[0] == row.price.tier), 0)
    first = max(0, min(at - 1, len(tiers) - 3))
    active = row.price.tier if row.in_cart and not row.problem else None
    return tuple(
        (plain(max(least, row.price.minimum)), _bare(price, row.price.currency), least == active)
        for least, price in tiers[first : first + 3]
    )


def _bare(price: Decimal, currency: str) -> str:
    """A price without its currency sign, where the column has it already."""
    return unit_price(price, currency).lstrip("£$€").strip()


def _nudge(row: ShelfRow) -> tuple[str, str] | None:
    nudge = row.nudge
    if nudge is None:
        return None
    label = _("Add %(more)s, save %(amount)s",
              more=plain(nudge.more), amount=money(nudge.saves, row.price.currency))  # fmt: skip
    return plain(nudge.quantity), label


def _packs(row: ShelfRow) -> str:
    if not row.in_cart or row.price.multiple == 1 or row.in_cart % row.price.multiple:
        return ""
    packs = int(row.in_cart / row.price.multiple)
    return ngettext("%(num)s pack", "%(num)s packs", packs)
