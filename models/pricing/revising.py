"""What a price list itself says: its terms, and the rules of a derived one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from models.catalog import Brand, Category
from models.kernel import activity
from models.kernel.activity import Actor
from models.kernel.errors import Conflict, NotFound, Refused
from models.pricing.editing import lock_list
from models.pricing.price_list import PriceList, PriceListRule

LONGEST_NAME = 120
LEAST_PERCENT, MOST_PERCENT = Decimal(-100), Decimal(900)


@dataclass(frozen=True, slots=True)
class Terms:
    """What staff settle about a list; the meanings are those of `PriceList`."""

    name: str
    valid_from: date
    valid_to: date | None = None
    priority: int = 0
    is_exclusive: bool = False
    is_only: bool = False
    adds_variants: bool = False
    restricts_assortment: bool = False
    floor_percent: Decimal | None = None
    percent: Decimal | None = None
    rounding_step: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a derived list treats a category, a brand, or one within the other."""

    category_id: int | None
    brand_id: int | None
    percent: Decimal
    rounding_step: Decimal | None = None


def open_for_change(session: Session, list_id: int, version: int) -> PriceList:
    """The list, locked, as the person saw it. Conflict when it changed since; its version moves."""
    price_list = lock_list(session, list_id)
    if price_list.version != version:
        raise Conflict(
            f"{price_list.code} was changed meanwhile. Look at what it says now, then try again."
        )
    flag_modified(price_list, "name")
    session.flush()
    return price_list


def revise_terms(
    session: Session, list_id: int, terms: Terms, *, version: int, by: Actor
) -> PriceList:
    """Puts the terms in force at once.

    Refused for terms that contradict one another, or a percentage on a list that is derived from
    none. Conflict when the list changed meanwhile.
    """
    price_list = open_for_change(session, list_id, version)
    _check_terms(price_list, terms)
    wanted = asdict(terms) | {"name": terms.name.strip()}
    before, after = activity.put(price_list, wanted)
    session.flush()
    if after:
        activity.record(
            session, "price_list.changed", by=by, subject=price_list, code=price_list.code,
            before=before, after=after,
        )  # fmt: skip
    return price_list


def set_rule(
    session: Session, list_id: int, rule: Rule, *, version: int, by: Actor
) -> PriceListRule:
    """Adds a rule to a derived list, or changes the one for the same category and brand."""
    price_list = open_for_change(session, list_id, version)
    if price_list.derived_from_id is None:
        raise Refused(f"{price_list.code} holds fixed prices; only derived lists have rules.")
    if rule.category_id is None and rule.brand_id is None:
        raise Refused("Choose a category, a brand or both.", field="category")
    _check_percent(rule.percent)
    _check_step(rule.rounding_step)
    kept = session.scalars(
        select(PriceListRule).where(
            PriceListRule.list_id == list_id,
            PriceListRule.category_id.is_not_distinct_from(rule.category_id),
            PriceListRule.brand_id.is_not_distinct_from(rule.brand_id),
        )
    ).first()
    before = _rule_facts(kept) if kept else None
    row = kept or PriceListRule(
        list_id=list_id, category_id=rule.category_id, brand_id=rule.brand_id
    )
    row.percent, row.rounding_step = rule.percent, rule.rounding_step
    session.add(row)
    session.flush()
    _record_rule(session, "price_list.rule_set", price_list, row, by, before, _rule_facts(row))
    return row


def remove_rule(session: Session, rule_id: int, *, version: int, by: Actor) -> PriceList:
    """Takes a rule away: what it covered is reckoned by the next fitting one."""
    row = session.get(PriceListRule, rule_id)
    if row is None:
        raise NotFound("This rule is gone.")
    price_list = open_for_change(session, row.list_id, version)
    _record_rule(session, "price_list.rule_removed", price_list, row, by, _rule_facts(row), None)
    session.delete(row)
    session.flush()
    return price_list


def _check_terms(price_list: PriceList, terms: Terms) -> None:
    if not terms.name.strip() or len(terms.name) > LONGEST_NAME:
        raise Refused("A price list needs a name of at most 120 letters.", field="name")
    if terms.valid_to is not None and terms.valid_to <= terms.valid_from:
        raise Refused("The last day must lie behind the first.", field="valid_to")
    if terms.is_only and not terms.is_exclusive:
        raise Refused("Only a list that answers alone can refuse the others.", field="is_only")
    if terms.floor_percent is not None and not 0 <= terms.floor_percent <= 100:
        raise Refused("The floor lies between 0 and 100 per cent below.", field="floor_percent")
    if terms.percent is not None:
        if price_list.derived_from_id is None:
            raise Refused("Only a derived list adds a percentage.", field="percent")
        _check_percent(terms.percent)
    _check_step(terms.rounding_step)


def _check_percent(percent: Decimal) -> None:
    if not percent.is_finite() or not LEAST_PERCENT <= percent <= MOST_PERCENT:
        raise Refused("Type a percentage from -100 to 900, such as -12.", field="percent")
    if percent != percent.quantize(Decimal("0.0001")):
        raise Refused("A percentage has at most four decimals.", field="percent")


def _check_step(step: Decimal | None) -> None:
    if step is None:
        return
    if not step.is_finite() or not 0 <= step <= 1000 or step != step.quantize(Decimal("0.0001")):
        raise Refused("Prices are rounded to a step from 0.0001 to 1,000.", field="rounding_step")


def _rule_facts(row: PriceListRule) -> dict[str, Any]:
    return {"percent": row.percent, "rounding_step": row.rounding_step}


def _record_rule(
    session: Session,
    kind: str,
    price_list: PriceList,
    row: PriceListRule,
    by: Actor,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    category = session.get(Category, row.category_id) if row.category_id else None
    brand = session.get(Brand, row.brand_id) if row.brand_id else None
    activity.record(
        session, kind, by=by, subject=price_list, code=price_list.code,
        category=category.path if category else None, brand=brand.name if brand else None,
        before=before, after=after,
    )  # fmt: skip
