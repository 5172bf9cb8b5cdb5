"""The differences that a change of an order makes, in words: on its timeline, and before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from models.checkout import CHARGED_ONCE
from web.coined import coined
from web.i18n import _
from web.presenting import day, money, quantity, unit_price

Facts = Mapping[str, Any]


def difference_lines(changes: Iterable[Facts], currency: str) -> list[str]:
    """A sentence for each difference; one of an unknown kind says before and after."""
    return [_sentence(change, currency) for change in changes]


def amended_sentence(facts: Facts, currency: str) -> str:
    """That it was changed, and what it came to before and after."""
    if not facts.get("revision"):
        return _("Changed")
    number = facts["revision"]
    before, after = _money(facts, "total_before", currency), _money(facts, "total_after", currency)
    if before == after:
        return _("Changed, revision %(number)s", number=number)
    return _("Changed, revision %(number)s: %(after)s, was %(before)s",
             number=number, after=after, before=before)  # fmt: skip


def cancelled_sentence(facts: Facts, currency: str) -> str:
    """That it was cancelled, whole or what was still open."""
    if not facts.get("revision"):
        return _("Cancelled")
    before, after = _money(facts, "total_before", currency), _money(facts, "total_after", currency)
    if facts.get("rest"):
        return _("The open rest cancelled: %(after)s, was %(before)s", after=after, before=before)
    return _("Cancelled, was %(before)s", before=before)


def _sentence(change: Facts, currency: str) -> str:
    what, tell = str(change.get("what", "")), _WORDS.get(str(change.get("what", "")))
    if tell is not None:
        return str(tell(change, currency))
    return f"{what}: {change.get('before', '')} → {change.get('after', '')}"


def _money(facts: Facts, name: str, currency: str) -> str:
    return money(Decimal(str(facts.get(name) or 0)), currency)


def _units(facts: Facts, name: str) -> str:
    return quantity(Decimal(str(facts.get(name) or 0)))


def _price(facts: Facts, name: str, currency: str) -> str:
    return unit_price(Decimal(str(facts.get(name) or 0)), currency)


def _day(facts: Facts, name: str) -> str:
    value = str(facts.get(name) or "")
    return day(date.fromisoformat(value)) if value else _("as soon as possible")


def _freight(facts: Facts, name: str) -> str:
    return _("collected") if facts.get(name) == "collection" else _("delivered")


def _charge(facts: Facts, currency: str) -> str:
    """A charge that somebody set by hand, or that follows from the goods and the place."""
    name = coined(CHARGED_ONCE.get(str(facts["what"])) or str(facts.get("name", "")))
    before, after = _money(facts, "before", currency), _money(facts, "after", currency)
    is_new = facts.get("before") == ""
    if facts.get("by_hand") and not Decimal(str(facts["after"])):
        if is_new:
            return _("%(charge)s waived", charge=name)
        return _("%(charge)s waived, was %(before)s", charge=name, before=before)
    if is_new:
        return _("%(charge)s %(after)s, added", charge=name, after=after)
    return _("%(charge)s %(after)s, was %(before)s", charge=name, after=after, before=before)


_WORDS: dict[str, Any] = {
    "quantity": lambda facts, currency: _(
        "%(sku)s: %(after)s, was %(before)s", sku=facts.get("sku", ""),
        after=_units(facts, "after"), before=_units(facts, "before"),
    ),
    "added": lambda facts, currency: _(
        "%(sku)s: %(after)s added at %(price)s", sku=facts.get("sku", ""),
        after=_units(facts, "after"), price=_price(facts, "price", currency),
    ),
    "unpriced": lambda facts, currency: _(
        "%(sku)s: no price for %(after)s, not counted below", sku=facts.get("sku", ""),
        after=_units(facts, "after"),
    ),
    "dropped": lambda facts, currency: _(
        "%(sku)s: taken off, was %(before)s", sku=facts.get("sku", ""),
        before=_units(facts, "before"),
    ),
    "cancelled": lambda facts, currency: _(
        "%(sku)s: %(after)s stay of %(before)s", sku=facts.get("sku", ""),
        after=_units(facts, "after"), before=_units(facts, "before"),
    ),
    "price": lambda facts, currency: _(
        "%(sku)s: price %(after)s, was %(before)s", sku=facts.get("sku", ""),
        after=_price(facts, "after", currency), before=_price(facts, "before", currency),
    ),
    "po_number": lambda facts, currency: _(
        "PO number %(after)s, was %(before)s", after=facts.get("after") or _("none"),
        before=facts.get("before") or _("none"),
    ),
    "requested_on": lambda facts, currency: _(
        "Wanted %(after)s, was %(before)s", after=_day(facts, "after"),
        before=_day(facts, "before"),
    ),
    "freight": lambda facts, currency: _(
        "It is %(after)s now, was to be %(before)s", after=_freight(facts, "after"),
        before=_freight(facts, "before"),
    ),
    "ship_to": lambda facts, currency: _(
        "Deliver to %(after)s, was %(before)s", after=facts.get("after", ""),
        before=facts.get("before", ""),
    ),
    **dict.fromkeys((*CHARGED_ONCE, "fee"), _charge),
}  # fmt: skip
