"""The order pad in the words and figures of the page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

from flask import current_app
from markupsafe import Markup, escape

from models.accounts import Permission
from models.checkout import (
    NUDGE_WITHIN,
    Cart,
    Proposal,
    ProposedLine,
    Shopper,
    Sums,
    cart_lines,
    payer,
    propose,
    ship_tos,
)
from models.kernel.quantity import plain
from models.pricing import CarriageGround, next_break
from models.receivables import CreditStanding, standing
from storefront.paying import takes_test_cards
from storefront.rows import StockView, offer_labels, picture_of, quantity_label
from storefront.shopping import buyer_actor
from web.i18n import _, ngettext
from web.pages import address_of
from web.presenting import day_in_words, day_month, money, percentage, quantity, unit_price
from web.transactions import session


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of the pad."""

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
class FiguresView:
    """The part of the summary that a changed quantity changes: figures, credit, the button."""

    rows: list[tuple[str, Any]]
    total: tuple[str, str]
    goal: tuple[Markup, float, str] | None
    credit: tuple[str, str] | None
    shown_total: str
    place_label: str
    problems: int
    undecided: int
    ships: str
    is_short: bool


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
class PadView:
    """The whole pad."""

    lines: list[LineView]
    summary: SummaryView
    heading: str


def proposal_of(shopper: Shopper, cart: Cart) -> Proposal:
    """What ordering the pad now would mean."""
    return propose(session(), cart, shopper.place, lines=cart_lines(session(), cart))


def pad_view(shopper: Shopper, cart: Cart, proposal: Proposal, undecided: int = 0) -> PadView:
    """The pad as the page shows it."""
    return PadView(
        lines=[line_view(item, shopper) for item in proposal.lines],
        summary=summary_view(shopper, cart, proposal.sums, undecided),
        heading=heading_of(cart),
    )


def heading_of(cart: Cart) -> str:
    """`14 lines, 352 units`."""
    lines = ngettext("%(num)s line", "%(num)s lines", cart.line_count)
    return f"{lines}, " + _("%(units)s units", units=quantity(cart.unit_count))


def line_view(
    item: ProposedLine, shopper: Shopper, *, refusal: str = "", typed: str = ""
) -> LineView:
    """One line, with what changed since it was added. `refusal` is why a change was not taken."""
    line, product, currency = item.line, item.product, shopper.currency
    note = [product.sku]
    if item.own_number:
        note.append(_("yours: %(code)s", code=item.own_number))
    if item.price.multiple != 1:
        note.append(_("packs of %(pack)s", pack=plain(item.price.multiple)))
    each = "" if item.unit_price is None else unit_price(item.unit_price, currency)
    if item.price.price_per != 1 and each:
        each = _("%(price)s per %(units)s", price=each, units=item.price.price_per)
    return LineView(
        id=line.id, product_id=product.id, name=product.name, note=", ".join(note),
        href=address_of("product_page.product", slug=product.slug),
        picture=picture_of(product.image), stock=_stock(item, shopper), each=each,
        was=_was(item, currency), changed=_changed(item, currency), nudge=_nudge(item, currency),
        quantity=typed or plain(line.quantity), pack=plain(item.price.multiple),
        total=money(item.amount, currency) if not item.problem else "",
        problem=refusal or item.problem, offers=offer_labels(item.offers), version=line.version,
        override=_override(item, currency), override_href=_override_href(line.id),
        change_href=address_of("order_pad.change_line", line_id=line.id),
        remove_href=address_of("order_pad.remove_line", line_id=line.id),
        quantity_label=quantity_label(product.name, item.price.multiple),
    )  # fmt: skip


def _stock(item: ProposedLine, shopper: Shopper) -> StockView:
    free = item.outlook.available
    if not item.short:
        if shopper.stock_display == "exact":
            return StockView("in", _("%(units)s in stock", units=quantity(free)))
        return StockView("in", _("In stock"))
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
    if not buyer_actor().can(Permission.PRICE_OVERRIDE):
        return ""
    return address_of("rep_pricing.price", line_id=line_id)


def summary_view(shopper: Shopper, cart: Cart, sums: Sums, undecided: int = 0) -> SummaryView:
    """The order summary for these figures."""
    account = shopper.place.account
    addresses = ship_tos(session(), account.id)
    return SummaryView(
        figures=figures_view(shopper, cart, sums, undecided),
        submission_key=str(uuid4()),
        addresses=[(each.id, _address(each)) for each in addresses],
        payments=payment_choices(shopper),
        backorders=_backorders(),
        earliest_on=sums.earliest_ship_on.isoformat(),
        requires_po=account.requires_po_number,
        cart=cart,
        backorder_choice=cart.backorder_choice or account.backorder_policy,
        ship_to_id=shopper.ship_to.id if shopper.ship_to else None,
    )


def figures_view(shopper: Shopper, cart: Cart, sums: Sums, undecided: int = 0) -> FiguresView:
    """The figures of a pad, and what its button does."""
    currency = shopper.currency
    total = money(sums.total, currency)
    return FiguresView(
        rows=_figures(sums, currency),
        total=(_("Total"), total),
        goal=_goal(sums, currency),
        credit=_credit(shopper, cart, sums),
        shown_total=str(sums.total),
        place_label=_("Place order %(total)s", total=total),
        problems=sums.tally.lines - sums.tally.counted,
        undecided=undecided,
        ships=_ships(shopper, cart, sums),
        is_short=bool(sums.tally.late),
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


def _address(address: Any) -> str:
    parts = [address.company, address.line1, address.city, address.postcode]
    return ", ".join(part for part in parts if part)


def _figures(sums: Sums, currency: str) -> list[tuple[str, Any]]:
    saved = sums.tally.base_goods - sums.goods
    rows: list[tuple[str, Any]] = [
        (_("Lines at base price"), money(sums.tally.base_goods, currency))
    ]
    if saved > 0:
        text = Markup('<span class="money" data-tone="ok">−{}</span>').format(
            money(saved, currency)
        )
        rows.append((_("Price breaks"), text))
    rows.append((_("Carriage"), _carriage(sums, currency)))
    if sums.terms.small_order_charge and sums.goods:
        rows.append((_("Small-order charge"), money(sums.terms.small_order_charge, currency)))
    for part in sums.breakdown.subtotals:
        label = _("VAT at %(rate)s", rate=percentage(part.tax.rate))
        rows.append((label, money(part.amount, currency)))
    return rows


def _carriage(sums: Sums, currency: str) -> str:
    terms = sums.terms
    if terms.ground is CarriageGround.COLLECTED:
        return _("You collect")
    if terms.ground is CarriageGround.UNKNOWN:
        return _("We will tell you")
    if terms.ground is CarriageGround.FREE_OVER and terms.free_over:
        return _("Paid, over %(amount)s", amount=money(terms.free_over, currency))
    return money(terms.carriage, currency) if terms.carriage else _("Paid by us")


def _goal(sums: Sums, currency: str) -> tuple[Markup, float, str] | None:
    """The next threshold: the minimum order, else free carriage."""
    terms, goods = sums.terms, sums.goods
    if not goods:
        return None
    if terms.to_minimum and terms.minimum_order_value and terms.small_order_charge:
        words = escape(_("%(amount)s more and the small-order charge falls away"))
        missing, of = terms.to_minimum, terms.minimum_order_value
    elif terms.to_free_carriage and terms.free_over:
        words = escape(_("Add %(amount)s for free carriage"))
        missing, of = terms.to_free_carriage, terms.free_over
    else:
        return None
    text = words % {"amount": Markup("<b>{}</b>").format(money(missing, currency))}
    share = float(goods / of * 100)
    return (
        text,
        share,
        _("%(share)s of %(of)s", share=percentage(int(share)), of=money(of, currency)),
    )


def _credit(shopper: Shopper, cart: Cart, sums: Sums) -> tuple[str, str] | None:
    """What the payment choice means: tone and sentence, said before the order is placed."""
    if cart.payment_means == "card":
        return "info", _("You pay by card in the next step. We hold the stock for 30 minutes.")
    if cart.payment_means == "transfer" or _pays_ahead(shopper):
        return "info", _("We ship when the money has arrived, and keep the stock for 5 days.")
    account = payer(session(), shopper.place.account)
    state = standing(session(), account, today=shopper.today)
    return _credit_sentence(state, sums.total, shopper)


def _pays_ahead(shopper: Shopper) -> bool:
    return shopper.terms is not None and shopper.terms.kind != "on_account"


def _credit_sentence(state: CreditStanding, total: Decimal, shopper: Shopper) -> tuple[str, str]:
    currency = shopper.currency
    over = state.over_by(total)
    if state.is_overdue:
        return "warn", _(
            "%(amount)s is overdue. We take the order and hold it, with its stock, until that "
            "is paid.",
            amount=money(state.overdue, currency),
        )
    if over:
        return "warn", _(
            "This is %(over)s over your credit limit of %(limit)s. We take the order and hold "
            "it, with its stock, until accounting releases it or you pay.",
            over=money(over, currency), limit=money(state.limit, currency),
        )  # fmt: skip
    terms = shopper.terms.name if shopper.terms else ""
    return "ok", _(
        "On account, %(terms)s. %(free)s of %(limit)s credit is free, %(after)s after this order.",
        terms=terms, free=money(state.available, currency), limit=money(state.limit, currency),
        after=money(state.available - total, currency),
    )  # fmt: skip


def _ships(shopper: Shopper, cart: Cart, sums: Sums) -> str:
    tally = sums.tally
    if not tally.counted:
        return ""
    if not tally.late:
        ship_on = sums.earliest_ship_on
        if cart.requested_on is not None:
            ship_on = shopper.calendar.ship_date_for(cart.requested_on, ship_on)
        return _("All ship %(day)s", day=day_in_words(ship_on))
    if tally.late == tally.counted:
        return _("Ships when it arrives")
    return ngettext("%(num)s line ships later", "%(num)s lines ship later", tally.late)
