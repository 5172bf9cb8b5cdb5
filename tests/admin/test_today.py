"""Today: each kind of staff sees what waits for them, and each count leads to exactly its rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from jobs.app import Work
from jobs.day_mails import MAILING_DAY, find_readers, mail_day
from models.accounts import Actor, User
from models.company import change_mail_text
from models.insight import order_figures
from models.insight.order_list import order_sums
from models.insight.order_views import OrderFilter
from models.inventory import Stock
from models.kernel import clock
from models.kernel.files import FileStore
from models.kernel.mail import MailMessage
from models.orders import HOLD_CODES, place_hold
from tests.admin.conftest import Way, statements_of
from tests.world import World
from web.day import PLACES

Browser = Callable[[Actor], FlaskClient]
MONDAY = datetime(2026, 11, 30, 7, 30, tzinfo=UTC)


@pytest.fixture
def work(settings: Settings, sessions: sessionmaker[Session], files: FileStore) -> Work:
    return Work(settings, sessions, files)


def count_of(page: str, key: str) -> int:
    found = re.search(rf'id="concern-{key}"><b[^>]*>(\d+)</b>', page)
    assert found, f"no {key} on the page"
    return int(found.group(1))


def test_everybody_sees_their_own_kind_of_work(world: World, as_: Browser) -> None:
    shown = {
        name: re.findall(r'id="part-(\w+)"', as_(world.actors[name]).get("/admin").text)
        for name in ("olu", "sam", "pat", "nora", "mia", "ada")
    }
    assert shown == {
        "olu": ["desk"], "sam": ["warehouse"], "pat": ["purchasing"], "nora": ["finance"],
        "mia": ["desk"], "ada": ["desk", "warehouse", "purchasing", "finance", "system"],
    }  # fmt: skip


def test_every_concern_has_words_and_a_list_that_opens(world: World, as_: Browser) -> None:
    ada = as_(world.ada)
    keys = re.findall(r'id="concern-([\w-]+)"', ada.get("/admin").text)
    assert len(keys) == len(set(keys))
    assert set(keys) == {key.replace(".", "-") for key in PLACES}
    for place in PLACES.values():
        assert ada.get(place.path).status_code == 200, place.path


def test_a_count_is_the_number_of_rows_of_its_list_with_their_money(
    world: World, way: Way, session: Session
) -> None:
    trowel, scarce = world.product("TR-1", stock=500), world.product("FK-1", stock=3)
    today = clock.today("Europe/London")
    late, short, held, due = (
        way.placed({product: units})
        for product, units in ((trowel, 2), (scarce, 9), (trowel, 3), (trowel, 4))
    )
    late.promised_on = today - timedelta(days=2)
    due.promised_on = today
    world.warehouse.cut_off = time(0)
    place_hold(session, held, "below_floor", by=None)
    place_hold(session, held, "manual", by=None)
    stock = session.scalars(select(Stock).where(Stock.product_id == scarce.id)).one()
    stock.on_hand += 1
    session.flush()
    figures = order_figures(session, world.olu, today=today)
    names = {"late": late, "short": short, "held": held, "cut_off": due, "fillable": short}
    for view, order in names.items():
        assert (figures[view].count, figures[view].sums) == (1, (("GBP", order.total_amount),))
    assert figures["new"].count == 4
    for view in ("new", *names, "release", "invoice", "payment"):
        listed = order_sums(session, OrderFilter(view=view), world.olu, today=today)
        assert sum(each.count for each in listed) == figures[view].count
    assert {code for code in HOLD_CODES if figures[f"hold.{code}"].count} == {
        "below_floor", "manual",
    }  # fmt: skip
    world.warehouse.cut_off = time(23, 59, 59)
    session.flush()
    assert order_figures(session, world.olu, today=today)["cut_off"].count == 0


def test_what_came_in_overnight_counts_from_the_last_working_evening(
    world: World, way: Way, session: Session
) -> None:
    trowel = world.product("TR-1", stock=500)
    for at in ("2026-11-27 16:59", "2026-11-27 17:01", "2026-11-29 11:00", "2026-11-30 06:00"):
        way.placed({trowel: 1}).placed_at = datetime.fromisoformat(at).replace(tzinfo=UTC)
    session.flush()
    monday, tuesday = MONDAY.date(), MONDAY.date() + timedelta(days=1)
    assert order_figures(session, world.olu, today=monday)["new"].count == 3
    assert order_figures(session, world.olu, today=tuesday)["new"].count == 0


def test_held_money_stands_by_its_reason_and_leads_to_those_orders(
    world: World, way: Way, session: Session, as_: Browser
) -> None:
    trowel = world.product("TR-1", stock=500)
    one, other = way.placed({trowel: 2}), way.placed({trowel: 3})
    place_hold(session, one, "manual", by=None)
    place_hold(session, other, "below_floor", by=None)
    session.commit()
    mia = as_(world.mia)
    page = mia.get("/admin").text
    assert count_of(page, "held") == 2
    assert "Price below floor" in page
    rows = mia.get("/admin/orders?view=held&hold=below_floor").text
    assert other.number in rows
    assert one.number not in rows
    assert count_of(page, "below_floor") == 1


def test_the_page_takes_as_many_statements_for_many_orders_as_for_few(
    world: World, way: Way, as_: Browser
) -> None:
    trowel = world.product("TR-1", stock=5000)
    way.placed({trowel: 1})
    ada = as_(world.ada)
    few = statements_of(ada, "/admin")
    for _ in range(12):
        way.placed({trowel: 1})
    assert statements_of(ada, "/admin") == few


def test_who_wants_it_gets_today_by_mail_once_each_working_morning(
    world: World, way: Way, session: Session, as_: Browser, work: Work
) -> None:
    olu, bob = as_(world.olu), as_(world.bob)
    form = {"name": "Olu", "phone": "", "locale": "en_GB", "wants_day_mail": "y"}
    assert olu.post("/your-details", data=form).status_code == 303
    assert bob.post("/your-details", data=form).status_code == 303
    session.expire_all()
    assert session.get_one(User, world.olu.id).wants_day_mail
    assert not session.get_one(User, world.bob.id).wants_day_mail
    order = way.placed({world.product("TR-1", stock=0): 2})
    order.promised_on = MONDAY.date() - timedelta(days=3)
    session.commit()
    for moment, queued in ((MONDAY - timedelta(days=1), 0), (MONDAY.replace(hour=4), 0),
                           (MONDAY, 1)):  # fmt: skip
        with clock.travelling(moment):
            find_readers(work)
        assert _queued(session) == queued
    for _ in range(2):
        with clock.travelling(MONDAY):
            mail_day(work, user_id=world.olu.id)
    session.expire_all()
    (mail,) = session.scalars(select(MailMessage).where(MailMessage.kind == "today")).all()
    assert mail.recipients == ["olu@example.com"]
    assert re.search(r"1  Late, £\d+", mail.body_text)
    assert "/admin/orders?view=late" in mail.body_text
    assert mail.body_text.startswith("Good morning Olu,")
    change_mail_text(
        session, "today", "en", subject="{name}, this waits", body="{what waits}", seen_version=0,
        by=world.ada,
    )  # fmt: skip
    session.commit()
    with clock.travelling(MONDAY + timedelta(days=1)):
        mail_day(work, user_id=world.olu.id)
    told = select(MailMessage.subject).where(MailMessage.kind == "today").order_by(MailMessage.id)
    assert session.scalars(told).all() == ["Today, Mon 30 Nov", "Olu, this waits"]


def _queued(session: Session) -> int:
    session.expire_all()
    counted = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :name")
    return int(session.scalar(counted, {"name": MAILING_DAY}) or 0)
