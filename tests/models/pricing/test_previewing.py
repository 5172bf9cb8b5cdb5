"""What putting a list in force would do, held against what it then does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.errors import Conflict, Refused
from models.pricing import (
    Ask,
    PriceEntry,
    PricingContext,
    activate,
    change_price,
    derive_again,
    fix_product,
    listed_products,
    preview_activation,
    resolve,
)
from tests.factories.accounts import make_account, make_staff
from tests.factories.catalog import make_category, make_product
from tests.factories.kernel import make_seller
from tests.factories.pricing import assign, make_entry, make_list, make_rule

TODAY, JUNE = date(2026, 3, 2), date(2026, 6, 1)
PRICES = st.integers(1, 5000).map(lambda cents: Decimal(cents) / 100)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(pairs=st.lists(st.tuples(PRICES, PRICES), min_size=1, max_size=5))
def test_a_preview_says_what_activation_then_does(
    session: Session, pairs: list[tuple[Decimal, Decimal]]
) -> None:
    with session.begin_nested() as kept:
        make_seller(session)
        account = make_account(session)
        base = make_list(session, kind="base", currency="GBP")
        draft = make_list(session, status="draft", valid_from=TODAY)
        assign(session, draft, account_id=account.id, valid_from=TODAY)
        products = [make_product(session) for _pair in pairs]
        for product, (old, new) in zip(products, pairs, strict=True):
            make_entry(session, base, product.id, str(old))
            make_entry(session, draft, product.id, str(new), valid_from=TODAY)
        preview = preview_activation(session, draft.id, on=TODAY)
        told = {each.product_id: each for each in (*preview.rises, *preview.falls)}
        context = PricingContext(account.id, "GBP", TODAY)
        asks = [Ask(product.id) for product in products]
        before = resolve(session, context, asks)
        activate(session, draft.id, version=draft.version, by=make_staff(session))
        session.flush()
        after = resolve(session, context, asks)
        moved = {
            new.product_id: (old.unit_price, new.unit_price)
            for old, new in zip(before, after, strict=True)
            if old.unit_price != new.unit_price
        }
        assert preview.changed == len(moved)
        assert {id_: (each.before, each.after) for id_, each in told.items()} == moved
        assert [each.id for each in preview.accounts] == [account.id]
        kept.rollback()


def test_branches_that_inherit_are_counted_and_others_are_not(session: Session) -> None:
    make_seller(session)
    head = make_account(session)
    branch = make_account(session, parent_id=head.id)
    make_account(session, parent_id=head.id, inherits_prices=False)
    make_account(session)
    draft = make_list(session, status="draft")
    assign(session, draft, account_id=head.id)
    preview = preview_activation(session, draft.id, on=TODAY)
    assert {each.id for each in preview.accounts} == {head.id, branch.id}
    assert preview.changed == 0


def test_an_earlier_first_day_takes_along_what_was_to_begin_with_the_list(
    session: Session,
) -> None:
    account, product = make_account(session), make_product(session)
    draft = make_list(session, status="draft", valid_from=JUNE)
    assign(session, draft, account_id=account.id, valid_from=JUNE)
    make_entry(session, draft, product.id, "5", valid_from=JUNE)
    activate(session, draft.id, version=draft.version, valid_from=TODAY, by=make_staff(session))
    session.flush()
    price = resolve(session, PricingContext(account.id, "GBP", TODAY), [Ask(product.id)])[0]
    assert price.unit_price == 5


def test_a_price_that_moved_meanwhile_is_not_overwritten(session: Session) -> None:
    trade, product, mia = make_list(session), make_product(session), make_staff(session)
    entry = make_entry(session, trade, product.id, "5")

    def type_over(seen: str, new: str) -> PriceEntry:
        return change_price(
            session, entry.id, seen_price=Decimal(seen), unit_price=Decimal(new),
            floor_price=None, effective_from=TODAY, by=mia,
        )  # fmt: skip

    fresh = type_over("5", "5.40")
    assert (fresh.unit_price, fresh.valid_from) == (Decimal("5.40"), TODAY)
    assert (entry.valid_to, entry.unit_price) == (TODAY, 5)
    with pytest.raises(Refused, match="ends on"):
        type_over("5", "5.50")
    with pytest.raises(Conflict, match="5 now, 4 when you looked"):
        type_over("4", "5.50")


def test_a_derived_product_is_fixed_whole_and_derived_again(session: Session) -> None:
    mia, garden = make_staff(session), make_category(session, "garden")
    product = make_product(session, category_id=garden.id)
    base = make_list(session, kind="base")
    derived = make_list(
        session, derived_from_id=base.id, percent=Decimal(-5), rounding_step=Decimal("0.05")
    )
    make_rule(session, derived, "-10", category_id=garden.id)
    make_entry(session, base, product.id, "9.99")
    make_entry(session, base, product.id, "8.99", at="24")
    reckoned = listed_products(session, derived.id, on=TODAY)[0]
    assert [tier.unit_price for tier in reckoned.tiers] == [9, Decimal("8.1")]
    assert (reckoned.percent, reckoned.is_fixed) == (-10, False)
    assert fix_product(session, derived.id, product.id, effective_from=TODAY, by=mia) == 2
    fixed = listed_products(session, derived.id, on=TODAY)[0]
    assert fixed.is_fixed
    assert [tier[:2] for tier in fixed.tiers] == [tier[:2] for tier in reckoned.tiers]
    with pytest.raises(Refused, match="of its own already"):
        fix_product(session, derived.id, product.id, effective_from=TODAY, by=mia)
    assert derive_again(session, derived.id, product.id, effective_from=JUNE, by=mia) == 2
    assert listed_products(session, derived.id, on=TODAY)[0].is_fixed
    assert not listed_products(session, derived.id, on=JUNE)[0].is_fixed
    ended = session.scalars(select(PriceEntry.valid_to).where(PriceEntry.list_id == derived.id))
    assert set(ended) == {JUNE}
