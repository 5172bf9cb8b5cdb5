"""A practice copy holds what the company holds, and reaches nobody."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

import config
from config import Misconfigured, Settings
from integrations.documents import pdf
from jobs.databases import name_of
from jobs.practising import main, make_copy, practice_url, settle_environment
from models.accounts import SignInSession
from models.company import change_mail
from models.kernel import settings as kept
from models.kernel.database import make_engine, session_factory
from models.kernel.errors import Refused
from models.kernel.files import FileStore
from models.kernel.mail import MAIL_STATE, MailMessage, mail_state, queue_mail
from models.orders import Order
from tests.database import Server
from tests.program import make_program
from tests.signing_in import sign_in
from tests.world import World, make_world


@pytest.fixture
def live(
    committed_database: Engine, committed_sessions: sessionmaker[Session], postgres: Server
) -> Iterator[str]:
    """The address of a company at work: an order, a mail that waits, somebody signed in."""
    url = committed_database.url.render_as_string(hide_password=False)
    yield url
    postgres.drop(name_of(practice_url(url)))


@pytest.fixture
def at_work(live: str, committed_sessions: sessionmaker[Session], settings: Settings) -> World:
    session = committed_sessions()
    world = make_world(session)
    world.order(world.acme, world.bob, {world.product("TR-1"): 4}, key="one")
    queue_mail(session, to=["them@acme.example"], subject="Goods", text="Sent", kind="test")
    kept.change(session, MAIL_STATE, "live", by=world.ada)
    session.commit()
    program = make_program(settings, committed_sessions)
    sign_in(program.test_client(), session, world.ada)
    return world


@pytest.fixture
def copied(live: str, at_work: World, tmp_path: Path) -> Iterator[Session]:
    files = FileStore(tmp_path / "files")
    files.put(
        at_work.session, b"%PDF-1.7 invoice", kind="test", owner=at_work.acme,
        media_type="application/pdf", file_name="invoice.pdf",
    )  # fmt: skip
    at_work.session.commit()
    make_copy(live, practice_url(live), tmp_path)
    engine = make_engine(practice_url(live))
    with session_factory(engine)() as session:
        yield session
    engine.dispose()


def test_it_holds_what_the_company_holds_and_shares_its_files(
    copied: Session, tmp_path: Path
) -> None:
    assert copied.scalar(select(Order.number))
    (ours,) = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    (theirs,) = [path for path in (tmp_path / "practice" / "files").rglob("*") if path.is_file()]
    assert ours.stat().st_ino == theirs.stat().st_ino


def test_its_mail_is_never_live_and_nobody_is_signed_in(copied: Session, at_work: World) -> None:
    assert mail_state(copied) == "diverted"
    with pytest.raises(Refused, match="practice copy"):
        change_mail(copied, state="live", divert_to="", sender="", by=at_work.ada)
    kept.change(copied, MAIL_STATE, "live", by=at_work.ada)
    assert mail_state(copied) == "diverted"
    assert set(copied.scalars(select(MailMessage.state))) == {"kept"}
    assert all(copied.scalars(select(SignInSession.ended_at)))


def test_the_company_itself_is_as_it_was(copied: Session, at_work: World) -> None:
    at_work.session.expire_all()
    assert mail_state(at_work.session) == "live"
    assert "queued" in set(at_work.session.scalars(select(MailMessage.state)))
    assert None in set(at_work.session.scalars(select(SignInSession.ended_at)))


def test_nothing_that_reaches_outside_is_handed_on_and_its_pages_say_what_they_are(
    live: str, copied: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "ENVIRONMENT": "production", "SECRET_KEY": "x" * 40, "SMTP_URL": "smtps://mail.example",
        "STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRET": "whsec_1",
        "BASE_URL": "https://trade.example", "DATABASE_URL": live, "DATA_DIR": str(tmp_path),
        "PRACTICE": "",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    settle_environment(practice_url(live), tmp_path / "practice")
    told = config.load()
    assert (told.smtp_url, told.stripe_secret_key, told.base_url) == (
        "",
        "",
        "http://localhost:8000",
    )
    assert told.practice
    monkeypatch.setattr(pdf, "_stamps", [])
    engine = make_engine(told.database_url)
    program = make_program(told, session_factory(engine))
    page = program.test_client().get("/sign-in")
    paper = PdfReader(BytesIO(pdf.render_pdf("<p>Invoice</p>", sheet="paper.css")))
    assert "Practice" in paper.pages[0].extract_text()
    engine.dispose()
    assert "Practice copy" in page.text
    assert f"of {told.practice}." in page.text
    assert program.config["SESSION_COOKIE_NAME"] == "practice-sid"


def test_a_practice_copy_takes_no_live_key_and_is_not_copied_itself(
    live: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {
        "ENVIRONMENT": "local", "DATABASE_URL": live, "SECRET_KEY": "x" * 40,
        "STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRET": "whsec_1", "PRACTICE": "today",
    }  # fmt: skip
    with pytest.raises(Misconfigured, match="live key"):
        config.load(environment)
    monkeypatch.setenv("DATABASE_URL", practice_url(live))
    assert main([]) == 2
    assert "practice copy itself" in capsys.readouterr().out
