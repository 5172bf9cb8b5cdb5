"""Everybody signed in at one wholesaler with two companies, and what each of them gets to read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import session as cookie
from flask_login import current_user
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.routing import Rule

import config
from integrations.stripe import CardPayments, Forged
from models.accounts import Role, StaffRole, User
from models.kernel.database import make_engine
from models.kernel.files import FileStore
from tests import database
from tests.cards import FakeCards
from tests.program import make_program
from tests.proof.estate import Estate, build
from tests.proof.walking import FormSeen, Reply, Walk, addresses, forms_on, routes
from tests.signing_in import sign_in
from web.access import declared
from web.limits import limiter

BUYERS = ("company_admin", "buyer", "approver", "accounts_payable")
STAFF = ("rita", "ron", "mia", "olu", "sam", "pat", "nora", "ada")
READERS, THOROUGH = ("company_admin", "ada"), 9
"""Who opens every record, at each station of its way; the others open two."""
STRANGERS = ("anonymous", *BUYERS, "rita", "ron", "acting")
"""Who must never see the foreign company: visitors, the other company's people, its rep, a rep of
nobody, a rep who orders for the other company."""
Read = dict[tuple[str, str], list[tuple[str, Reply]]]


class WalkedCards(FakeCards):
    """The card provider of the walk; no event is signed by it."""

    is_stand_in = True
    checkout_host = "http://pay.test"

    def verified(self, *_signed: object) -> dict[str, Any]:
        """Forged, always."""
        raise Forged("Nobody signed this.")


@pytest.fixture(scope="package")
def walk(
    postgres: database.Server, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walk]:
    """Everybody signed in, on a database of the module's own that nothing changes."""
    folder: Path = tmp_path_factory.mktemp("matrix")
    url = postgres.clone("matrix", template)
    engine = make_engine(url, settings="-c timezone=UTC")
    database.remember_statements(engine)
    settings = config.load(
        {"ENVIRONMENT": "test", "DATABASE_URL": url, "DATA_DIR": str(folder),
         "SECRET_KEY": "tests-" + "0123456789abcdef" * 3, "LOG_LEVEL": "ERROR"}
    )  # fmt: skip
    with engine.connect() as connection:
        outer = connection.begin()
        sessions = sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        app = make_program(settings, sessions)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        app.extensions["card_payments"] = CardPayments(WalkedCards(), settings.base_url)
        was_enabled, limiter.enabled = limiter.enabled, False
        with sessions() as session:
            estate = build(session, FileStore(settings.files_dir))
            cookies = _everybody(app, session, estate)
            session.commit()
        yield Walk(app, connection, estate, cookies)
        limiter.enabled = was_enabled
        outer.rollback()
    engine.dispose()
    postgres.drop("matrix")


def _everybody(app: Any, session: Session, estate: Estate) -> dict[str, dict[str, str]]:
    ron = User(kind="staff", email="ron@example.com", name="Ron")
    session.add(ron)
    session.flush()
    session.add(StaffRole(user_id=ron.id, user_kind="staff", role=Role.SALES_REP))
    session.flush()
    people: dict[str, Any] = {name: estate.own.people[name] for name in BUYERS}
    people |= {name: estate.world.actors[name] for name in STAFF if name != "ron"}
    people["ron"] = ron
    people["acting"] = estate.world.actors["rita"]
    estate.fill_acting_pad()
    cookies: dict[str, dict[str, str]] = {"anonymous": {}}
    for name, person in people.items():
        client = sign_in(app.test_client(), session, person)
        if name == "acting":
            client.post(f"/acting/start/{estate.own.account.id}", data={"reason": "On the phone"})
        cookies[name] = {each.key: each.value for each in client._cookies.values()}
    return cookies


@pytest.fixture(scope="package")
def read(walk: Walk) -> dict[tuple[str, str], list[tuple[str, Reply]]]:
    """What everybody gets to read of their own: (who, rule) -> the addresses and answers."""
    answers: dict[tuple[str, str], list[tuple[str, Reply]]] = {}
    drawn: set[str] = set()
    for rule in routes(walk.app, "GET"):
        for who in walk.cookies:
            mine: list[tuple[str, Reply]] = []
            answers[who, rule.rule] = mine
            if rule.rule.endswith("pdf") and rule.rule in drawn and may(walk, who, rule):
                continue
            for address in addresses(walk.estate, rule, walk.estate.own):
                mine.append((address, walk.ask(who, address)))
                most = THOROUGH if who in READERS else 2
                if mine[-1][1].status in (302, 403) or len(mine) >= most or _is_pdf(mine):
                    break
            if mine[-1][1].media_type == "application/pdf":
                drawn.add(rule.rule)
    return answers


@pytest.fixture(scope="package")
def forms(read: dict[tuple[str, str], list[tuple[str, Reply]]]) -> list[FormSeen]:
    """Every form that anybody was shown."""
    return [
        form
        for (who, _rule), answers in read.items()
        for address, reply in answers
        if reply.status == 200 and reply.media_type == "text/html" and reply.body.strip()
        for form in forms_on(who, address, reply.body)
    ]


def _is_pdf(answers: list[tuple[str, Reply]]) -> bool:
    return answers[-1][1].media_type == "application/pdf"


def may(walk: Walk, who: str, rule: Rule) -> bool:
    """Whether the route lets this person in at all, by what it declares."""
    return declared(walk.app)[rule.endpoint].allows(actor_of(walk, who))


def actor_of(walk: Walk, who: str) -> Any:
    """Who this is to the routes."""
    if who == "anonymous":
        return None
    client = walk.app.test_client()
    for key, value in walk.cookies[who].items():
        client.set_cookie(key, value)
    known: dict[str, Any] = walk.app.extensions.setdefault("proof_actors", {})
    if who not in known:
        header = "; ".join(f"{key}={value}" for key, value in walk.cookies[who].items())
        with walk.app.test_request_context("/", headers={"Cookie": header}):
            assert cookie.get("_user_id")
            known[who] = current_user.visit.actor
    return known[who]
