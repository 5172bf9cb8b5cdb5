"""A price notice becomes a file for each account: kept, mailed or to be posted, once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from integrations.documents import joined
from jobs.app import Work
from jobs.noticing import run_notice, send_what_is_due, tell_account
from models.accounts import Account, DocumentRecipient
from models.catalog import AccountPartNumber, Product
from models.kernel import clock
from models.kernel.files import FileStore, StoredFile
from models.kernel.mail import MailMessage
from models.pricing import AccountPriceNotice, PriceNotice, plan_notice, set_price
from tests.world import World, make_world

TODAY, JUNE = date(2026, 3, 2), date(2026, 6, 1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def world(session: Session) -> World:
    """A trowel with a name that a spreadsheet might run, from 10.00 to 12.50 in June."""
    made = make_world(session)
    trowel = made.product("TR-1", price="10.00", stock=0, order_multiple=Decimal(6))
    trowel.name = "=HYPERLINK(1)"
    raise_to(made, "12.50")
    session.add(AccountPartNumber(account_id=made.acme.id, product_id=trowel.id, code="@ours"))
    session.add(
        DocumentRecipient(
            account_id=made.acme.id, document_kind="price_notice", email="buying@acme.example"
        )
    )
    session.add(
        DocumentRecipient(account_id=made.globex.id, document_kind="price_notice", means="post")
    )
    session.commit()
    return made


@pytest.fixture
def work(settings: Settings, sessions: sessionmaker[Session], files: FileStore) -> Work:
    return Work(settings, sessions, files)


def raise_to(world: World, price: str) -> None:
    product_id = world.session.scalars(select(Product.id)).one()
    set_price(
        world.session, world.base.id, product_id, min_quantity=Decimal(1),
        unit_price=Decimal(price), effective_from=JUNE, by=world.mia,
    )  # fmt: skip


def planned(world: World, days_ahead: int = 91) -> PriceNotice:
    notice = plan_notice(
        world.session, world.base.id, JUNE, days_ahead, seller=world.seller, by=world.mia
    )
    world.session.commit()
    return notice


def told(world: World, account: Account) -> AccountPriceNotice:
    world.session.expire_all()
    return world.session.scalars(
        select(AccountPriceNotice).where(AccountPriceNotice.account_id == account.id)
    ).one()


def content(world: World, work: Work, made: AccountPriceNotice) -> bytes:
    stored = world.session.get_one(StoredFile, made.document_file_id)
    assert stored.account_id == made.account_id
    with work.files.open(stored) as file:
        return file.read()


def mails(world: World) -> list[MailMessage]:
    kind = MailMessage.kind == "price_notice"
    return list(world.session.scalars(select(MailMessage).where(kind)))


def test_it_is_written_in_the_accounts_language_kept_and_mailed_once(
    world: World, work: Work
) -> None:
    world.acme.locale = "de_DE"
    with clock.travelling(NOON):
        notice = planned(world)
        for _run in range(2):
            run_notice(work, notice.id)
            tell_account(work, told(world, world.acme).id)
    made = told(world, world.acme)
    (mail,) = mails(world)
    assert mail.recipients == ["buying@acme.example"]
    assert mail.attachment_ids == [made.document_file_id]
    assert mail.subject == "Ihre Preise ab 01.06.2026, von Northgate"
    assert "1 Artikel" in mail.body_text
    assert made.mailed_at is not None
    rows = CalamineWorkbook.from_filelike(BytesIO(content(world, work, made))).get_sheet_by_index(0)
    table = rows.to_python()
    assert table[0][0] == "Ihre Preise ab 01.06.2026"
    assert table[3][:3] == ["Artikelnummer", "Ihre Nummer", "Artikel"]
    assert table[4] == ["TR-1", "@ours", "=HYPERLINK(1)", 6, 1, 1, 10, 12.5, 25, JUNE]


def test_no_cell_is_a_formula(world: World, work: Work) -> None:
    import zipfile

    with clock.travelling(NOON):
        run_notice(work, planned(world).id)
        tell_account(work, told(world, world.acme).id)
    book = zipfile.ZipFile(BytesIO(content(world, work, told(world, world.acme))))
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_who_wants_paper_gets_a_paper_and_no_mail(world: World, work: Work) -> None:
    with clock.travelling(NOON):
        run_notice(work, planned(world).id)
        tell_account(work, told(world, world.globex).id)
    made = told(world, world.globex)
    assert (made.means, made.mailed_at) == ("post", None)
    assert mails(world) == []
    paper = content(world, work, made)
    text = PdfReader(BytesIO(paper)).pages[0].extract_text()
    assert "Price notice" in text
    assert "£12.50" in text
    assert "+25%" in text
    assert len(PdfReader(BytesIO(joined([paper, paper]))).pages) == 2


def test_the_clock_sends_it_on_its_day(world: World, work: Work) -> None:
    with clock.travelling(NOON):
        notice = planned(world, days_ahead=30)
        send_what_is_due(work)
    with clock.travelling(datetime(2026, 5, 2, 9, tzinfo=UTC)):
        for _run in range(2):
            send_what_is_due(work)
    world.session.expire_all()
    assert notice.state == "sent"
    assert len(world.session.scalars(select(AccountPriceNotice)).all()) == 2


def test_prices_that_were_put_back_meanwhile_are_not_told(world: World, work: Work) -> None:
    with clock.travelling(NOON):
        run_notice(work, planned(world).id)
        raise_to(world, "10.00")
        world.session.commit()
        tell_account(work, told(world, world.acme).id)
    assert mails(world) == []
    world.session.expire_all()
    rows = world.session.scalars(select(AccountPriceNotice)).all()
    assert [row.account_id for row in rows] == [world.globex.id]


def test_before_there_is_a_company_nothing_is_due(work: Work, session: Session) -> None:
    send_what_is_due(work)
    assert session.scalars(select(PriceNotice)).all() == []
