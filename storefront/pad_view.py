"""The order pad in the words and figures of the page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import uuid4

from flask import current_app, url_for
from markupsafe import Markup

from models.accounts import Permission
from models.checkout import (
    NUDGE_WITHIN,
    Beside,
    Cart,
    Proposal,
    ProposedLine,
    ShipTo,
    Shopper,
    Sums,
    cart_lines,
    choice_for_short,
    propose,
)
from models.kernel.quantity import plain
from models.pricing import next_break
from storefront.frame import own_number
from storefront.pad_figures import FiguresView, figures_view
from storefront.paying import takes_test_cards
from storefront.rows import StockView, offer_labels, picture_of, quantity_label
from storefront.shopping import buyer_actor
from web.i18n import _, locale_name, ngettext
from web.pages import address_of
from web.presenting import day_month, money, quantity, unit_price
from web.transactions import session

LINES_AT_ONCE = 50
"""As many lines as a page of the price list has, or nearly; the others are shown on demand."""
REMEMBERED_LINES = 2500
"""Lines as text, some 2 KB each. A line is written from what it shows and nothing else, its price
included, which is asked for anew each time: the same facts make the same line, whoever reads it."""


@dataclass(frozen=True, slots=True, eq=False)
class LineView:
    """A line of the pad. Each is its own, so that it can be told from others without a look at
    every word of it."""

    id: int
    product_id: int
    name: str
    note: str
    href: str
    picture: str
    stock: StockView
    each: str
    was: str
    changed: str
    nudge: tuple[str, str] | None
    quantity: str
    pack: str
    total: str
    problem: str
    offers: tuple[tuple[str, str], ...]
    version: int
    override: str
    override_href: str
    change_href: str
    remove_href: str
    quantity_label: str


@dataclass(frozen=True, slots=True)
class SummaryView:
    """The order summary: what is chosen, and the figures."""

    figures: FiguresView
    submission_key: str
    addresses: list[tuple[int, str]]
    payments: list[tuple[str, str]]
    backorders: list[tuple[str, str]]
    earliest_on: str
    requires_po: bool
    cart: Cart
    backorder_choice: str
    ship_to_id: int | None


@dataclass(frozen=True, slots=True)
class PartView:
    """Some of the lines. `more` is where the next ones are, None after the last."""

    lines: list[LineView]
    shown: int
    of: int
    more: str | None


@dataclass(frozen=True, slots=True)
class PadView:
    """The pad: its figures are those of all lines, of which a long one shows the first."""

    part: PartView
    summary: SummaryView
    heading: str


def proposal_of(shopper: Shopper, cart: Cart) -> Proposal:
    """What ordering the pad now would mean."""
    return propose(session(), cart, shopper.place, lines=cart_lines(session(), cart))


def pad_view(
    shopper: Shopper,
    cart: Cart,
    proposal: Proposal,
    beside: Beside,
    *,
    whole: bool = True,
    named: Collection[str] = (),
) -> PadView:
    """The pad as the page shows it: `whole`, or as far as the last line that needs a decision or
    is `named` (`line-7`) in a refusal, and fifty lines at least."""
    lines = proposal.lines
    upto = len(lines) if whole else LINES_AT_ONCE
    for index in range(len(lines) - 1, upto - 1, -1):
        if lines[index].problem or f"line-{lines[index].line.id}" in named:
            upto = index + 1
            break
    return PadView(
        part=_part(lines, 0, upto, shopper),
        summary=summary_view(shopper, cart, proposal.sums, beside),
        heading=heading_of(cart),
    )


def part_after(position: int, proposal: Proposal, shopper: Shopper) -> PartView:
    """The next fifty lines behind a position, which holds when lines before it have gone."""
    start = sum(1 for item in proposal.lines if item.line.position <= position)
    return _part(proposal.lines, start, start + LINES_AT_ONCE, shopper)


def _part(lines: Sequence[ProposedLine], start: int, end: int, shopper: Shopper) -> PartView:
    end = min(end, len(lines))
    while 0 < end < len(lines) and lines[end].line.position == lines[end - 1].line.position:
        end += 1
    more = None
    if end < len(lines):
        more = url_for("order_pad.more_lines", after=lines[end - 1].line.position)
    reader = _reader(shopper)
    views = [_kept_view(item, reader) for item in lines[start:end]]
    return PartView(views, end, len(lines), more)


def heading_of(cart: Cart) -> str:
    """`14 lines, 352 units`."""
    lines = ngettext("%(num)s line", "%(num)s lines", cart.line_count)
    return f"{lines}, " + _("%(units)s units", units=quantity(cart.unit_count))


class Reader(NamedTuple):
    """For whom lines are written."""

    currency: str
    stock_display: str
    may_override: bool
    locale: str


def line_view(
    item: ProposedLine, shopper: Shopper, *, refusal: str = "", typed: str = ""
) -> LineView:
    """One line, with what changed since it was added. `refusal` is why a change was not taken."""
    return _line_view(item, _reader(shopper), refusal, typed)


def line_html(line: LineView) -> Markup:
    """`storefront/pad_line.html` of one line."""
    return _html(line, locale_name())


@lru_cache(REMEMBERED_LINES)
def _html(line: LineView, _locale: str) -> Markup:
    module: Any = current_app.jinja_env.get_template("storefront/pad_line.html").module
    written: Markup = module.pad_line(line)
    return written


@lru_cache(REMEMBERED_LINES)
def _kept_view(item: ProposedLine, reader: Reader) -> LineView:
    return _line_view(item, reader)


def _reader(shopper: Shopper) -> Reader:
    may_override = buyer_actor().can(Permission.PRICE_OVERRIDE)
    return Reader(shopper.currency, shopper.stock_display, may_override, locale_name())


def _line_view(item: ProposedLine, reader: Reader, refusal: str = "", typed: str = "") -> LineView:
    line, product, currency = item.line, item.product, reader.currency
    note = [product.sku]
    if item.own_number:
        note.append(own_number(item.own_number))
    if item.price.multiple != 1:
        note.append(_("packs of %(pack)s", pack=plain(item.price.multiple)))
    each = "" if item.unit_price is None else unit_price(item.unit_price, currency)
    if item.price.price_per != 1 and each:
        each = _("%(price)s per %(units)s", price=each, units=item.price.price_per)
    return LineView(
        id=line.id, product_id=product.id, name=product.name, note=", ".join(note),
        href=address_of("product_page.product", slug=product.slug),
        picture=picture_of(product.image), stock=_stock(item, reader.stock_display), each=each,
        was=_was(item, currency), changed=_changed(item, currency), nudge=_nudge(item, currency),
        quantity=typed or plain(line.quantity), pack=plain(item.price.multiple),
        total=money(item.amount, currency) if not item.problem else "",
        problem=refusal or item.problem, offers=offer_labels(item.offers), version=line.version,
        override=_override(item, currency),
        override_href=_override_href(line.id) if reader.may_override else "",
        change_href=address_of("order_pad.change_line", line_id=line.id),
        remove_href=address_of("order_pad.remove_line", line_id=line.id),
        quantity_label=quantity_label(product.name, item.price.multiple),
    )  # fmt: skip


def _stock(item: ProposedLine, display: str) -> StockView:
    free = item.outlook.available
    if not item.short:
        if display == "exact":
            return StockView("in", _("%(units)s in stock", units=quantity(free)))
        return StockView("in", _("In stock"))
    if item.cancelled:
        gone = _("%(units)s are cancelled", units=quantity(item.cancelled))
        if free <= 0:
            return StockView("out", _("Not in stock"), gone)
        label = _("Part in stock")
        if display == "exact":
            label = _("%(units)s in stock", units=quantity(free))
        return StockView("due", label, gone)
    if item.ship_on is None:
        return StockView("out", _("No date yet"), _("%(units)s short", units=quantity(item.short)))
    label = _("Due %(day)s", day=day_month(item.ship_on))
    if free <= 0:
        return StockView("due", label)
    return StockView("due", label, _("%(units)s now, the rest then", units=quantity(free)))


def _was(item: ProposedLine, currency: str) -> str:
    """The price of the first break, struck out beside the one that was reached."""
    first = item.price.tiers[0][1] if item.price.tiers else None
    if item.line.override_price is not None and item.price.unit_price is not None:
        first = item.price.unit_price
    if first is None or item.unit_price is None or first <= item.unit_price:
        return ""
    return unit_price(first, currency)


def _changed(item: ProposedLine, currency: str) -> str:
    """What changed since the line was added: another price for the quantity that was added."""
    before = item.line.unit_price
    if before is None or item.unit_price is None or item.line.override_price is not None:
        return ""
    if before == item.unit_price:
        return ""
    return _("Was %(price)s when you added it", price=unit_price(before, currency))


def _nudge(item: ProposedLine, currency: str) -> tuple[str, str] | None:
    following = None if item.problem else next_break(item.price, item.line.quantity)
    if following is None or item.line.override_price is not None:
        return None
    if following[0] > item.line.quantity * NUDGE_WITHIN:
        return None
    label = _("%(quantity)s at %(price)s",
              quantity=plain(following[0]), price=unit_price(following[1], currency))  # fmt: skip
    return plain(following[0]), label


def _override(item: ProposedLine, currency: str) -> str:
    if item.line.override_price is None or item.price.unit_price is None:
        return ""
    before = unit_price(item.price.unit_price, currency)
    return _("%(price)s before: %(reason)s", price=before, reason=item.line.override_reason)


def _override_href(line_id: int) -> str:
    return address_of("rep_pricing.price", line_id=line_id)


def summary_view(shopper: Shopper, cart: Cart, sums: Sums, beside: Beside) -> SummaryView:
    """The order summary for these figures."""
    account = shopper.place.account
    return SummaryView(
        figures=figures_view(shopper, cart, sums, len(beside.questions)),
        submission_key=str(uuid4()),
        addresses=[(each.id, _address(each)) for each in beside.ship_tos],
        payments=payment_choices(shopper),
        backorders=_backorders(),
        earliest_on=sums.earliest_ship_on.isoformat(),
        requires_po=account.requires_po_number,
        cart=cart,
        backorder_choice=choice_for_short(cart, account),
        ship_to_id=shopper.ship_to.id if shopper.ship_to else None,
    )


def payment_choices(shopper: Shopper) -> list[tuple[str, str]]:
    """How this account may pay: on its terms, by transfer ahead, by card where one is taken."""
    terms = shopper.terms
    choices = []
    if terms is not None and terms.kind == "on_account":
        choices.append(("on_account", _("On account, %(terms)s", terms=terms.name)))
    choices.append(("transfer", _("Bank transfer before dispatch")))
    if current_app.extensions.get("card_payments"):
        name = _("Card (test payments, no card is charged)") if takes_test_cards() else _("Card")
        choices.append(("card", name))
    return choices


def _backorders() -> list[tuple[str, str]]:
    return [
        ("partial", _("Send what is there, the rest when it comes")),
        ("complete", _("Wait and send everything together")),
        ("cancel_rest", _("Send what is there, cancel the rest")),
    ]


def _address(address: ShipTo) -> str:
    parts = [address.company, address.line1, address.city, address.postcode]
    return ", ".join(part for part in parts if part)
