"""The one statement behind every price: the lists that may answer, and what they hold.

The first row carries the lists (few); each further row one product with the entries of just
those lists. PostgreSQL filters lists before prices; what the lists mean together is decided in
`resolving`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

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
SELECT NULL::bigint AS id, coalesce(jsonb_agg(jsonb_build_array(
        list.id, code, name, kind, place, is_exclusive, is_only, adds_variants,
        derived_from_id, percent::text, rounding_step::text, floor_percent::text,
        list.valid_from, valid_to, rules.rules
    ) ORDER BY place, candidate.priority DESC, list.valid_from DESC, list.id), '[]') AS lists"""

_NO_PRODUCT = """,
    NULL::bigint, NULL::bigint, NULL::text, NULL::bigint, NULL::numeric, NULL::numeric,
    NULL::numeric, NULL::bigint, NULL::text, NULL::boolean, NULL::bigint[], NULL::bigint[],
    NULL::numeric[], NULL::numeric[], NULL::numeric[], NULL::jsonb"""

_LISTS_FROM = """
FROM held JOIN price_list list USING (id)
LEFT JOIN candidate USING (id) LEFT JOIN rules ON rules.list_id = list.id"""

_PRODUCTS = """
UNION ALL
SELECT product.id, NULL, product.parent_id, product.price_per, coalesce(category.path, ''),
    brand_id, order_minimum, order_multiple, order_maximum, quantity_decimals, lifecycle,
    lifecycle IN ('active', 'run_out')
        AND (own_account_id IS NULL OR own_account_id IN (SELECT id FROM lineage))
        AND (NOT EXISTS (SELECT FROM restricting) OR EXISTS (
            SELECT FROM restricting JOIN assortment_entry shown ON shown.list_id = restricting.id
            WHERE shown.product_id = product.id)),
    entry.list_ids, entry.ids, entry.min_quantities, entry.unit_prices, entry.floor_prices,
    (SELECT jsonb_agg(jsonb_build_array(list_id, minimum::text, multiple::text, maximum::text))
     FROM candidate JOIN quantity_rule agreed ON agreed.list_id = candidate.id
     WHERE agreed.product_id = product.id)
FROM product LEFT JOIN category ON category.id = product.category_id
CROSS JOIN LATERAL (
    SELECT array_agg(list_id) AS list_ids, array_agg(price.id) AS ids,
        array_agg(min_quantity) AS min_quantities, array_agg(unit_price) AS unit_prices,
        array_agg(floor_price) AS floor_prices
    FROM price_entry price
    WHERE product_id = product.id AND list_id = ANY(ARRAY(SELECT id FROM held))
        AND valid_from <= :on AND (valid_to IS NULL OR valid_to > :on)
) entry
WHERE product.id = ANY(CAST(:products AS bigint[]))"""

_STATEMENT = text("WITH RECURSIVE" + CANDIDATES + _LISTS + _NO_PRODUCT + _LISTS_FROM + _PRODUCTS)
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
    rows = session.execute(
        _STATEMENT if draft_id is None else _WITH_DRAFT,
        draft
        | {
            "account": context.account_id,
            "currency": context.currency,
            "on": context.on,
            "deepest": DEEPEST_DERIVATION,
            "products": list(product_ids),
        },
    ).all()
    heads: list[Any] = next(row[1] for row in rows if row[0] is None)
    terms = [_terms(head) for head in heads]
    candidates = tuple(each for each in terms if each.place is not None)
    products = {row[0]: _product(row, candidates) for row in rows if row[0] is not None}
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


def _product(row: Sequence[Any], candidates: tuple[ListTerms, ...]) -> ProductFacts:
    (id_, _, parent, price_per, path, brand, minimum, multiple, maximum, decimals) = row[:10]
    lifecycle, visible, list_ids, ids, min_quantities, prices, floors, agreed = row[10:]
    if agreed:
        minimum, multiple, maximum = _agreed(agreed, candidates, (minimum, multiple, maximum))
    fixed: dict[int, list[Tier]] = {}
    if list_ids:
        entries = zip(min_quantities, prices, list_ids, ids, floors, strict=True)
        for min_quantity, price, list_id, entry_id, floor in entries:
            tier = Tier(min_quantity, price, list_id, entry_id, None, floor)
            fixed.setdefault(list_id, []).append(tier)
        for tiers in fixed.values():
            tiers.sort()
    rules = QuantityRules(minimum, multiple, maximum, decimals, lifecycle == "run_out")
    return ProductFacts(id_, parent, price_per, path, brand, rules, visible, fixed)


def _agreed(
    agreed: list[list[Any]],
    candidates: tuple[ListTerms, ...],
    own: tuple[Decimal | None, ...],
) -> tuple[Decimal | None, ...]:
    """Minimum, multiple and maximum, each from the nearest list that states it."""
    by_list = {list_id: stated for list_id, *stated in agreed}
    ordered = [by_list[terms.id] for terms in candidates if terms.id in by_list]
    return tuple(
        next((Decimal(stated[i]) for stated in ordered if stated[i] is not None), own[i])
        for i in range(3)
    )


def _decimal(figure: str | None) -> Decimal | None:
    return None if figure is None else Decimal(figure)
