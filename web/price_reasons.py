"""Why a price is what it is, in sentences: for the desk, the pricing manager and the rep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from models.kernel.money import line_amount
from models.pricing import (
    Candidate,
    Derivation,
    Explanation,
    Price,
    Verdict,
    check,
    next_break,
    smallest,
)
from web.i18n import _, lazy
from web.presenting import day, day_count, money, percentage, quantity, unit_price

VERDICTS: dict[Verdict, tuple[Any, str, str]] = {
    Verdict.WON: (lazy("Gives the price"), "ok", "full"),
    Verdict.BEATEN: (lazy("Beaten"), "", ""),
    Verdict.OUTREACHED: (lazy("Further off"), "", ""),
    Verdict.NO_TIER: (lazy("No price for this quantity"), "", "dash"),
    Verdict.PASSED_ON: (lazy("Passed on"), "", "dash"),
    Verdict.CLOSED: (lazy("Refuses"), "warn", ""),
    Verdict.NO_PRICE: (lazy("No price"), "", "none"),
    Verdict.NOT_ASKED: (lazy("Not asked"), "", "none"),
    Verdict.DRAFT: (lazy("Draft"), "", "dash"),
    Verdict.OTHER_CURRENCY: (lazy("Other currency"), "", "none"),
    Verdict.NOT_VALID: (lazy("Not in force"), "", "none"),
}
REASONS: dict[Verdict, Any] = {
    Verdict.WON: lazy("Its tier is the greatest that the quantity reaches."),
    Verdict.NO_PRICE: lazy("It has no price for this product."),
    Verdict.PASSED_ON: lazy("It has no tier for this quantity and passes the question on."),
    Verdict.CLOSED: lazy("It has no tier for this quantity and lets no other list answer."),
    Verdict.NOT_ASKED: lazy("A list before it answers alone, so it was not asked."),
    Verdict.NO_TIER: lazy("It has no tier for this quantity."),
    Verdict.BEATEN: lazy("A list before it has this tier, or is cheaper from fewer on."),
    Verdict.OUTREACHED: lazy("Another list has a tier nearer to this quantity."),
    Verdict.DRAFT: lazy("It is a draft."),
    Verdict.OTHER_CURRENCY: lazy("It is in another currency, and nothing is converted."),
    Verdict.NOT_VALID: lazy("The list, or its assignment, does not hold on this day."),
}
STANDINGS = {
    "base list": lazy("everybody's base list"),
    "contract of the account": lazy("contract of the account"),
    "list of the account": lazy("list of the account"),
    "contract of the account's group": lazy("contract of the account's group"),
    "list of the account's group": lazy("list of the account's group"),
    "contract inherited from the parent account": lazy("contract of the head office, inherited"),
    "list inherited from the parent account": lazy("list of the head office, inherited"),
    "assigned, but not in force": lazy("assigned, but not in force"),
}


@dataclass(frozen=True)
class Loser:
    """A list that was looked at, in the order asked."""

    list_id: int
    code: str
    name: str
    standing: str
    look: tuple[Any, str, str]
    reason: str
    price: str
    tier: str
    won: bool


@dataclass(frozen=True)
class Reasons:
    """The answer, why, what may be ordered, and every list that was looked at."""

    price: str
    per: str
    total: str
    list_name: str
    sentences: list[str]
    limits: list[str]
    is_orderable: bool
    tiers: list[tuple[str, str, bool]]
    lists: list[Loser]


def told(explanation: Explanation, on: date) -> Reasons:
    """The whole explanation in words."""
    price, winner = explanation.price, explanation.winner
    problem = check(price.rules, price.quantity)
    return Reasons(
        price=_written(price.unit_price, price),
        per=_("per %(units)s", units=quantity(price.price_per)) if price.price_per > 1 else "",
        total=_total(price),
        list_name=f"{winner.code}, {winner.name}" if winner else "",
        sentences=_sentences(explanation, on),
        limits=_limits(price, _(problem.sentence) if problem else ""),
        is_orderable=problem is None and price.visible and price.unit_price is not None,
        tiers=[
            (quantity(at), unit_price(each, price.currency), at == price.tier)
            for at, each in price.tiers
        ],
        lists=[_loser(each, price) for each in explanation.candidates],
    )


def _total(price: Price) -> str:
    if price.unit_price is None:
        return ""
    return money(
        line_amount(price.unit_price, price.quantity, price.price_per, price.currency),
        price.currency,
    )


def _sentences(explanation: Explanation, on: date) -> list[str]:
    price, winner = explanation.price, explanation.winner
    if winner is None:
        return [_("No list in %(currency)s has a price for this quantity, so it is on request.",
                  currency=price.currency)]  # fmt: skip
    standing = str(STANDINGS.get(winner.standing, winner.standing))
    said = [
        _("%(list)s gives the price, as %(standing)s.", list=winner.code, standing=standing),
        *_about_tier(price),
        *[_about_step(step) for step in explanation.derivations],
    ]
    if explanation.derivations and explanation.entry_price is not None:
        said.append(
            _("Reckoned from %(from)s: that makes %(to)s.",
              **{"from": unit_price(explanation.entry_price, price.currency),
                 "to": _written(price.unit_price, price)})
        )  # fmt: skip
    return [*said, *_about_dates(explanation, on), *_about_break(price)]


def _about_tier(price: Price) -> list[str]:
    if price.tier is None:
        return []
    if price.counted != price.quantity:
        return [_("Its tier begins at %(tier)s; all variants together come to %(counted)s.",
                  tier=quantity(price.tier), counted=quantity(price.counted))]  # fmt: skip
    return [_("Its tier begins at %(tier)s, and %(quantity)s reaches it.",
              tier=quantity(price.tier), quantity=quantity(price.quantity))]  # fmt: skip


def _about_step(step: Derivation) -> str:
    facts = {
        "list": step.list_code, "origin": step.origin_code,
        "percent": percentage(abs(step.percent)), "covers": step.covers,
    }  # fmt: skip
    if step.covers and step.percent < 0:
        words = _("%(list)s takes %(percent)s off %(origin)s, by its rule for %(covers)s", **facts)
    elif step.covers:
        words = _("%(list)s adds %(percent)s to %(origin)s, by its rule for %(covers)s", **facts)
    elif step.percent < 0:
        words = _("%(list)s takes %(percent)s off %(origin)s", **facts)
    else:
        words = _("%(list)s adds %(percent)s to %(origin)s", **facts)
    if step.rounding_step:
        return _("%(sentence)s, rounded to %(step)s.", sentence=words,
                 step=f"{step.rounding_step.normalize():f}")  # fmt: skip
    return f"{words}."


def _about_dates(explanation: Explanation, on: date) -> list[str]:
    begins, ends = explanation.valid_from, explanation.valid_to
    if begins is None:
        return []
    if ends is None:
        return [_("The price holds since %(begins)s, without an end.", begins=day(begins))]
    left = (ends - on).days
    return [_("The price holds from %(begins)s until before %(ends)s, %(days)s more.",
              begins=day(begins), ends=day(ends), days=day_count(left))]  # fmt: skip


def _about_break(price: Price) -> list[str]:
    cheaper = next_break(price, price.quantity)
    if cheaper is None:
        return []
    return [_("From %(at)s on it costs %(price)s.", at=quantity(cheaper[0]),
              price=unit_price(cheaper[1], price.currency))]  # fmt: skip


def _limits(price: Price, problem: str) -> list[str]:
    rules = price.rules
    said = [_("Sold from %(least)s on, in steps of %(step)s.", least=quantity(smallest(rules)),
              step=quantity(rules.multiple))]  # fmt: skip
    if rules.maximum is not None:
        said.append(_("At most %(most)s.", most=quantity(rules.maximum)))
    said.append(problem or _("%(quantity)s can be ordered.", quantity=quantity(price.quantity)))
    if price.visible:
        said.append(_("The account sees this product."))
    else:
        said.append(_("The account does not see this product: it is outside its assortment, "
                      "made for somebody else, or no longer sold."))  # fmt: skip
    return said


def _loser(candidate: Candidate, price: Price) -> Loser:
    return Loser(
        list_id=candidate.list_id,
        code=candidate.code,
        name=candidate.name,
        standing=str(STANDINGS.get(candidate.standing, candidate.standing)),
        look=VERDICTS[candidate.verdict],
        reason=str(REASONS[candidate.verdict]),
        price=_written(candidate.unit_price, price) if candidate.unit_price is not None else "",
        tier=quantity(candidate.tier) if candidate.tier is not None else "",
        won=candidate.verdict is Verdict.WON,
    )


def _written(amount: Decimal | None, price: Price) -> str:
    return _("On request") if amount is None else unit_price(amount, price.currency)
