"""What a company was told of prices to come: its own buyers take it again, nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from integrations.documents.price_notice import XLSX
from models.accounts import Account, Actor, Membership
from models.kernel import clock
from models.kernel.files import FileStore
from models.pricing import AccountPriceNotice, PriceNotice
from tests.world import World

SignIn = Callable[[Actor], FlaskClient]


def told(
    world: World, account: Account, days: int, files: FileStore | None = None, means: str = "mail"
) -> AccountPriceNotice:
    """What an account was told of prices that change in so many days, with its file where there
    is a store for it."""
    today = clock.today("Europe/London")
    session, starts_on = world.session, today + timedelta(days=days)
    notice = PriceNotice(
        list_id=world.base.id, starts_on=starts_on, send_on=starts_on - timedelta(days=7),
        state="sent", sent_at=clock.now(), made_by_id=world.mia.id,
    )  # fmt: skip
    session.add(notice)
    session.flush()
    made = AccountPriceNotice(
        notice_id=notice.id, account_id=account.id, products=2, prices=3, told="x", means=means
    )
    session.add(made)
    session.flush()
    if files is not None:
        made.document_file_id = files.put(
            session, f"prices of {account.name} in {days}".encode(), kind="price_notice.xlsx",
            owner=made, media_type=XLSX, file_name=f"prices-{days}.xlsx", account_id=account.id,
        ).id  # fmt: skip
    session.commit()
    return made


def test_a_buyer_takes_what_their_company_was_sent_as_it_was_sent(
    world: World, files: FileStore, signed_in_as: SignIn
) -> None:
    coming = told(world, world.acme, 20, files)
    past = told(world, world.acme, -30, files, means="post")
    bob = signed_in_as(world.bob)
    assert 'href="/price-notices"' in bob.get("/").text
    page = bob.get("/price-notices").text
    first, second = page.split("Prices that hold by now")
    assert f'href="/price-notices/{coming.id}"' in first
    assert "2 products, XLSX" in first
    assert f'href="/price-notices/{past.id}"' in second
    assert "2 products, PDF" in second
    answer = bob.get(f"/price-notices/{coming.id}")
    assert answer.data == b"prices of Acme Gifts in 20"
    assert answer.mimetype == XLSX
    assert "prices-20.xlsx" in answer.headers["Content-Disposition"]


def test_nobody_takes_another_companys_or_one_that_is_being_written(
    world: World, files: FileStore, signed_in_as: SignIn
) -> None:
    theirs = told(world, world.acme, 20, files)
    unwritten = told(world, world.globex, 20)
    charlie = signed_in_as(world.charlie)
    assert "No price notices yet" in charlie.get("/price-notices").text
    for each in (theirs, unwritten):
        assert charlie.get(f"/price-notices/{each.id}").status_code == 404


def test_who_may_not_see_prices_takes_none_and_is_offered_none(
    world: World, files: FileStore, signed_in_as: SignIn
) -> None:
    made = told(world, world.acme, 20, files)
    own = world.session.scalars(select(Membership).where(Membership.user_id == world.bob.id)).one()
    own.capabilities = {"see_prices": False}
    world.session.commit()
    bob = signed_in_as(world.bob)
    assert 'href="/price-notices"' not in bob.get("/").text
    assert bob.get(f"/price-notices/{made.id}").status_code == 403
