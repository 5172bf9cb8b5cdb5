"""The figures of the order pad: what it comes to, what that means, and its button."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from models.accounts import CANCEL_REST
from models.checkout import Cart, Shopper, Sums, choice_for_short, payer
from models.pricing import CarriageGround
from models.receivables import CreditStanding, standing
from web.i18n import _, ngettext
from web.presenting import day_in_words, money, percentage
from web.transactions import session


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


def _figures(sums: Sums, currency: str) -> list[tuple[str, Any]]:
    saved = sums.tally.base_goods - sums.goods
    rows: list[tuple[str, Any]] = [
        (_("Goods before price breaks"), money(sums.tally.base_goods, currency))
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
    if choice_for_short(cart, shopper.place.account) == CANCEL_REST:
        return ngettext("%(num)s line is short", "%(num)s lines are short", tally.late)
    if tally.late == tally.counted:
        return _("Ships when it arrives")
    return ngettext("%(num)s line ships later", "%(num)s lines ship later", tally.late)
