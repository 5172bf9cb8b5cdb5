"""Who gets a list, what it says of itself and of quantities: each edit whole, audited, in turn."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.catalog import Product
from models.kernel.activity import Activity
from models.kernel.errors import Conflict, NotFound, Refused
from models.pricing import (
    IS_VISIBLE,
    Grant,
    PriceList,
    PriceListAssignment,
    PriceListRule,
    PricingContext,
    QuantityRule,
    Rule,
    Terms,
    agree_quantities,
    assign_to_account,
    assign_to_group,
    assortment_of,
    change_assignment,
    end_assignment,
    hide_product,
    remove_rule,
    revise_terms,
    seen_by,
    set_rule,
    show_products,
)
from tests.factories.accounts import make_account, make_staff
from tests.factories.catalog import make_brand, make_category, make_product
from tests.factories.pricing import BEGINNING, make_list

TODAY, JUNE, JULY = date(2026, 3, 2), date(2026, 6, 1), date(2026, 7, 1)


def noted(session: Session, kind: str) -> Activity:
    session.flush()
    return session.scalars(select(Activity).where(Activity.kind == kind)).one()


def terms_of(price_list: PriceList, **facts: object) -> Terms:
    return Terms(**{"name": price_list.name, "valid_from": price_list.valid_from} | facts)  # type: ignore[arg-type]


def test_a_list_is_given_changed_and_taken_away_with_what_was_before(session: Session) -> None:
    trade, account, mia = make_list(session), make_account(session), make_staff(session)
    given = assign_to_account(
        session, trade.id, account.id, Grant(TODAY), version=trade.version, by=mia
    )
    change_assignment(
        session, given.id, Grant(TODAY, JULY, 7, is_inherited=False), version=trade.version, by=mia
    )
    assert noted(session, "price_list.assignment_changed").details["before"]["priority"] is None
    end_assignment(session, given.id, effective_from=JUNE, version=trade.version, by=mia)
    assert (given.valid_to, given.priority, given.is_inherited) == (JUNE, 7, False)
    entry = noted(session, "price_list.unassigned")
    assert (entry.account_id, entry.details["before"]["to"]) == (account.id, "2026-07-01")


def test_what_has_not_begun_is_removed_when_it_is_taken_away(session: Session) -> None:
    trade, account, mia = make_list(session), make_account(session), make_staff(session)
    given = assign_to_account(
        session, trade.id, account.id, Grant(JULY), version=trade.version, by=mia
    )
    end_assignment(session, given.id, effective_from=JUNE, version=trade.version, by=mia)
    assert session.scalars(select(PriceListAssignment)).all() == []


def test_the_same_holder_never_has_a_list_twice_on_one_day(session: Session) -> None:
    trade, account, mia = make_list(session), make_account(session), make_staff(session)
    assign_to_group(
        session, trade.id, account.group_id, Grant(TODAY, JUNE), version=trade.version, by=mia
    )
    with pytest.raises(Refused, match="already"):
        assign_to_group(
            session, trade.id, account.group_id, Grant(BEGINNING), version=trade.version, by=mia
        )
    assign_to_group(session, trade.id, account.group_id, Grant(JUNE), version=trade.version, by=mia)
    assert len(session.scalars(select(PriceListAssignment)).all()) == 2


def test_another_currency_the_base_list_and_dates_that_cross_are_refused(session: Session) -> None:
    account, mia = make_account(session), make_staff(session)
    euros, base = make_list(session, currency="EUR"), make_list(session, kind="base")
    for price_list, grant in (
        (euros, Grant(TODAY)), (base, Grant(TODAY)), (make_list(session), Grant(JULY, JUNE)),
    ):  # fmt: skip
        with pytest.raises(Refused):
            assign_to_account(
                session, price_list.id, account.id, grant, version=price_list.version, by=mia
            )


def test_whoever_edits_what_another_changed_meanwhile_is_told(session: Session) -> None:
    trade, mia = make_list(session), make_staff(session)
    seen = trade.version
    revise_terms(session, trade.id, terms_of(trade, priority=5), version=seen, by=mia)
    with pytest.raises(Conflict, match="changed meanwhile"):
        revise_terms(session, trade.id, terms_of(trade, priority=6), version=seen, by=mia)
    assert noted(session, "price_list.changed").details["after"] == {"priority": 5}


@pytest.mark.parametrize(
    "facts",
    [
        {"name": "  "},
        {"valid_to": BEGINNING},
        {"is_only": True},
        {"floor_percent": Decimal(101)},
        {"percent": Decimal(-5)},
        {"rounding_step": Decimal("-0.05")},
    ],
)
def test_terms_that_contradict_one_another_are_refused(
    session: Session, facts: dict[str, object]
) -> None:
    trade = make_list(session)
    with pytest.raises(Refused):
        revise_terms(
            session, trade.id, terms_of(trade, **facts), version=trade.version,
            by=make_staff(session),
        )  # fmt: skip


def test_a_rule_is_set_once_for_what_it_covers_and_taken_away(session: Session) -> None:
    mia, garden, brand = make_staff(session), make_category(session), make_brand(session)
    base = make_list(session, kind="base")
    derived = make_list(session, derived_from_id=base.id, percent=Decimal(-5))
    for percent in ("-10", "-12"):
        rule = set_rule(
            session, derived.id, Rule(garden.id, brand.id, Decimal(percent)),
            version=derived.version, by=mia,
        )  # fmt: skip
    assert [each.percent for each in session.scalars(select(PriceListRule))] == [-12]
    remove_rule(session, rule.id, version=derived.version, by=mia)
    assert session.scalars(select(PriceListRule)).all() == []
    with pytest.raises(Refused, match="only derived lists"):
        set_rule(session, base.id, Rule(garden.id, None, Decimal(1)), version=base.version, by=mia)


def test_an_assortment_shows_what_it_names_and_nothing_else(session: Session) -> None:
    mia, account = make_staff(session), make_account(session)
    shown, other = make_product(session, sku="A-1"), make_product(session, sku="A-2")
    narrow = make_list(session, restricts_assortment=True)
    assign_to_account(
        session, narrow.id, account.id, Grant(BEGINNING), version=narrow.version, by=mia
    )
    new = show_products(session, narrow.id, [shown.id, shown.id], version=narrow.version, by=mia)
    again = show_products(session, narrow.id, [shown.id], version=narrow.version, by=mia)
    assert (new, again) == (1, 0)
    context = PricingContext(account.id, "GBP", TODAY)
    visible = session.scalars(select(Product.id).where(IS_VISIBLE), seen_by(context))
    assert set(visible) == {shown.id}
    hide_product(session, narrow.id, shown.id, version=narrow.version, by=mia)
    assert list(assortment_of(session, narrow.id)) == []
    with pytest.raises(NotFound):
        hide_product(session, narrow.id, other.id, version=narrow.version, by=mia)


def test_agreed_quantities_are_kept_changed_and_emptied(session: Session) -> None:
    mia, trade, product = make_staff(session), make_list(session), make_product(session)

    def agree(*stated: int | None) -> QuantityRule | None:
        minimum, multiple, maximum = (None if each is None else Decimal(each) for each in stated)
        return agree_quantities(
            session, trade.id, product.id, minimum=minimum, multiple=multiple, maximum=maximum,
            version=trade.version, by=mia,
        )  # fmt: skip

    rule = agree(48, 24, None)
    assert rule is not None
    assert (rule.minimum, rule.multiple, rule.maximum) == (48, 24, None)
    for wrong in ((48, 24, 24), (None, 24, 12), (0, None, None)):
        with pytest.raises(Refused):
            agree(*wrong)
    assert agree(None, None, None) is None
    assert session.scalars(select(QuantityRule)).all() == []
