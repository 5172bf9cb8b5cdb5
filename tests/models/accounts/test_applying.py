"""Applying for an account, and the decision."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import (
    AccountApplication,
    AccountGroup,
    Approval,
    PaymentTerms,
    addresses_of,
    apply_for_account,
    approve,
    decline,
)
from models.kernel.errors import Conflict, Denied, Refused
from tests.world import World


def applied(session: Session, **facts: str) -> AccountApplication:
    return apply_for_account(
        session,
        {
            "company": "Initech", "contact": "Peter", "email": "peter@example.com",
            "line1": "1 Mill Lane", "city": "Leeds", "postcode": "LS1 1AA", "country": "GB",
            **facts,
        },
        tax_number="GB123456782", address="203.0.113.9",
    )  # fmt: skip


def settled(session: Session, limit: int = 0, rep_id: int | None = None) -> Approval:
    group = session.scalars(select(AccountGroup.id)).first() or 0
    terms = session.scalars(select(PaymentTerms.id)).first() or 0
    return Approval(group, terms, Decimal(limit), rep_id)


def test_an_approved_application_is_an_account_with_an_address_a_rep_and_an_invitation(
    world: World, session: Session
) -> None:
    application = applied(session)
    session.flush()
    account, invited = approve(
        session, application.id, settled(session, 500, world.rita.id), by=world.nora
    )
    assert account.credit_limit == 500
    assert invited.token
    assert session.scalars(addresses_of(account.id)).one().city == "Leeds"
    with pytest.raises(Conflict):
        decline(session, application.id, "Too late", by=world.nora)


def test_whoever_may_not_change_credit_approves_without_a_limit(
    world: World, session: Session
) -> None:
    application = applied(session)
    session.flush()
    with pytest.raises(Denied, match="credit limit"):
        approve(session, application.id, settled(session, 500), by=world.mia)
    assert approve(session, application.id, settled(session), by=world.mia)


def test_declining_needs_a_reason_and_applying_a_possible_tax_number(
    world: World, session: Session
) -> None:
    application = applied(session)
    session.flush()
    with pytest.raises(Refused, match="reason"):
        decline(session, application.id, " ", by=world.nora)
    with pytest.raises(Denied):
        decline(session, application.id, "No", by=world.olu)
    with pytest.raises(Refused, match="tax number"):
        apply_for_account(session, {"country": "GB"}, tax_number="GB123456789", address="x")
