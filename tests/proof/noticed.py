"""Prices of a company that are to change, and what it was told of them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from integrations.documents import render_pdf
from models.history import ProposedTier, TierProposal, TierSearch
from models.kernel import clock
from models.kernel.files import FileStore
from models.pricing import AccountPriceNotice, PriceNotice
from tests.factories.pricing import assign, make_entry, make_list
from tests.proof.company import Company
from tests.world import World

DAYS_AHEAD = 20


def notify(world: World, company: Company, product_id: int, files: FileStore) -> None:
    """A list whose prices change in twenty days, a notice of it that waits and one that was sent
    by post."""
    session = world.session
    coming = clock.today("Europe/London") + timedelta(days=DAYS_AHEAD)
    rising = make_list(session, code=company.marked("RISING"), name=company.marked("rising"))
    make_entry(session, rising, product_id, "7.00", valid_to=coming)
    make_entry(session, rising, product_id, "8.00", valid_from=coming)
    assign(session, rising, account_id=company.account.id)
    notices = [
        PriceNotice(
            list_id=rising.id, starts_on=coming, made_by_id=world.mia.id, state=state,
            send_on=coming - timedelta(days=days), sent_at=clock.now() if state == "sent" else None,
        )
        for state, days in (("sent", 19), ("scheduled", 2))
    ]  # fmt: skip
    session.add_all(notices)
    session.flush()
    told = _told(session, company, notices[0], files)
    company.values |= {
        "notices/notice_id": [notices[0].id, notices[1].id],
        "accounts/told_id": [told.id],
        "price-notices/told_id": [told.id],
    }
    company.values["prices/list_id"].append(rising.id)
    _proposed(world, rising.id, product_id)


def _proposed(world: World, list_id: int, product_id: int) -> None:
    """Tiers that past sales suggest for the list."""
    search = TierSearch(
        list_id=list_id, least_lines=10, least_accounts=3, lines=99, products=9,
        asked_by_id=world.mia.id, finished_at=clock.now(),
    )  # fmt: skip
    world.session.add(search)
    world.session.flush()
    tier = ProposedTier(Decimal(1), Decimal(7), Decimal(7), Decimal(7), 12, 4).kept()
    world.session.add(
        TierProposal(search_id=search.id, product_id=product_id, tiers=[tier, tier | {"from": "6"}])
    )


def _told(
    session: Session, company: Company, notice: PriceNotice, files: FileStore
) -> AccountPriceNotice:
    made = AccountPriceNotice(
        notice_id=notice.id, account_id=company.account.id, means="post", products=1, prices=1,
        told="as it was",
    )  # fmt: skip
    session.add(made)
    session.flush()
    paper = render_pdf(f"<p>{company.marked('notice')}</p>", sheet="paper.css")
    stored = files.put(
        session, paper, kind="price_notice.pdf", owner=made, media_type="application/pdf",
        file_name=f"{company.marked('notice')}.pdf", account_id=company.account.id,
    )  # fmt: skip
    made.document_file_id = stored.id
    return made
