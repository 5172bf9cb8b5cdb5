"""What one list alone says about products: fixed prices, and those it derives from another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, any_, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from models.catalog import Category, Product
from models.pricing.context import (
    DerivationRule,
    Gathered,
    ListTerms,
    ProductFacts,
    QuantityRules,
    Tier,
)
from models.pricing.deriving import fitting_rule, tiers_of
from models.pricing.editing import find_list
from models.pricing.gathering import DEEPEST_DERIVATION
from models.pricing.price_entry import PriceEntry
from models.pricing.price_list import PriceList, PriceListRule


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """A product with the list's tiers on a day. `is_fixed`: the list states them itself.

    Otherwise they are reckoned: `percent` on the tiers of `origin`, by the rule `rule_id` or by
    the list's own percentage.
    """

    id: int
    sku: str
    name: str
    image: str
    price_per: int
    cost: Decimal
    tiers: tuple[Tier, ...]
    origin: tuple[Tier, ...]
    is_fixed: bool
    percent: Decimal | None
    rule_id: int | None


def listed_products(
    session: Session,
    list_id: int,
    *,
    on: date,
    text: str = "",
    after: str = "",
    limit: int = 50,
    product_ids: Collection[int] | None = None,
) -> list[ListedProduct]:
    """The products that a list prices on the day, by SKU behind `after`, in four statements.

    A product that no rule of a derived list covers is left out.
    """
    chain = _chain(session, list_id, on)
    lists = {terms.id: terms for terms in _terms(session, chain)}
    ids = [price_list.id for price_list in chain]
    rows = _products(session, ids, on, text, after, limit, product_ids)
    fixed = _fixed(session, ids, [row.id for row in rows], on)
    gathered = Gathered((), lists, {})
    found = [_listed(gathered, lists[list_id], row, fixed.get(row.id, {})) for row in rows]
    return [each for each in found if each.tiers]


def _chain(session: Session, list_id: int, on: date) -> list[PriceList]:
    """The list, what it is derived from, and so on, as far as these are in force."""
    chain = [find_list(session, list_id)]
    while chain[-1].derived_from_id is not None and len(chain) <= DEEPEST_DERIVATION:
        origin = session.get_one(PriceList, chain[-1].derived_from_id)
        is_over = origin.valid_to is not None and origin.valid_to <= on
        if origin.status != "active" or origin.valid_from > on or is_over:
            break
        chain.append(origin)
    return chain


def _terms(session: Session, chain: Sequence[PriceList]) -> list[ListTerms]:
    rules: dict[int, list[DerivationRule]] = {}
    query = (
        select(PriceListRule, Category.path)
        .outerjoin(Category, Category.id == PriceListRule.category_id)
        .where(PriceListRule.list_id == any_(_array([each.id for each in chain])))
    )
    for rule, path in session.execute(query):
        rules.setdefault(rule.list_id, []).append(
            DerivationRule(rule.id, path, rule.brand_id, rule.percent, rule.rounding_step)
        )
    return [
        ListTerms(
            id=each.id, code=each.code, name=each.name, kind=each.kind, place=None,
            is_exclusive=each.is_exclusive, is_only=each.is_only,
            adds_variants=each.adds_variants, derived_from_id=each.derived_from_id,
            percent=each.percent, rounding_step=each.rounding_step,
            floor_percent=each.floor_percent, valid_from=each.valid_from, valid_to=each.valid_to,
            rules=tuple(rules.get(each.id, ())),
        )
        for each in chain
    ]  # fmt: skip


def _products(
    session: Session,
    list_ids: list[int],
    on: date,
    text: str,
    after: str,
    limit: int,
    product_ids: Collection[int] | None,
) -> Sequence[Any]:
    priced = select(PriceEntry.product_id).where(
        PriceEntry.list_id == any_(_array(list_ids)), *_in_force(on)
    )
    query = (
        select(
            Product.id, Product.sku, Product.name, Product.image, Product.price_per, Product.cost,
            Product.brand_id, Category.path,
        )
        .outerjoin(Category, Category.id == Product.category_id)
        .where(Product.id.in_(priced), Product.sku > after)
        .order_by(Product.sku)
        .limit(limit)
    )  # fmt: skip
    if product_ids is not None:
        query = query.where(Product.id == any_(_array(product_ids)))
    words = text.strip()
    if words:
        by_sku = Product.sku.istartswith(words, autoescape=True)
        query = query.where(or_(by_sku, Product.name.icontains(words, autoescape=True)))
    return session.execute(query).all()


def _fixed(
    session: Session, list_ids: list[int], product_ids: list[int], on: date
) -> dict[int, dict[int, list[Tier]]]:
    """The fixed tiers by product and list."""
    found: dict[int, dict[int, list[Tier]]] = {}
    query = (
        select(PriceEntry)
        .where(
            PriceEntry.product_id == any_(_array(product_ids)),
            PriceEntry.list_id == any_(_array(list_ids)),
            *_in_force(on),
        )
        .order_by(PriceEntry.min_quantity)
    )
    for entry in session.scalars(query):
        tier = Tier(
            entry.min_quantity, entry.unit_price, entry.list_id, entry.id, None, entry.floor_price
        )
        found.setdefault(entry.product_id, {}).setdefault(entry.list_id, []).append(tier)
    return found


def _listed(
    gathered: Gathered, terms: ListTerms, row: Any, fixed: dict[int, list[Tier]]
) -> ListedProduct:
    one = Decimal(1)
    facts = ProductFacts(
        row.id, None, row.price_per, row.path or "", row.brand_id,
        QuantityRules(one, one, None), True, fixed,
    )  # fmt: skip
    origin = gathered.lists.get(terms.derived_from_id or 0)
    rule = fitting_rule(terms, facts)
    return ListedProduct(
        id=row.id,
        sku=row.sku,
        name=row.name,
        image=row.image,
        price_per=row.price_per,
        cost=row.cost,
        tiers=tuple(tiers_of(gathered, terms, facts)),
        origin=tuple(tiers_of(gathered, origin, facts)) if origin else (),
        is_fixed=terms.id in fixed,
        percent=rule.percent if rule else terms.percent,
        rule_id=rule.id if rule else None,
    )


def _in_force(on: date) -> tuple[Any, ...]:
    return (
        PriceEntry.valid_from <= on,
        or_(PriceEntry.valid_to.is_(None), PriceEntry.valid_to > on),
    )


def _array(ids: Collection[int]) -> Any:
    return literal(list(ids), ARRAY(BigInteger))
