"""The one statement behind every price: the lists that may answer, and what they hold.

Its one row carries the lists (few), the products and the entries of just those lists, each column
as an array: a thousand rows of their own would cost more to hand over than to find. PostgreSQL
filters lists before prices; what the lists mean together is decided in `resolving`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.kernel.database import columns_of
from models.kernel.errors import NotFound
from models.pricing.context import (
    DerivationRule,
    Gathered,
    ListTerms,
    PricingContext,
    ProductFacts,
    QuantityRules,
    Tier,
)

DEEPEST_DERIVATION = 4
"""How many derivations in a row are followed, from the candidate list down."""

CANDIDATES = """
lineage AS (
    SELECT id, parent_id, group_id, inherits_prices, 0 AS level
    FROM account WHERE id = CAST(:account AS bigint)
    UNION ALL
    SELECT parent.id, parent.parent_id, parent.group_id, parent.inherits_prices, level + 1
    FROM lineage JOIN account parent ON parent.id = lineage.parent_id
    WHERE lineage.inherits_prices AND level < 5
),
granted AS (
    SELECT list_id, priority, 2 * level AS place
    FROM lineage JOIN price_list_assignment given ON given.account_id = lineage.id
    WHERE (level = 0 OR is_inherited)
        AND valid_from <= :on AND (valid_to IS NULL OR valid_to > :on)
    UNION ALL
    SELECT list_id, priority, 100
    FROM lineage JOIN price_list_assignment given ON given.group_id = lineage.group_id
    WHERE level = 0 AND valid_from <= :on AND (valid_to IS NULL OR valid_to > :on)
    UNION ALL
    SELECT id, NULL, 200 FROM price_list WHERE kind = 'base' AND currency = :currency
),
candidate AS (
    SELECT DISTINCT ON (list.id) list.id,
        CASE WHEN list.kind = 'contract' THEN place ELSE place + 1 END AS place,
        coalesce(granted.priority, list.priority) AS priority,
        list.valid_from, list.restricts_assortment
    FROM granted JOIN price_list list ON list.id = granted.list_id
    WHERE list.status = 'active' AND list.currency = :currency
        AND list.valid_from <= :on AND (list.valid_to IS NULL OR list.valid_to > :on)
    ORDER BY list.id, place, coalesce(granted.priority, list.priority) DESC
)"""
"""Who may answer: `place` puts contracts first, then own lists, then the parents' by distance,
then the group's (100), then the base list (200). Binds account, currency and on."""

_LISTS = """,
reached AS (
    SELECT id, 0 AS depth FROM candidate
    UNION
    SELECT origin.id, depth + 1
    FROM reached JOIN price_list list ON list.id = reached.id
    JOIN price_list origin ON origin.id = list.derived_from_id
    WHERE depth < :deepest AND origin.status = 'active'
        AND origin.valid_from <= :on AND (origin.valid_to IS NULL OR origin.valid_to > :on)
),
held AS MATERIALIZED (SELECT DISTINCT id FROM reached),
restricting AS MATERIALIZED (SELECT id FROM candidate WHERE restricts_assortment),
rules AS (
    SELECT list_id, jsonb_agg(jsonb_build_array(
        rule.id, category.path, brand_id, percent::text, rounding_step::text)) AS rules
    FROM price_list_rule rule LEFT JOIN category ON category.id = rule.category_id
    WHERE list_id IN (SELECT id FROM held)
    GROUP BY list_id
)
SELECT
    (SELECT coalesce(jsonb_agg(jsonb_build_array(
            list.id, code, name, kind, place, is_exclusive, is_only, adds_variants,
            derived_from_id, percent::text, rounding_step::text, floor_percent::text,
            list.valid_from, valid_to, rules.rules
        ) ORDER BY place, candidate.priority DESC, list.valid_from DESC, list.id), '[]')
     FROM held JOIN price_list list USING (id)
     LEFT JOIN candidate USING (id) LEFT JOIN rules ON rules.list_id = list.id) AS lists,
    (SELECT jsonb_agg(jsonb_build_array(
        agreed.product_id, agreed.list_id, minimum::text, multiple::text, maximum::text))
     FROM candidate JOIN quantity_rule agreed ON agreed.list_id = candidate.id
     WHERE agreed.product_id = ANY(CAST(:products AS bigint[]))) AS agreed,
    products.*, entries.*"""

_HELD = """
FROM (
    SELECT array_agg(product.id), array_agg(product.parent_id), array_agg(product.price_per),
        array_agg(coalesce(category.path, '')), array_agg(brand_id), array_agg(order_minimum),
        array_agg(order_multiple), array_agg(order_maximum), array_agg(quantity_decimals),
        array_agg(lifecycle = 'run_out'),
        array_agg(lifecycle IN ('active', 'run_out')
            AND (own_account_id IS NULL OR own_account_id IN (SELECT id FROM lineage))
            AND (NOT EXISTS (SELECT FROM restricting) OR EXISTS (
                SELECT FROM restricting
                JOIN assortment_entry shown ON shown.list_id = restricting.id
                WHERE shown.product_id = product.id)))
    FROM product LEFT JOIN category ON category.id = product.category_id
    WHERE product.id = ANY(CAST(:products AS bigint[]))
) products
CROSS JOIN (
    SELECT array_agg(product_id), array_agg(min_quantity), array_agg(unit_price),
        array_agg(list_id), array_agg(id), array_agg(floor_price)
    FROM price_entry
    WHERE product_id = ANY(CAST(:products AS bigint[]))
        AND list_id = ANY(ARRAY(SELECT id FROM held))
        AND valid_from <= :on AND (valid_to IS NULL OR valid_to > :on)
) entries"""

_STATEMENT = text("WITH RECURSIVE" + CANDIDATES + _LISTS + _HELD)
_WITH_DRAFT = text(
    _STATEMENT.text.replace(
        "WHERE list.status = 'active'", "WHERE (list.status = 'active' OR list.id = :draft)"
    )
)
"""The same as it will be once a draft is in force."""

_HEAD = [field.name for field in fields(ListTerms)]


def gather(
    session: Session,
    context: PricingContext,
    product_ids: Collection[int],
    *,
    draft_id: int | None = None,
) -> Gathered:
    """The candidate lists of the context and these products, in one statement.

    `draft_id` is a draft to be taken as if it were in force. NotFound when a product does not
    exist.
    """
    draft = {} if draft_id is None else {"draft": draft_id}
    row = columns_of(
        session,
        _STATEMENT if draft_id is None else _WITH_DRAFT,
        draft
        | {
            "account": context.account_id,
            "currency": context.currency,
            "on": context.on,
            "deepest": DEEPEST_DERIVATION,
            "products": list(product_ids),
        },
    ).one()
    terms = [_terms(head) for head in row[0]]
    candidates = tuple(each for each in terms if each.place is not None)
    agreed = _agreed_rules(row[1] or (), candidates)
    products = _products(row[2:13], _fixed(row[13:]), agreed)
    missing = set(product_ids) - products.keys()
    if missing:
        raise NotFound(f"There is no product with the id {min(missing)}.")
    return Gathered(candidates, {each.id: each for each in terms}, products)


def _terms(head: list[Any]) -> ListTerms:
    stated: dict[str, Any] = dict(zip(_HEAD, head, strict=True))
    stated["percent"] = _decimal(stated["percent"])
    stated["rounding_step"] = Decimal(stated["rounding_step"])
    stated["floor_percent"] = _decimal(stated["floor_percent"])
    stated["valid_from"] = date.fromisoformat(stated["valid_from"])
    stated["valid_to"] = date.fromisoformat(stated["valid_to"]) if stated["valid_to"] else None
    stated["rules"] = tuple(
        DerivationRule(id_, path, brand, Decimal(percent), _decimal(step))
        for id_, path, brand, percent, step in stated["rules"] or ()
    )
    return ListTerms(**stated)


def _fixed(columns: Sequence[Any]) -> dict[int, dict[int, list[Tier]]]:
    """The tiers of each product by list, smallest quantity first."""
    fixed: dict[int, dict[int, list[Tier]]] = {}
    if not columns[0]:
        return fixed
    for product_id, at, price, list_id, entry_id, floor in zip(*columns, strict=True):
        tier = Tier(at, price, list_id, entry_id, None, floor)
        lists = fixed.get(product_id)
        if lists is None:
            fixed[product_id] = {list_id: [tier]}
        elif list_id in lists:
            lists[list_id].append(tier)
        else:
            lists[list_id] = [tier]
    for lists in fixed.values():
        for tiers in lists.values():
            if len(tiers) > 1:
                tiers.sort()
    return fixed


def _products(
    columns: Sequence[Any],
    fixed: dict[int, dict[int, list[Tier]]],
    agreed: dict[int, list[tuple[Decimal | None, ...]]],
) -> dict[int, ProductFacts]:
    if not columns[0]:
        return {}
    products = {}
    for (
        id_, parent, price_per, path, brand, minimum, multiple, maximum, decimals, runs_out, shown,
    ) in zip(*columns, strict=True):  # fmt: skip
        if id_ in agreed:
            minimum, multiple, maximum = _nearest(agreed[id_], (minimum, multiple, maximum))
        rules = QuantityRules(minimum, multiple, maximum, decimals, runs_out)
        tiers = fixed.get(id_, {})
        products[id_] = ProductFacts(id_, parent, price_per, path, brand, rules, shown, tiers)
    return products


def _agreed_rules(
    stated: Sequence[list[Any]], candidates: tuple[ListTerms, ...]
) -> dict[int, list[tuple[Decimal | None, ...]]]:
    """What the lists say about quantities of each product, the nearest list first."""
    nearness = {terms.id: place for place, terms in enumerate(candidates)}
    rules: dict[int, list[tuple[Decimal | None, ...]]] = {}
    for product_id, _list_id, *figures in sorted(stated, key=lambda each: nearness[each[1]]):
        rules.setdefault(product_id, []).append(tuple(map(_decimal, figures)))
    return rules


def _nearest(
    agreed: list[tuple[Decimal | None, ...]], own: tuple[Decimal | None, ...]
) -> tuple[Any, ...]:
    """Minimum, multiple and maximum, each from the nearest list that states it."""
    return tuple(
        next((figure for figure in figures if figure is not None), None)
        for figures in zip(*agreed, own, strict=True)
    )


def _decimal(figure: str | None) -> Decimal | None:
    return None if figure is None else Decimal(figure)
