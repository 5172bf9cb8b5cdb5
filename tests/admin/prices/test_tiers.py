"""Tiers from past sales in the office: asked for, looked at, ticked, accepted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from flask.testing import FlaskClient
from sqlalchemy import select

from models.history import ProposedTier, TierProposal, TierSearch
from models.kernel import clock
from models.pricing import PriceEntry
from tests.admin.conftest import reread, statements_of
from tests.admin.prices.conftest import Desk

Browser = Callable[..., FlaskClient]


def looked(desk: Desk, *product_ids: int) -> list[TierProposal]:
    """A search that was done, with two tiers of each product."""
    session = desk.world.session
    search = TierSearch(
        list_id=desk.world.base.id, least_lines=10, least_accounts=3, lines=500, products=40,
        asked_by_id=desk.world.mia.id, finished_at=clock.now(),
    )  # fmt: skip
    session.add(search)
    session.flush()
    tiers = [
        ProposedTier(Decimal(at), Decimal(price), Decimal(price), Decimal("9.95"), 31, 7).kept()
        for at, price in ((1, "9.90"), (24, "8.80"))
    ]
    made = [TierProposal(search_id=search.id, product_id=each, tiers=tiers) for each in product_ids]
    session.add_all(made)
    session.commit()
    return made


def test_it_is_asked_for_and_waited_for(desk: Desk, as_: Browser) -> None:
    mia, address = as_(desk.world.mia), f"/admin/prices/{desk.world.base.id}/tiers"
    assert f'href="{address}"' in mia.get(f"/admin/prices/{desk.world.base.id}").text
    assert "Look through past sales" in mia.get(address).text
    refused = mia.post(address, data={"least_lines": "0", "least_accounts": "3"})
    assert (refused.status_code, "Choose from 1 to 10,000 lines" in refused.text) == (422, True)
    sent = mia.post(address, data={"least_lines": "8", "least_accounts": "3"})
    assert sent.status_code == 303
    search = desk.world.session.scalars(select(TierSearch)).one()
    assert (search.least_lines, search.finished_at) == (8, None)
    assert "being looked through" in mia.get(address).text


def test_what_is_ticked_is_entered_and_shown_as_accepted(desk: Desk, as_: Browser) -> None:
    mia, address = as_(desk.world.mia), f"/admin/prices/{desk.world.base.id}/tiers"
    trowel, fork = looked(desk, desk.trowel.id, desk.fork.id)
    page = mia.get(address).text
    assert "£8.80" in page
    assert "Accept the tiers of TR-1" in page
    assert "Accept the tiers of FK-1" not in mia.get(f"{address}?q=tr-").text
    nothing = mia.post(f"{address}/accept", data={"effective_from": "2099-01-01"})
    assert (nothing.status_code, "Tick the products" in nothing.text) == (422, True)
    form = {"effective_from": "2099-01-01", "proposal": str(trowel.id)}
    assert mia.post(f"{address}/accept", data=form).status_code == 303
    entries = desk.world.session.scalars(
        select(PriceEntry).where(
            PriceEntry.product_id == desk.trowel.id, PriceEntry.valid_from > clock.now().date()
        )
    ).all()
    assert {(each.min_quantity, each.unit_price) for each in entries} == {
        (1, Decimal("9.90")), (24, Decimal("8.80")),
    }  # fmt: skip
    assert "Accept the tiers of TR-1" not in mia.get(address).text
    assert "accepted by" in mia.get(f"{address}?state=accepted").text
    again = mia.post(f"{address}/accept", data={**form, "proposal": [str(trowel.id), str(fork.id)]})
    assert again.status_code == 409
    assert reread(desk.world, TierProposal, fork.id).accepted_at is None
    changes = mia.get(f"/admin/prices/{desk.world.base.id}/changes").text
    assert "Proposed tiers accepted" in changes


def test_what_cannot_be_accepted_says_why_and_keeps_the_ticks(desk: Desk, as_: Browser) -> None:
    mia, address = as_(desk.world.mia), f"/admin/prices/{desk.world.base.id}/tiers/accept"
    (trowel,) = looked(desk, desk.trowel.id)
    gone = (clock.today("Europe/London") - timedelta(days=1)).isoformat()
    refused = mia.post(address, data={"effective_from": gone, "proposal": str(trowel.id)})
    assert refused.status_code == 422
    assert "from today on" in refused.text
    assert "checked" in refused.text.partition("Accept the tiers of TR-1")[2][:40]
    odd = mia.post(address, data={"effective_from": gone, "proposal": "x"})
    assert odd.status_code == 422
    form = {"effective_from": "2099-01-01", "proposal": str(trowel.id)}
    assert as_(desk.world.olu).post(address, data=form).status_code == 403


def test_the_page_costs_the_same_for_many(desk: Desk, as_: Browser) -> None:
    mia, address = as_(desk.world.mia), f"/admin/prices/{desk.world.base.id}/tiers"
    looked(desk, desk.trowel.id)
    few = statements_of(mia, address)
    looked(desk, *(desk.world.product(f"P-{n}", stock=0).id for n in range(60)))
    assert statements_of(mia, address) == few
    assert "1 to 50 of 60" in mia.get(address).text


def test_nothing_found_says_why(desk: Desk, as_: Browser) -> None:
    mia, address = as_(desk.world.mia), f"/admin/prices/{desk.world.base.id}/tiers"
    looked(desk)
    assert "No breaks found" in mia.get(address).text
    assert "Nothing accepted yet" in mia.get(f"{address}?state=accepted").text
    assert "No proposal of that" in mia.get(f"{address}?q=zzz").text
