"""Price notices: who is told what of prices to come, once, and on which day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Account, DocumentRecipient
from models.kernel import clock
from models.kernel.errors import Conflict, Denied, Refused
from models.pricing import (
    AccountPriceNotice,
    Ask,
    PriceList,
    PriceNotice,
    PricingContext,
    call_off_notice,
    changes_for,
    coming_change,
    coming_days,
    listed_products,
    notices_due,
    plan_notice,
    preview_notice,
    resolve,
    send_notice,
    set_price,
)
from tests.admin.conftest import counted
from tests.factories.accounts import make_account
from tests.factories.catalog import make_product
from tests.factories.pricing import assign, make_entry, make_list
from tests.world import World, make_world

TODAY, JUNE = date(2026, 3, 2), date(2026, 6, 1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SMALL = settings(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


@pytest.fixture
def world(session: Session) -> Iterator[World]:
    with clock.travelling(NOON):
        yield make_world(session)


def raised(world: World, sku: str, to: str = "12.00", at: str = "1", of: PriceList | None = None):  # type: ignore[no-untyped-def]
    """A product at 10.00 whose price is another from June on."""
    product = world.product(sku, price="10.00", stock=0)
    raise_it(world, of or world.base, product.id, to, at)
    return product


def raise_it(world: World, price_list: PriceList, product_id: int, to: str, at: str = "1") -> None:
    set_price(
        world.session, price_list.id, product_id, min_quantity=Decimal(at),
        unit_price=Decimal(to), effective_from=JUNE, by=world.mia,
    )  # fmt: skip


def told(
    world: World, account: Account, price_list: PriceList | None = None
) -> list[tuple[str, ...]]:
    """What an account would be told: SKU, quantity, old and new price."""
    change = coming_change(
        world.session, (price_list or world.base).id, today=TODAY, starts_on=JUNE
    )
    return [
        (each.sku, f"{each.min_quantity:.0f}", str(each.old and each.old.normalize()),
         str(each.new and each.new.normalize()))
        for each in changes_for(world.session, change, account.id)
    ]  # fmt: skip


def sent(world: World, starts_on: date = JUNE, days_ahead: int = 91) -> list[AccountPriceNotice]:
    """Plans a notice for today and sends it; the accounts told, by name."""
    notice = plan_notice(
        world.session, world.base.id, starts_on, days_ahead, seller=world.seller, by=world.mia
    )
    send_notice(world.session, notice.id, world.seller)
    rows = world.session.scalars(
        select(AccountPriceNotice)
        .join(Account, Account.id == AccountPriceNotice.account_id)
        .where(AccountPriceNotice.notice_id == notice.id)
        .order_by(Account.name)
    )
    return list(rows)


def test_each_account_is_told_its_own_prices(world: World) -> None:
    session = world.session
    trowel, _fork, _rake = (raised(world, sku) for sku in ("TR", "FK", "RK"))
    trade = make_list(session, derived_from_id=world.base.id, percent=Decimal(-10))
    assign(session, trade, group_id=world.globex.group_id)
    world.globex.group_id = world.acme.group_id
    contract = make_list(session, kind="contract")
    assign(session, contract, account_id=world.acme.id)
    make_entry(session, contract, trowel.id, "7.00")
    branch = make_account(session, parent_id=world.acme.id)
    stranger = make_account(session, inherits_prices=False, parent_id=world.acme.id)
    assert told(world, world.globex) == [
        ("FK", "1", "9", "10.8"), ("RK", "1", "9", "10.8"), ("TR", "1", "9", "10.8")
    ]  # fmt: skip
    assert told(world, world.acme) == [("FK", "1", "9", "10.8"), ("RK", "1", "9", "10.8")]
    assert [row[0] for row in told(world, branch)] == ["FK", "RK"], "a branch has the contract, too"
    assert told(world, stranger)[0] == ("FK", "1", "1E+1", "12")


def test_tiers_are_told_where_one_of_them_moves(world: World) -> None:
    product = raised(world, "TR", to="9.00", at="10")
    assert told(world, world.acme) == [("TR", "10", "1E+1", "9")]
    make_entry(world.session, world.base, product.id, "8.00", at="50")
    raise_it(world, world.base, product.id, "8.40", at="50")
    assert told(world, world.acme)[1:] == [("TR", "50", "8", "8.4")]


def test_variants_that_add_up_are_told_each_for_itself(world: World) -> None:
    session = world.session
    parent = world.product("POT", stock=0)
    red, blue = (world.product(sku, stock=0, parent_id=parent.id) for sku in ("POT-R", "POT-B"))
    world.base.adds_variants = True
    for variant in (red, blue):
        make_entry(session, world.base, variant.id, "8.00", at="5")
        raise_it(world, world.base, variant.id, "11.00")
    assert [row[:2] for row in told(world, world.acme)] == [("POT-B", "1"), ("POT-R", "1")]


def test_a_list_that_begins_then_and_one_that_is_only_given_to_somebody(world: World) -> None:
    session = world.session
    product = world.product("TR", price="10.00", stock=0)
    spring = make_list(session, valid_from=JUNE)
    make_entry(session, spring, product.id, "9.50", valid_from=JUNE)
    assign(session, spring, account_id=world.acme.id, valid_from=JUNE)
    assert coming_days(session, spring.id, today=TODAY) == [JUNE]
    assert told(world, world.acme, spring) == [("TR", "1", "1E+1", "9.5")]
    change = coming_change(session, spring.id, today=TODAY, starts_on=JUNE)
    assert [each.name for each in preview_notice(session, change).accounts] == ["Acme Gifts"]


def test_no_more_of_a_list_is_looked_at_than_what_may_change(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As every account's file asks for it anew, on a list of up to a hundred thousand products."""
    listed: list[int] = []

    def listing(*of, **wanted):  # type: ignore[no-untyped-def]
        found = listed_products(*of, **wanted)
        listed.append(len(found))
        return found

    monkeypatch.setattr("models.pricing.coming.listed_products", listing)
    for number in range(5):
        world.product(f"STAYS-{number}", stock=0)
    raised(world, "TR")
    trade = make_list(world.session, derived_from_id=world.base.id, percent=Decimal(-10))
    assign(world.session, trade, account_id=world.acme.id)
    expected = [("TR", "1", "9", "10.8")]
    assert told(world, world.acme) == told(world, world.acme, trade) == expected
    assert listed == [1, 1, 1, 1]


def test_a_list_that_what_it_is_derived_from_ends_is_looked_at_whole(world: World) -> None:
    """A price of its own may answer until a whole list begins or ends: no entry says so."""
    session = world.session
    product = world.product("TR", price="10.00", stock=0)
    spring = make_list(session, valid_to=JUNE)
    make_entry(session, spring, product.id, "8.00")
    trade = make_list(session, derived_from_id=spring.id, percent=Decimal(-10))
    assign(session, trade, account_id=world.acme.id)
    change = coming_change(session, trade.id, today=TODAY, starts_on=JUNE)
    assert list(change.products) == [product.id]


def test_a_price_that_a_new_contract_sets_is_not_told_as_the_lists(world: World) -> None:
    product = raised(world, "TR")
    contract = make_list(world.session, kind="contract", valid_from=JUNE)
    make_entry(world.session, contract, product.id, "7.00", valid_from=JUNE)
    assign(world.session, contract, account_id=world.acme.id, valid_from=JUNE)
    assert told(world, world.acme) == []
    assert told(world, world.globex) == [("TR", "1", "1E+1", "12")]


def test_what_an_account_cannot_see_is_not_told(world: World) -> None:
    own = raised(world, "OWN")
    own.own_account_id = world.globex.id
    gone = raised(world, "GONE")
    gone.lifecycle = "discontinued"
    world.session.flush()
    assert told(world, world.acme) == []
    assert told(world, world.globex) == [("OWN", "1", "1E+1", "12")]
    assert [row.account_id for row in sent(world)] == [world.globex.id]


@SMALL
@given(
    prices=st.lists(st.tuples(*[st.integers(1, 400)] * 4), min_size=1, max_size=4),
    percent=st.integers(-30, 30),
)
def test_what_is_told_is_what_the_resolver_then_says(
    session: Session, prices: list[tuple[int, ...]], percent: int
) -> None:
    """Told or not, old and new are those of today and of the day, at every quantity told."""
    with session.begin_nested() as kept, clock.travelling(NOON):
        account = make_account(session)
        base = make_list(session, kind="base")
        group = make_list(session, derived_from_id=base.id, percent=Decimal(percent))
        assign(session, group, group_id=account.group_id)
        ids = []
        for old, new, tier, later in prices:
            product = make_product(session)
            ids.append(product.id)
            make_entry(session, base, product.id, str(old), valid_to=JUNE)
            make_entry(session, base, product.id, str(new), valid_from=JUNE)
            make_entry(session, base, product.id, str(tier), at="12", valid_to=JUNE)
            make_entry(session, base, product.id, str(later), at="24", valid_from=JUNE)
        change = coming_change(session, base.id, today=TODAY, starts_on=JUNE)
        changes = changes_for(session, change, account.id)
        found = {(each.product_id, each.min_quantity): (each.old, each.new) for each in changes}
        asks = [Ask(id_, Decimal(at)) for id_ in ids for at in (1, 12, 24)]
        before = resolve(session, PricingContext(account.id, "GBP", TODAY), asks)
        after = resolve(session, PricingContext(account.id, "GBP", JUNE), asks)
        for old_price, new_price in zip(before, after, strict=True):
            key = (old_price.product_id, old_price.quantity)
            pair = (old_price.unit_price, new_price.unit_price)
            assert found.get(key, (pair[0], pair[0])) == pair or key[1] not in _breaks(new_price)
        kept.rollback()


def _breaks(price) -> set[Decimal]:  # type: ignore[no-untyped-def]
    return {at for at, _price in price.tiers}


def test_it_costs_the_same_for_many_products(world: World) -> None:
    def statements() -> int:
        change = coming_change(world.session, world.base.id, today=TODAY, starts_on=JUNE)
        with counted() as seen:
            assert changes_for(world.session, change, world.acme.id)
        return len(seen)

    raised(world, "ONE")
    few = statements()
    for number in range(20):
        raised(world, f"MORE-{number}")
    assert statements() == few == 2


def test_a_preview_says_how_many_and_how_much(world: World) -> None:
    raised(world, "TR", to="12.00")
    raised(world, "FK", to="9.00")
    world.session.add(
        DocumentRecipient(account_id=world.globex.id, document_kind="price_notice", means="none")
    )
    world.session.flush()
    change = coming_change(world.session, world.base.id, today=TODAY, starts_on=JUNE)
    preview = preview_notice(world.session, change)
    assert [(each.name, each.prices, each.means) for each in preview.accounts] == [
        ("Acme Gifts", 2, "mail"), ("Globex Garden Centres", 2, "none"),
    ]  # fmt: skip
    assert preview.average == 5
    assert preview.rise
    assert preview.fall
    assert (preview.rise.sku, preview.fall.sku) == ("TR", "FK")


def test_it_is_planned_for_its_day_and_sent_by_itself_once(world: World) -> None:
    raised(world, "TR")
    notice = plan_notice(world.session, world.base.id, JUNE, 30, seller=world.seller, by=world.mia)
    assert notice.send_on == JUNE - timedelta(days=30)
    assert notices_due(world.session, world.seller) == []
    with clock.travelling(datetime(2026, 5, 2, 4, 30, tzinfo=UTC)):
        assert notices_due(world.session, world.seller) == (), "half past five: not before six"
    with clock.travelling(datetime(2026, 5, 2, 5, 30, tzinfo=UTC)):
        assert notices_due(world.session, world.seller) == [notice.id]
        assert send_notice(world.session, notice.id, world.seller) == 2
        assert notices_due(world.session, world.seller) == []
        assert send_notice(world.session, notice.id, world.seller) == 0
    assert notice.state == "sent"


def test_what_came_too_late_is_not_sent(world: World) -> None:
    raised(world, "TR")
    notice = plan_notice(world.session, world.base.id, JUNE, 30, seller=world.seller, by=world.mia)
    with clock.travelling(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        assert notices_due(world.session, world.seller) == []
        assert send_notice(world.session, notice.id, world.seller) == 0


def test_a_planned_one_is_called_off_and_a_sent_one_is_not(world: World) -> None:
    raised(world, "TR")
    notice = plan_notice(world.session, world.base.id, JUNE, 30, seller=world.seller, by=world.mia)
    with pytest.raises(Refused, match="goes out on 2026-05-02 already"):
        plan_notice(world.session, world.base.id, JUNE, 20, seller=world.seller, by=world.mia)
    call_off_notice(world.session, notice.id, by=world.mia)
    assert send_notice(world.session, notice.id, world.seller) == 0
    sent(world)
    latest = world.session.scalars(select(PriceNotice).order_by(PriceNotice.id.desc())).first()
    assert latest
    with pytest.raises(Conflict, match="not waiting any more"):
        call_off_notice(world.session, latest.id, by=world.mia)


def test_nobody_is_told_the_same_prices_twice(world: World) -> None:
    trowel = raised(world, "TR")
    contract = make_list(world.session, kind="contract")
    fork = raised(world, "FK")
    make_entry(world.session, contract, fork.id, "7.00")
    assign(world.session, contract, account_id=world.acme.id)
    assert len(sent(world)) == 2
    assert sent(world) == []
    raise_it(world, world.base, fork.id, "13.00")
    assert [row.account_id for row in sent(world)] == [world.globex.id], "Acme has a contract on it"
    raise_it(world, world.base, trowel.id, "12.50")
    assert len(sent(world)) == 2


def test_who_wants_none_gets_none_and_who_wants_paper_gets_paper(world: World) -> None:
    raised(world, "TR")
    for account, means in ((world.acme, "post"), (world.globex, "none")):
        world.session.add(
            DocumentRecipient(account_id=account.id, document_kind="price_notice", means=means)
        )
    world.session.flush()
    assert [(row.account_id, row.means) for row in sent(world)] == [(world.acme.id, "post")]


def test_what_cannot_be_planned_is_refused_with_a_reason(world: World) -> None:
    raised(world, "TR")
    plan = {"seller": world.seller, "by": world.mia}
    with pytest.raises(Refused, match="No price of BASE changes on that day"):
        plan_notice(world.session, world.base.id, date(2026, 7, 1), 30, **plan)  # type: ignore[arg-type]
    for days_ahead in (0, 92):
        with pytest.raises(Refused, match="from 1 to 91 days"):
            plan_notice(world.session, world.base.id, JUNE, days_ahead, **plan)  # type: ignore[arg-type]
    draft = make_list(world.session, status="draft", valid_from=JUNE)
    with pytest.raises(Refused, match="is a draft"):
        plan_notice(world.session, draft.id, JUNE, 30, **plan)  # type: ignore[arg-type]
    with pytest.raises(Denied):
        plan_notice(world.session, world.base.id, JUNE, 30, seller=world.seller, by=world.sam)
