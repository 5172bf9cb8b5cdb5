"""Each rule of the resolver, one at a time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.accounts import Account
from models.kernel.errors import NotFound
from models.pricing import (
    Ask,
    Price,
    PriceList,
    PricingContext,
    candidate_lists,
    next_break,
    resolve,
)
from tests.factories.accounts import make_account
from tests.factories.catalog import make_brand, make_category, make_product
from tests.factories.pricing import (
    assign,
    make_entry,
    make_list,
    make_quantity_rule,
    make_rule,
)

TODAY = date(2026, 3, 2)


@pytest.fixture
def acme(session: Session) -> Account:
    return make_account(session)


@pytest.fixture
def base(session: Session) -> PriceList:
    return make_list(session, kind="base")


@pytest.fixture
def rake(session: Session) -> int:
    return make_product(session).id


def price_of(
    session: Session, account: Account | None, product_id: int, quantity: str = "1"
) -> Price:
    context = PricingContext(account.id if account else None, "GBP", TODAY)
    return resolve(session, context, [Ask(product_id, Decimal(quantity))])[0]


def test_a_visitor_gets_the_base_price(session: Session, base: PriceList, rake: int) -> None:
    make_entry(session, base, rake, "9.95")
    assert price_of(session, None, rake).unit_price == Decimal("9.95")


def test_no_price_in_the_accounts_currency_is_on_request(
    session: Session, acme: Account, rake: int
) -> None:
    euros = make_list(session, kind="base", currency="EUR")
    make_entry(session, euros, rake, "9.95")
    price = price_of(session, acme, rake)
    assert price.is_on_request
    assert price.unit_price is None


def test_a_price_of_zero_is_a_price_when_it_was_entered(
    session: Session, acme: Account, base: PriceList, rake: int
) -> None:
    make_entry(session, base, rake, "0")
    price = price_of(session, acme, rake)
    assert price.unit_price == 0
    assert not price.is_on_request


def test_a_contract_answers_alone_where_it_has_the_product(
    session: Session, acme: Account, base: PriceList, rake: int
) -> None:
    make_entry(session, base, rake, "5")
    contract = make_list(session, kind="contract")
    make_entry(session, contract, rake, "6.65")
    assign(session, contract, account_id=acme.id)
    assert price_of(session, acme, rake, "100").unit_price == Decimal("6.65")


def test_a_contract_below_its_first_tier_passes_the_question_on(
    session: Session, acme: Account, base: PriceList, rake: int
) -> None:
    make_entry(session, base, rake, "9")
    make_entry(session, base, rake, "8", at="60")
    contract = make_list(session, kind="contract")
    make_entry(session, contract, rake, "7", at="50")
    assign(session, contract, account_id=acme.id)
    price = price_of(session, acme, rake, "10")
    assert price.unit_price == 9
    assert price.tiers == ((Decimal(1), Decimal(9)), (Decimal(50), Decimal(7)))


def test_a_contract_marked_only_does_not_pass_it_on(
    session: Session, acme: Account, base: PriceList, rake: int
) -> None:
    make_entry(session, base, rake, "9")
    contract = make_list(session, kind="contract", is_only=True)
    make_entry(session, contract, rake, "7", at="50")
    assign(session, contract, account_id=acme.id)
    assert price_of(session, acme, rake, "10").is_on_request
    assert price_of(session, acme, rake, "50").unit_price == 7


def test_a_merging_list_leaves_the_tiers_it_lacks_to_the_next(
    session: Session, acme: Account, base: PriceList, rake: int
) -> None:
    make_entry(session, base, rake, "9")
    make_entry(session, base, rake, "6", at="100")
    own = make_list(session)
    make_entry(session, own, rake, "8")
    assign(session, own, account_id=acme.id)
    assert price_of(session, acme, rake, "10").unit_price == 8
    assert price_of(session, acme, rake, "100").unit_price == 6


def test_buying_more_never_costs_more_each(
    session: Session, acme: Account, base: PriceList, rake: int
) -> None:
    make_entry(session, base, rake, "9")
    make_entry(session, base, rake, "8.50", at="100")
    own = make_list(session)
    make_entry(session, own, rake, "7")
    assign(session, own, account_id=acme.id)
    price = price_of(session, acme, rake, "100")
    assert price.unit_price == 7
    assert price.tiers == ((Decimal(1), Decimal(7)),)


def test_the_higher_priority_comes_first_then_the_later_start(
    session: Session, acme: Account, rake: int
) -> None:
    for code, facts in {
        "OLD": {"priority": 1},
        "NEW": {"priority": 1, "valid_from": date(2026, 1, 1)},
        "LOW": {"priority": 0, "valid_from": date(2026, 2, 1)},
    }.items():
        assign(session, make_list(session, code=code, **facts), account_id=acme.id)
    context = PricingContext(acme.id, "GBP", TODAY)
    assert [terms.code for terms in candidate_lists(session, context)] == ["NEW", "OLD", "LOW"]


def test_validity_ends_before_its_last_day(session: Session, base: PriceList, rake: int) -> None:
    make_entry(session, base, rake, "9", valid_to=TODAY)
    make_entry(session, base, rake, "10", valid_from=TODAY)
    assert price_of(session, None, rake).unit_price == 10


def test_a_branch_takes_its_parents_inherited_lists_before_its_groups(
    session: Session, acme: Account, base: PriceList, rake: int
) -> None:
    branch = make_account(session, parent_id=acme.id)
    inherited, grouped = make_list(session), make_list(session)
    make_entry(session, inherited, rake, "7")
    make_entry(session, grouped, rake, "8")
    given = assign(session, inherited, account_id=acme.id)
    assign(session, grouped, group_id=branch.group_id)
    assert price_of(session, branch, rake).unit_price == 7
    given.is_inherited = False
    session.flush()
    assert price_of(session, branch, rake).unit_price == 8


def test_a_branch_that_does_not_inherit_pays_its_own_prices(
    session: Session, acme: Account, base: PriceList, rake: int
) -> None:
    branch = make_account(session, parent_id=acme.id, inherits_prices=False)
    parents = make_list(session)
    make_entry(session, parents, rake, "7")
    make_entry(session, base, rake, "9")
    assign(session, parents, account_id=acme.id)
    assert price_of(session, branch, rake).unit_price == 9


def test_a_derived_list_takes_its_percentage_off_and_rounds(
    session: Session, acme: Account, base: PriceList, rake: int
) -> None:
    make_entry(session, base, rake, "9.99")
    trade = make_list(
        session, derived_from_id=base.id, percent=Decimal(-12), rounding_step=Decimal("0.05")
    )
    assign(session, trade, group_id=acme.group_id)
    price = price_of(session, acme, rake)
    assert price.unit_price == Decimal("8.80")
    assert price.list_id == trade.id


def test_the_closest_rule_of_a_derived_list_counts_and_an_entry_is_an_exception(
    session: Session, acme: Account, base: PriceList
) -> None:
    garden, tools = make_category(session, "garden"), make_category(session, "garden/tools")
    brand = make_brand(session)
    trade = make_list(session, derived_from_id=base.id, percent=Decimal(-10))
    assign(session, trade, group_id=acme.group_id)
    make_rule(session, trade, "-20", category_id=garden.id)
    rule = make_rule(session, trade, "-30", category_id=tools.id)
    make_rule(session, trade, "-50", brand_id=brand.id)
    shovel = make_product(session, category_id=tools.id, brand_id=brand.id).id
    hose = make_product(session, category_id=garden.id).id
    other = make_product(session, brand_id=brand.id).id
    plain = make_product(session).id
    fixed = make_product(session).id
    for product in (shovel, hose, other, plain, fixed):
        make_entry(session, base, product, "100")
    make_entry(session, trade, fixed, "33.33")
    found = {each: price_of(session, acme, each) for each in (shovel, hose, other, plain, fixed)}
    prices = [price.unit_price for price in found.values()]
    assert prices == [70, 80, 50, 90, Decimal("33.33")]
    assert found[shovel].rule_id == rule.id


def test_a_list_derived_from_a_derived_list_rounds_at_each_step(
    session: Session, acme: Account, base: PriceList, rake: int
) -> None:
    make_entry(session, base, rake, "10.01")
    step = Decimal("0.05")
    first = make_list(session, derived_from_id=base.id, percent=Decimal(-10), rounding_step=step)
    second = make_list(session, derived_from_id=first.id, percent=Decimal(-10), rounding_step=step)
    assign(session, second, account_id=acme.id)
    assert price_of(session, acme, rake).unit_price == Decimal("8.10")


def test_variants_count_together_where_the_list_says_so(session: Session, base: PriceList) -> None:
    base.adds_variants = True
    family = make_product(session).id
    red, blue = (make_product(session, parent_id=family).id for _ in range(2))
    for product in (red, blue):
        make_entry(session, base, product, "5")
        make_entry(session, base, product, "4", at="20")
    context = PricingContext(None, "GBP", TODAY)
    asks = [Ask(red, Decimal(12)), Ask(blue, Decimal(8))]
    assert [price.unit_price for price in resolve(session, context, asks)] == [4, 4]
    base.adds_variants = False
    assert [price.unit_price for price in resolve(session, context, asks)] == [5, 5]


def test_each_quantity_rule_comes_from_the_nearest_agreement_that_states_it(
    session: Session, acme: Account, rake: int
) -> None:
    own, grouped = make_list(session), make_list(session)
    assign(session, own, account_id=acme.id)
    assign(session, grouped, group_id=acme.group_id)
    make_quantity_rule(session, own, rake, minimum="48")
    make_quantity_rule(session, grouped, rake, minimum="12", multiple="24")
    price = price_of(session, acme, rake)
    assert (price.minimum, price.multiple, price.maximum) == (48, 24, None)


def test_no_quantity_asks_for_the_smallest_that_can_be_ordered(
    session: Session, base: PriceList
) -> None:
    product = make_product(session, order_minimum=Decimal(50), order_multiple=Decimal(24)).id
    make_entry(session, base, product, "5", at="72")
    price = resolve(session, PricingContext(None, "GBP", TODAY), [Ask(product)])[0]
    assert (price.quantity, price.unit_price) == (72, 5)


def test_the_floor_is_the_entrys_or_the_lists_percentage(
    session: Session, base: PriceList, rake: int
) -> None:
    base.floor_percent = Decimal(15)
    entry = make_entry(session, base, rake, "10")
    assert price_of(session, None, rake).floor_price == Decimal("8.5")
    entry.floor_price = Decimal(9)
    assert price_of(session, None, rake).floor_price == 9


def test_the_next_break_is_the_first_cheaper_tier(
    session: Session, base: PriceList, rake: int
) -> None:
    for at, figure in (("1", "9"), ("12", "9"), ("48", "8")):
        make_entry(session, base, rake, figure, at=at)
    price = price_of(session, None, rake, "5")
    assert next_break(price, Decimal(5)) == (48, 8)
    assert next_break(price, Decimal(48)) is None


def test_any_number_of_prices_takes_one_statement(
    session: Session, acme: Account, base: PriceList
) -> None:
    products = [make_product(session).id for _ in range(60)]
    for product in products:
        make_entry(session, base, product, "5")
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    context = PricingContext(acme.id, "GBP", TODAY)
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    resolve(session, context, [Ask(product) for product in products])
    event.remove(connection, "before_cursor_execute", note)
    assert len(statements) == 1


def test_an_unknown_product_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        resolve(session, PricingContext(None, "GBP", TODAY), [Ask(0)])


def test_two_prices_of_one_tier_cannot_overlap_in_time(
    session: Session, base: PriceList, rake: int
) -> None:
    make_entry(session, base, rake, "5", valid_to=TODAY)
    make_entry(session, base, rake, "6", valid_from=TODAY)
    with pytest.raises(IntegrityError, match="overlap in time"):
        make_entry(session, base, rake, "7", valid_from=date(2025, 6, 1))


def test_a_list_cannot_be_derived_from_another_currency(session: Session, base: PriceList) -> None:
    with pytest.raises(IntegrityError, match="derived_from"):
        make_list(session, currency="EUR", derived_from_id=base.id)
