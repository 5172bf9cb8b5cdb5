"""Loads the demo company once: founded, its past brought over, and lived up to today."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from jobs.demo.cards import CardTill
from jobs.demo.cast import Cast
from jobs.demo.company import found, hire, offer_sign_ins, open_accounts, open_vendors
from jobs.demo.desk import open_cash_account, talk
from jobs.demo.lately import plan_next_prices, take_calls
from jobs.demo.past import Past
from jobs.demo.people import BUYER_TILES, STAFF, Tempo
from jobs.demo.plot import Plot
from jobs.demo.products import lay_out_bins, set_prices, stock_the_shelves
from jobs.demo.story import Story
from jobs.demo.supply import Supply
from models.accounts import (
    BUYER_ROLES,
    DEMO_LOADING,
    Account,
    Actor,
    BuyerRole,
    Role,
    User,
    permissions_of,
)
from models.inventory import Warehouse
from models.kernel import clock, settings
from models.kernel.files import FileStore
from models.kernel.seller import Seller
from models.kernel.settings import get
from models.receivables import Invoice

SEED = 20261122
MONTHS = 18
LIVED_MONTHS = 2
"""How many of them are lived day by day; what was before comes through the history import."""
ORDERS = 2500
"""About how many orders there are in MONTHS."""
RECENT_DAYS = 30


def is_loaded(session: Session) -> bool:
    """Whether there is a company in this database."""
    return session.scalar(select(Seller.id).limit(1)) is not None


def is_half_loaded(session: Session) -> bool:
    """Whether loading was broken off: nothing in this database is anybody's then."""
    return get(session, DEMO_LOADING)


def load(
    session: Session,
    files: FileStore,
    say: Callable[[str], None],
    *,
    card_record: Path,
    months: int = MONTHS,
    lived: int = LIVED_MONTHS,
) -> None:
    """Makes the demo company. Commits day by day; run it on an empty, migrated database.

    The same seed at the same moment makes the same company. Mails of the past are not sent. Card
    payments are kept in `card_record`, the file of the stand-in for Stripe.
    """
    session.execute(text("SET synchronous_commit = off"))
    now = clock.now()
    today = clock.today("Europe/London")
    start, moved = (today - timedelta(days=count * 365 // 12) for count in (months, lived))
    say("Founding Pellow: staff, accounts, 600 products with pictures and prices")
    cast = _assemble(session, files, start, moved, now)
    session.commit()
    cast.tempo = Tempo.for_orders(ORDERS * months // MONTHS, start, today)
    gc.disable()
    try:
        say(f"Bringing over what was sold before {moved:%B %Y} by the history import")
        Past(session, cast.accounts, cast.favourites, cast.chance, cast.tempo, moved).bring_over()
        supply = Supply(cast)
        Story(cast, supply, Plot(cast, supply, CardTill(card_record))).run(say)
        open_cash_account(cast)
        talk(cast)
        take_calls(cast)
        plan_next_prices(cast)
        session.commit()
    finally:
        gc.enable()
    _let_the_past_rest(session, today)
    settings.change(session, DEMO_LOADING, False, by=None)
    session.commit()


def _assemble(session: Session, files: FileStore, start: date, moved: date, now: datetime) -> Cast:
    """Founds the company with its people and goods."""
    chance = Random(SEED)
    today = clock.today("Europe/London")
    settings.change(session, DEMO_LOADING, True, by=None)
    seller = found(session, start)
    people = hire(session)
    accounts = open_accounts(session, people, start)
    vendors = open_vendors(session)
    items = stock_the_shelves(session, files, vendors, start, chance)
    set_prices(session, items, accounts, start, today)
    lay_out_bins(session, items)
    offer_sign_ins(session)
    cast = Cast(
        session=session,
        seller=seller,
        items=items,
        accounts=accounts,
        staff=_staff_actors(people),
        buyers=_buyer_actors(session, accounts),
        vendors=vendors,
        warehouse_ids=list(session.scalars(select(Warehouse.id).order_by(Warehouse.position))),
        chance=chance,
        tempo=Tempo(start, today),
        start=moved,
        now=now,
    )
    cast.choose_favourites()
    return cast


def _staff_actors(people: dict[str, User]) -> dict[str, Actor]:
    roles = {item.key: Role(item.role) for item in STAFF}
    return {
        key: Actor(id=user.id, name=key, is_staff=True, permissions=permissions_of({roles[key]}))
        for key, user in people.items()
    }


def _buyer_actors(session: Session, accounts: dict[str, Account]) -> dict[str, Actor]:
    actors: dict[str, Actor] = {}
    for key, name, role, _, _ in BUYER_TILES:
        if key in actors:
            continue
        email = f"{name.split()[0].lower()}@{key}.example"
        user = session.scalars(select(User).where(User.email == email)).one()
        actors[key] = Actor(
            id=user.id,
            name=name,
            is_staff=False,
            capabilities=BUYER_ROLES[BuyerRole(role)],
            account_id=accounts[key].id,
        )
    return actors


def _let_the_past_rest(session: Session, today: date) -> None:
    """Nothing of the past is mailed or rendered; the documents of the last month are made, after
    whatever else there is to do. The program of those days mailed each invoice when it was made."""
    since = today - timedelta(days=RECENT_DAYS)
    session.execute(
        update(Invoice)
        .where(Invoice.origin == "entered", Invoice.issued_at < clock.now() - timedelta(days=1))
        .values(mailed_at=Invoice.issued_at)
    )
    session.execute(
        text(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND NOT ("
            " task_name = 'labels.buy' AND (args->>'label_id')::bigint IN"
            "   (SELECT id FROM label WHERE created_at >= :since)"
            " OR task_name = 'outbox.deliver' AND (args->>'event_id')::bigint IN"
            "   (SELECT id FROM domain_event WHERE at >= :since"
            "    AND kind IN ('invoice.issued', 'credit_note.issued')))"
        ),
        {"since": since},
    )
    session.execute(text("UPDATE procrastinate_jobs SET priority = -10 WHERE status = 'todo'"))
    session.execute(
        text(
            "UPDATE domain_event SET delivered_at = at WHERE delivered_at IS NULL"
            " AND NOT (at >= :since AND kind IN ('invoice.issued', 'credit_note.issued'))"
        ),
        {"since": since},
    )
    session.execute(
        text(
            "UPDATE label SET state = 'bought', bought_at = created_at"
            " WHERE created_at < :since AND state = 'intent'"
        ),
        {"since": since},
    )


def sign_ins() -> list[tuple[str, str]]:
    """E-mail and role of everybody worth trying, for the terminal."""
    rows = [
        (f"{name.split()[0].lower()}@{key}.example", label or role.replace("_", " "))
        for key, name, role, label, _ in BUYER_TILES
    ]
    return rows + [(f"{item.key}@pellow.example", item.role.replace("_", " ")) for item in STAFF]
