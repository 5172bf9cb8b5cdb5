"""Quick order: a list of codes and quantities put on the pad in a few statements.

Good rows go on the pad at once. Each of the others becomes a question with its answers and stays
with the pad until it has one. The number of statements does not grow with the rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, func, literal, select, text
from sqlalchemy.orm import Session

from models.accounts import Actor
from models.catalog import CodeMatch, Pack, Product, match_codes
from models.checkout.alerts import bring_alerts
from models.checkout.cart import Cart, CartLine, UndecidedRow
from models.checkout.carting import recount
from models.checkout.nearest import nearest_products
from models.checkout.proposing import base_amount
from models.checkout.row_reading import TypedRow
from models.checkout.shopper import Shopper
from models.checkout.substituting import Alternative, alternatives
from models.inventory import Outlook, outlooks
from models.kernel import clock
from models.kernel.bulk import insert_rows
from models.kernel.errors import Refused
from models.kernel.money import ZERO, line_amount
from models.kernel.quantity import parse_quantity, plain
from models.pricing import (
    Ask,
    Gathered,
    Price,
    QuantityFault,
    check,
    gather,
    prices_from,
    smallest,
)

PROBLEMS = {
    QuantityFault.BELOW_MINIMUM: "below_minimum",
    QuantityFault.NOT_A_MULTIPLE: "not_multiple",
    QuantityFault.ABOVE_MAXIMUM: "above_maximum",
    QuantityFault.TOO_FINE: "bad_quantity",
    QuantityFault.NOTHING: "bad_quantity",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a list did: rows read, products put on the pad, rows summed up, rows to decide."""

    rows: int
    added: int
    summed: int
    undecided: int


class _Product(NamedTuple):
    """What is needed of a product; `visible` is whether it is sold to this account."""

    id: int
    sku: str
    name: str
    lifecycle: str
    backorder_policy: str
    quantity_decimals: int
    tax_category: str
    visible: bool


@dataclass(slots=True)
class _Wanted:
    """The rows of one product, added up; `before` is what the pad held already."""

    row: TypedRow
    product: Any
    quantity: Decimal
    rows: int = 1
    before: Decimal = ZERO
    is_sample: bool = False
    """The pad holds it for nothing: what is sold of it cannot stand on the same line."""
    agreed_price: Decimal | None = None
    """What somebody settled for it by hand, in place of the lists' price."""


@dataclass(slots=True)
class _Sorted:
    """The rows so far: wanted by product, and those that need a decision."""

    wanted: dict[int, _Wanted] = field(default_factory=dict)
    questions: list[dict[str, Any]] = field(default_factory=list)


def add_rows(
    session: Session,
    cart: Cart,
    rows: Sequence[TypedRow],
    shopper: Shopper,
    *,
    by: Actor,
    is_first: bool = False,
) -> Outcome:
    """Puts the rows on the pad, added to what it holds. Refused where there are no rows at all.

    New lines come last, or before all others where `is_first`: on a pad too long to be seen whole.
    """
    if not rows:
        raise Refused("There are no rows in this list. Each needs a code, then a quantity.")
    matches = match_codes(session, {row.code for row in rows}, cart.account_id)
    found = {id_ for match in matches.values() for id_ in match.product_ids}
    book = gather(session, shopper.context, found)
    products = _products(session, book)
    least = {id_: smallest(facts.rules) for id_, facts in book.products.items()}
    packs = _packs(session, {row.unit for row in rows}, products)
    result = _Sorted()
    for row in rows:
        _sort(result, row, matches[row.code], products, packs, least)
    _suggest(session, shopper, result.questions)
    added = _put(session, cart, shopper, book, result, by, is_first=is_first)
    _ask(session, cart, result.questions)
    recount(session, cart)
    summed = sum(each.rows - 1 for each in result.wanted.values())
    return Outcome(len(rows), added, summed, len(result.questions))


def _products(session: Session, book: Gathered) -> dict[int, _Product]:
    rows = session.execute(_wanted_products(), {"ids": list(book.products)})
    return {row[0]: _Product._make((*row, book.products[row[0]].visible)) for row in rows}


@cache
def _wanted_products() -> Any:
    product = Product.__table__.c
    return select(*(product[name] for name in _Product._fields[:-1])).where(
        product.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))
    )


def _one_of(ids: Collection[int]) -> Any:
    """As an array: the text of the statement stays the same, however many there are."""
    return any_(literal(list(ids), ARRAY(BigInteger)))


def _packs(
    session: Session, units: set[str], products: Collection[int]
) -> dict[tuple[int, str], Decimal]:
    if not units - {"", "each"}:
        return {}
    rows = session.execute(
        select(Pack.product_id, Pack.unit, Pack.quantity).where(
            Pack.product_id == _one_of(products),
            Pack.unit.in_(units),
        )
    )
    return {(row.product_id, row.unit): row.quantity for row in rows}


def _sort(
    result: _Sorted,
    row: TypedRow,
    match: CodeMatch,
    products: dict[int, _Product],
    packs: dict[tuple[int, str], Decimal],
    least: dict[int, Decimal],
) -> None:
    """Adds a row to what is wanted, or to the questions."""
    visible = [products[id_] for id_ in match.product_ids if products[id_].visible]
    if not visible:
        problem = "not_for_sale" if match.product_ids else "unknown"
        result.questions.append(_question(row, problem))
        return
    if len(visible) > 1:
        several = [{"id": each.id, "sku": each.sku, "name": each.name} for each in visible]
        result.questions.append(_question(row, "ambiguous", products=several))
        return
    product = visible[0]
    try:
        quantity = parse_quantity(row.quantity, decimals=product.quantity_decimals)
    except Refused as refused:
        offer = [plain(least[product.id])]
        facts = {"sentence": refused.sentence, "quantities": offer}
        result.questions.append(_question(row, "bad_quantity", product, **facts))
        return
    quantity = quantity * packs.get((product.id, row.unit), Decimal(1)) or least[product.id]
    known = result.wanted.get(product.id)
    if known is None:
        result.wanted[product.id] = _Wanted(row, product, quantity)
    else:
        known.quantity += quantity
        known.rows += 1


def _put(
    session: Session,
    cart: Cart,
    shopper: Shopper,
    book: Gathered,
    result: _Sorted,
    by: Actor,
    *,
    is_first: bool,
) -> int:
    """Puts what is right on the pad and makes questions of the rest; gives how many went on."""
    for line in session.execute(
        select(
            CartLine.product_id, CartLine.quantity, CartLine.is_sample, CartLine.override_price
        ).where(CartLine.cart_id == cart.id)
    ):
        if line.product_id in result.wanted:
            held = result.wanted[line.product_id]
            held.before, held.is_sample = line.quantity, line.is_sample
            held.agreed_price = line.override_price
    asks = [Ask(id_, each.quantity + each.before) for id_, each in result.wanted.items()]
    prices = {price.product_id: price for price in prices_from(book, shopper.context, asks)}
    outlook = outlooks(session, result.wanted, shopper.warehouse_ids)
    substitutes = _substitutes(session, shopper, outlook, result)
    good = []
    for id_, each in result.wanted.items():
        question = _question_of(each, prices[id_], outlook[id_], shopper, substitutes.get(id_))
        if question:
            result.questions.append(question)
        else:
            good.append((each, prices[id_]))
    _write(session, cart, good, by, is_first=is_first)
    bring_alerts(session, cart, [each.product.id for each, _price in good if not each.before])
    return len(good)


def _question_of(
    each: _Wanted, price: Price, outlook: Outlook, shopper: Shopper, substitute: Any
) -> dict[str, Any] | None:
    if each.is_sample:
        return _question(each.row, "sample", each.product)
    total = each.quantity + each.before
    fault = check(price.rules, total, last_units=outlook.available)
    if price.is_on_request and each.agreed_price is None and not fault:
        first = {"first_tier": plain(price.tiers[0][0])} if price.tiers else {}
        return _question(each.row, "on_request", each.product, **first)
    if fault:
        offers = [plain(offer) for offer in fault.offers]
        return _question(
            each.row, PROBLEMS[fault.fault], each.product, quantities=offers,
            sentence=fault.sentence, before=plain(each.before),
        )  # fmt: skip
    if total <= outlook.available:
        return None
    return _short(each, total, price, outlook, shopper, substitute)


def _short(
    each: _Wanted, total: Decimal, price: Price, outlook: Outlook, shopper: Shopper, instead: Any
) -> dict[str, Any]:
    """More is wanted than there is: take what is there, wait for the rest, or another product."""
    product, multiple = each.product, price.multiple
    free = outlook.available // multiple * multiple
    on = outlook.first_date(total, today=shopper.today)
    waits = product.backorder_policy != "deny" and product.lifecycle == "active"
    facts: dict[str, Any] = {
        "available": plain(outlook.available),
        "quantities": [plain(free)] if free >= price.minimum else [],
        "backorder": plain(total) if waits else "",
        "on": on.isoformat() if on else "",
    }
    if instead is not None:
        facts["products"] = [{"id": instead.id, "sku": instead.sku, "name": instead.name}]
    return _question(each.row, "short", product, **facts)


def _substitutes(
    session: Session, shopper: Shopper, outlook: dict[int, Outlook], result: _Sorted
) -> dict[int, Alternative]:
    short = [
        id_
        for id_, each in result.wanted.items()
        if each.quantity + each.before > outlook[id_].available
    ]
    return alternatives(session, shopper.context, short)


def _suggest(session: Session, shopper: Shopper, questions: Iterable[dict[str, Any]]) -> None:
    """Gives unknown codes the product whose code is nearest. Only ever a suggestion."""
    unknown = [each for each in questions if each["problem"] == "unknown"]
    near = nearest_products(session, shopper, [each["code"] for each in unknown])
    for each in unknown:
        best = near.get(each["code"])
        if best is not None:
            each["offers"] = {"products": [{"id": best.id, "sku": best.sku, "name": best.name}]}


def _question(row: TypedRow, problem: str, product: Any = None, **facts: Any) -> dict[str, Any]:
    return {
        "row_number": row.number,
        "code": row.code[:200],
        "quantity_text": f"{row.quantity} {row.unit}".strip()[:60],
        "quantity": None,
        "problem": problem,
        "product_id": product.id if product else None,
        "offers": facts,
    }


def _ask(session: Session, cart: Cart, questions: list[dict[str, Any]]) -> None:
    """Numbers the questions by their rows, after those of an earlier list that still wait: two
    rows of the same number could not be told apart."""
    if not questions:
        return
    waiting = select(func.max(UndecidedRow.row_number)).where(UndecidedRow.cart_id == cart.id)
    before = session.scalar(waiting) or 0
    for number, each in enumerate(questions, 1):
        each["row_number"] = before + (each["row_number"] or number)
    questions.sort(key=lambda each: each["row_number"])
    rows = [{"cart_id": cart.id, **each} for each in questions]
    insert_rows(session, UndecidedRow, rows)


_ADD = """ON CONFLICT (cart_id, product_id) DO UPDATE SET
    quantity = excluded.quantity, unit_price = excluded.unit_price, amount = excluded.amount,
    base_amount = excluded.base_amount, tax_category = excluded.tax_category, short = 0,
    price_per = excluded.price_per, price_list_id = excluded.price_list_id, tier = excluded.tier,
    problem = '', pack_reason = '', version = cart_line.version + 1,
    changed_at = excluded.changed_at"""


def _next_position(session: Session, cart: Cart, count: int, *, is_first: bool) -> int:
    """Where the first of `count` new lines stands."""
    ends = session.execute(
        select(func.min(CartLine.position), func.max(CartLine.position)).where(
            CartLine.cart_id == cart.id
        )
    ).one()
    return (ends[0] or 0) - count if is_first else (ends[1] or 0) + 1


def _write(
    session: Session,
    cart: Cart,
    good: Sequence[tuple[_Wanted, Price]],
    by: Actor,
    *,
    is_first: bool,
) -> None:
    place = _next_position(session, cart, len(good), is_first=is_first)
    now = clock.now()
    rows = []
    for position, (each, price) in enumerate(good, place):
        total = each.quantity + each.before
        costs = price.unit_price if each.agreed_price is None else each.agreed_price
        amount = line_amount(costs or ZERO, total, price.price_per, cart.currency)
        rows.append(
            {
                "cart_id": cart.id,
                "product_id": each.product.id,
                "position": position,
                "quantity": total,
                "entered_unit": each.row.unit,
                "unit_price": price.unit_price,
                "price_per": price.price_per,
                "amount": amount,
                "base_amount": base_amount(price, total, amount),
                "tax_category": each.product.tax_category,
                "price_list_id": price.list_id,
                "tier": price.tier,
                "first_price": price.unit_price,
                "added_by_id": by.id,
                "changed_at": now,
            }
        )
    moved = ", position = excluded.position" if is_first else ""
    insert_rows(session, CartLine, rows, on_conflict=_ADD + moved)


def forget_rows(session: Session, cart: Cart) -> None:
    """Drops every question of the pad."""
    session.execute(text("DELETE FROM undecided_row WHERE cart_id = :cart"), {"cart": cart.id})
