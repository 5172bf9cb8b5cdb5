"""The explanation of a price, and which products an account sees."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.catalog import Product
from models.pricing import IS_VISIBLE, AssortmentEntry, PricingContext, explain, resolve, seen_by
from models.pricing.context import Ask
from models.pricing.explaining import Verdict
from tests.factories.accounts import make_account
from tests.factories.catalog import make_product
from tests.factories.pricing import assign, make_entry, make_list

TODAY = date(2026, 3, 2)


def test_every_list_that_lost_says_why(session: Session) -> None:
    acme = make_account(session)
    product = make_product(session).id
    base = make_list(session, code="BASE", kind="base")
    trade = make_list(session, code="TRADE", derived_from_id=base.id, percent=Decimal(-10))
    contract = make_list(session, code="CONTRACT", kind="contract")
    empty = make_list(session, code="EMPTY")
    draft = make_list(session, code="DRAFT", status="draft")
    entry = make_entry(session, base, product, "10")
    make_entry(session, contract, product, "8", at="50")
    assign(session, trade, group_id=acme.group_id)
    for price_list in (contract, empty, draft):
        assign(session, price_list, account_id=acme.id)
    context = PricingContext(acme.id, "GBP", TODAY)

    explanation = explain(session, context, product, Decimal(10))

    assert {each.code: each.verdict for each in explanation.candidates} == {
        "CONTRACT": Verdict.PASSED_ON,
        "EMPTY": Verdict.NO_PRICE,
        "TRADE": Verdict.WON,
        "BASE": Verdict.BEATEN,
        "DRAFT": Verdict.DRAFT,
    }
    assert explanation.winner is not None
    assert explanation.winner.unit_price == explanation.price.unit_price == 9
    assert [step.origin_code for step in explanation.derivations] == ["BASE"]
    assert explanation.entry_price == 10
    assert explanation.valid_from == entry.valid_from

    answered = explain(session, context, product, Decimal(50))
    verdicts = {each.code: each.verdict for each in answered.candidates}
    assert verdicts["CONTRACT"] is Verdict.WON
    assert verdicts["TRADE"] is verdicts["BASE"] is Verdict.NOT_ASKED


def test_a_restricting_list_limits_what_its_accounts_see(session: Session) -> None:
    acme, globex = make_account(session), make_account(session)
    shown, hidden = make_product(session).id, make_product(session).id
    own = make_product(session, own_account_id=globex.id).id
    gone = make_product(session, lifecycle="discontinued").id
    chosen = make_list(session, restricts_assortment=True)
    assign(session, chosen, account_id=acme.id)
    session.add(AssortmentEntry(list_id=chosen.id, product_id=shown))
    session.flush()
    every = {shown, hidden, own, gone}
    for account, wanted in ((acme, {shown}), (globex, {shown, hidden, own})):
        context = PricingContext(account.id, "GBP", TODAY)
        seen = session.scalars(select(Product.id).where(IS_VISIBLE), seen_by(context))
        assert set(seen) & every == wanted
        prices = resolve(session, context, [Ask(product) for product in every])
        assert {price.product_id for price in prices if price.visible} == wanted
