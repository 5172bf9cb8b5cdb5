"""The resolver against a slow reference that was written from the rules' text."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.pricing import (
    Ask,
    PriceEntry,
    PriceList,
    PriceListAssignment,
    PriceListRule,
    PricingContext,
    Verdict,
    explain,
    next_break,
    resolve,
)
from tests.factories.accounts import make_account, make_group, make_terms
from tests.factories.catalog import make_brand, make_category, make_product
from tests.models.pricing import reference as ref

TODAY = date(2026, 3, 2)
CATEGORIES = ["garden", "garden/tools", "garden/tools/rakes", "gardening", None]
DATES = st.sampled_from([TODAY - timedelta(days=n) for n in (60, 30, 1, 0)])
ENDS = st.sampled_from(
    [
        None,
        None,
        None,
        None,
        None,
        None,
        TODAY + timedelta(days=30),
        TODAY + timedelta(days=1),
        TODAY,
    ]
)
PRICES = st.sampled_from(["0", "0.015", "1", "1.25", "1.3333", "2", "2.5", "3", "4.9999", "9.95"])
QUANTITIES = st.sampled_from(["1", "2", "5", "10", "24"])
ASKED = st.sampled_from(["0.5", "1", "2", "4", "5", "9", "10", "12", "24", "60"])
STEPS = st.sampled_from(["0", "0.01", "0.05", "0.5", "0.03"])
PERCENTS = st.sampled_from(["-50", "-12", "-7.5", "0", "3.3333", "20"])


def decimals(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[Decimal]:
    return strategy.map(Decimal)


@st.composite
def periods(draw: st.DrawFn) -> tuple[date, date | None]:
    begins, ends = draw(DATES), draw(ENDS)
    return begins, ends if ends is None or ends > begins else None


class Town:
    """The fixed part of the world: accounts in a family, products in families and categories."""

    def __init__(self, session: Session) -> None:
        terms = make_terms(session).id
        groups = [make_group(session).id for _ in range(2)]
        self.groups = groups
        self.categories = {
            path: make_category(session, path).id for path in CATEGORIES if path is not None
        }
        self.brands = [make_brand(session).id for _ in range(2)]
        self.accounts: dict[int, ref.RefAccount] = {}
        parent = None
        for group, inherits in ((0, True), (1, True), (0, True), (1, False), (0, True)):
            account = make_account(
                session,
                parent_id=parent,
                group_id=groups[group],
                terms_id=terms,
                inherits_prices=inherits,
            )
            self.accounts[account.id] = ref.RefAccount(account.id, parent, groups[group], inherits)
            parent = account.id
        self.products: dict[int, ref.RefProduct] = {}
        family = make_product(session).id
        for number in range(7):
            path = CATEGORIES[number % len(CATEGORIES)]
            product = make_product(
                session,
                parent_id=family if number < 3 else None,
                category_id=self.categories.get(path) if path else None,
                brand_id=[*self.brands, None][number % 3],
            )
            self.products[product.id] = ref.RefProduct(
                product.id, product.parent_id, path, product.brand_id
            )


@st.composite
def list_facts(draw: st.DrawFn, number: int) -> dict[str, Any]:
    begins, ends = draw(periods())
    derives = number > 0 and draw(st.booleans())
    exclusive = draw(st.booleans())
    return {
        "currency": draw(st.sampled_from([*["GBP"] * 9, "EUR"])),
        "kind": draw(st.sampled_from(["base", "list", "list", "contract"])),
        "status": draw(st.sampled_from([*["active"] * 9, "draft"])),
        "is_exclusive": exclusive,
        "is_only": exclusive and draw(st.booleans()),
        "priority": draw(st.integers(0, 2)),
        "valid_from": begins,
        "valid_to": ends,
        "derived_from": draw(st.integers(0, number - 1)) if derives else None,
        "percent": draw(st.none() | decimals(PERCENTS)),
        "rounding_step": draw(decimals(STEPS)),
        "adds_variants": draw(st.booleans()),
    }


def first_three(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[:3]


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    count = draw(st.integers(2, 6))
    lists = [draw(list_facts(number)) for number in range(count)]
    which = st.integers(0, count - 1)
    entries = st.tuples(which, st.integers(0, 6), decimals(QUANTITIES), decimals(PRICES), periods())
    rules = st.tuples(
        which,
        st.sampled_from(CATEGORIES),
        st.sampled_from([None, 0, 1]),
        decimals(PERCENTS),
        st.none() | decimals(STEPS),
    )
    given_to = st.tuples(
        which,
        st.sampled_from(["account", "account", "group"]),
        st.integers(0, 4),
        st.none() | st.integers(0, 2),
        st.booleans(),
        periods(),
    )
    return {
        "lists": lists,
        "entries": draw(st.lists(entries, min_size=20, max_size=60, unique_by=first_three)),
        "rules": draw(st.lists(rules, max_size=6, unique_by=first_three)),
        "assignments": draw(st.lists(given_to, min_size=4, max_size=9, unique_by=first_three)),
        "account": draw(st.sampled_from([None, 0, 1, 2, 3, 4, 1, 2])),
        "asks": draw(
            st.lists(st.tuples(st.integers(0, 6), decimals(ASKED)), min_size=6, max_size=14)
        ),
    }


def build(session: Session, town: Town, plan: dict[str, Any]) -> ref.RefWorld:
    """The plan as rows in the database and as plain objects."""
    made: list[ref.RefList] = []
    for number, facts in enumerate(plan["lists"]):
        stated = dict(facts)
        source = stated.pop("derived_from")
        origin = made[source] if source is not None else None
        if origin is None or origin.currency != stated["currency"]:
            origin, stated["percent"] = None, None
        row = PriceList(
            code=f"PLAN-{number}",
            name="",
            derived_from_id=origin.id if origin else None,
            **stated,
        )
        session.add(row)
        session.flush()
        made.append(
            ref.RefList(
                row.id, row.currency, row.kind, row.status, row.is_exclusive, row.is_only,
                row.priority, row.valid_from, row.valid_to, origin.id if origin else None,
                row.percent, row.rounding_step, row.adds_variants,
            )
        )  # fmt: skip
    world = ref.RefWorld({each.id: each for each in made}, [], town.accounts, town.products)
    build_entries(session, town, plan, made)
    build_rules(session, town, plan, made)
    build_assignments(session, town, plan, made, world)
    return world


def build_entries(
    session: Session, town: Town, plan: dict[str, Any], made: list[ref.RefList]
) -> None:
    products = list(town.products)
    rows = []
    for which, product, at, price, (begins, ends) in plan["entries"]:
        made[which].entries.append((products[product], at, price, begins, ends))
        rows.append(
            {"list_id": made[which].id, "product_id": products[product], "min_quantity": at}
            | {"unit_price": price, "valid_from": begins, "valid_to": ends}
        )
    if rows:
        session.execute(insert(PriceEntry), rows)


def build_rules(
    session: Session, town: Town, plan: dict[str, Any], made: list[ref.RefList]
) -> None:
    for which, path, brand, percent, step in plan["rules"]:
        if path is None and brand is None:
            continue
        brand_id = town.brands[brand] if brand is not None else None
        made[which].rules.append((path, brand_id, percent, step))
        session.execute(
            insert(PriceListRule),
            {
                "list_id": made[which].id,
                "category_id": town.categories[path] if path else None,
                "brand_id": brand_id,
                "percent": percent,
                "rounding_step": step,
            },
        )


def build_assignments(
    session: Session,
    town: Town,
    plan: dict[str, Any],
    made: list[ref.RefList],
    world: ref.RefWorld,
) -> None:
    accounts = list(town.accounts)
    seen = set()
    for which, kind, index, priority, inherited, (begins, ends) in plan["assignments"]:
        account = accounts[index] if kind == "account" else None
        group = town.groups[index % 2] if kind == "group" else None
        key = (which, account, group, begins)
        if key in seen:
            continue
        seen.add(key)
        session.execute(
            insert(PriceListAssignment),
            {"list_id": made[which].id, "account_id": account, "group_id": group}
            | {"priority": priority, "is_inherited": inherited}
            | {"valid_from": begins, "valid_to": ends},
        )
        world.assignments.append(
            ref.RefAssignment(made[which].id, account, group, priority, inherited, begins, ends)
        )


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plan=plans())
def test_every_price_is_the_one_that_the_rules_give(session: Session, plan: dict[str, Any]) -> None:
    with session.begin_nested() as savepoint:
        town = Town(session)
        world = build(session, town, plan)
        account = plan["account"]
        account_id = list(town.accounts)[account] if account is not None else None
        products = list(town.products)
        asks = [(products[index], quantity) for index, quantity in plan["asks"]]
        context = PricingContext(account_id, "GBP", TODAY)
        answers = resolve(session, context, [Ask(*ask) for ask in asks])
        expected = [
            ref.price(world, account_id, "GBP", TODAY, asks, index) for index in range(len(asks))
        ]
        first, *others = [Ask(*ask) for ask in asks]
        told = explain(session, context, first.product_id, first.quantity, family=others)
        savepoint.rollback()
    session.expunge_all()
    won = [each.list_id for each in told.candidates if each.verdict is Verdict.WON]
    assert won == ([] if expected[0] is None else [expected[0][1]])
    for answer, wanted in zip(answers, expected, strict=True):
        if wanted is None:
            assert answer.unit_price is None
            assert answer.list_id is None
            continue
        assert answer.unit_price is not None
        assert answer.tier is not None
        assert (Fraction(answer.unit_price), answer.list_id, Fraction(answer.tier)) == wanted
        offered = next_break(answer, answer.quantity)
        assert offered is None or offered[1] < answer.unit_price
