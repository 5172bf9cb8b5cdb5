"""The audit log only grows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.kernel.activity import Activity, current_request_id, record
from tests.factories.kernel import Person, make_seller


def test_an_entry_says_who_did_what_to_what_and_in_which_request(session: Session) -> None:
    seller = make_seller(session)
    token = current_request_id.set("r-1")
    try:
        entry = record(
            session,
            "seller.changed",
            by=Person(7),
            subject=seller,
            on_behalf_of=3,
            before={"limit": Decimal("10.00")},
            after={"limit": Decimal("20.00")},
        )
    finally:
        current_request_id.reset(token)
    session.flush()
    session.refresh(entry)
    assert (entry.actor_id, entry.on_behalf_of_id, entry.request_id) == (7, 3, "r-1")
    assert (entry.subject_kind, entry.subject_id) == ("seller", seller.id)
    assert entry.details == {"before": {"limit": "10.00"}, "after": {"limit": "20.00"}}


@pytest.mark.parametrize(
    "tampering",
    ["UPDATE activity SET kind = 'nothing'", "DELETE FROM activity", "TRUNCATE activity"],
)
def test_nobody_can_change_or_remove_an_entry(session: Session, tampering: str) -> None:
    record(session, "user.signed_in", by=None)
    session.flush()
    with pytest.raises(IntegrityError, match="append-only"):
        session.execute(text(tampering))


def test_what_the_program_does_itself_has_no_actor(session: Session) -> None:
    entry = record(session, "hold.expired", by=None)
    session.flush()
    assert isinstance(entry, Activity)
    assert entry.actor_id is None
