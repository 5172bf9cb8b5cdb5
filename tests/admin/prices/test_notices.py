"""Price notices in the office: looked at, planned, called off, and what was sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from models.accounts import DocumentRecipient
from models.kernel import clock
from models.pricing import AccountPriceNotice, PriceNotice, set_price
from tests.admin.conftest import reread, statements_of
from tests.admin.prices.conftest import Desk
from tests.factories.accounts import make_account
from tests.factories.pricing import make_list
from web.limits import limiter

Browser = Callable[..., FlaskClient]


def in_days(days: int) -> date:
    return clock.today("Europe/London") + timedelta(days=days)


@pytest.fixture
def rising(desk: Desk) -> Desk:
    """The trowel rises by a fifth in sixty days."""
    raise_it(desk, desk.trowel.id)
    return desk


def raise_it(desk: Desk, product_id: int) -> None:
    set_price(
        desk.world.session, desk.world.base.id, product_id, min_quantity=Decimal(1),
        unit_price=Decimal("12.00"), effective_from=in_days(60), by=desk.world.mia,
    )  # fmt: skip
    desk.world.session.commit()


def test_it_shows_who_is_concerned_and_what_one_of_them_is_told(rising: Desk, as_: Browser) -> None:
    world, mia = rising.world, as_(rising.world.mia)
    address = f"/admin/prices/{world.base.id}/notice"
    assert f'href="{address}"' in mia.get(f"/admin/prices/{world.base.id}").text
    page = mia.get(address)
    assert page.status_code == 200
    assert "Tell 2 accounts" in page.text
    assert "£9.00" in page.text, "Acme has the garden list, a tenth below"
    assert "£10.80" in page.text
    assert "+20%" in page.text
    other = mia.get(f"{address}?account={world.globex.id}").text
    assert "£12.00" in other
    file = mia.get(f"{address}/accounts/{world.acme.id}.xlsx?day={in_days(60)}")
    row = CalamineWorkbook.from_filelike(BytesIO(file.data)).get_sheet_by_index(0).to_python()[4]
    assert (row[0], row[6], row[7], row[8]) == ("TR-1", 9, 10.8, 20)


def test_its_files_are_limited_as_all_exports_are(rising: Desk, as_: Browser) -> None:
    world, mia = rising.world, as_(rising.world.mia)
    limiter.reset()
    for address in (
        f"/admin/prices/{world.base.id}/notice/accounts/999999.xlsx",
        "/admin/prices/notices/999999/by-post.pdf",
    ):
        asked = [mia.get(address).status_code for _time in range(11)]
        limiter.reset()
        assert asked == [404] * 10 + [429], address


def test_it_costs_the_same_for_many_accounts_alike(rising: Desk, as_: Browser) -> None:
    world, mia = rising.world, as_(rising.world.mia)
    address = f"/admin/prices/{world.base.id}/notice"
    few = statements_of(mia, address)
    for number in range(12):
        make_account(world.session, group_id=world.globex.group_id, name=f"More {number}")
        raise_it(rising, world.product(f"P-{number}", stock=0).id)
    world.session.commit()
    assert statements_of(mia, address) == few


def test_nothing_to_come_is_said_and_a_draft_is_sent_away(desk: Desk, as_: Browser) -> None:
    mia = as_(desk.world.mia)
    assert "No notices yet" in mia.get("/admin/prices/notices").text
    page = mia.get(f"/admin/prices/{desk.world.base.id}/notice")
    assert "No price changes later than today" in page.text
    draft = make_list(desk.world.session, status="draft", valid_from=in_days(9))
    desk.world.session.commit()
    assert "Nobody pays its prices yet" in mia.get(f"/admin/prices/{draft.id}/notice").text
    form = {"day": in_days(9).isoformat(), "days_ahead": "3"}
    refused = mia.post(f"/admin/prices/{draft.id}/notice", data=form)
    assert (refused.status_code, "is a draft" in refused.text) == (422, True)
    assert mia.get(f"/admin/prices/{draft.id}/notice/accounts/1.xlsx").status_code == 404


def test_it_is_planned_and_called_off(rising: Desk, as_: Browser) -> None:
    world, mia = rising.world, as_(rising.world.mia)
    address = f"/admin/prices/{world.base.id}/notice"
    refused = mia.post(address, data={"day": in_days(60).isoformat(), "days_ahead": "61"})
    assert refused.status_code == 422
    assert "Choose from 1 to 60 days" in refused.text
    assert 'value="61"' in refused.text, "what was typed stays"
    sent = mia.post(address, data={"day": in_days(60).isoformat(), "days_ahead": "30"})
    assert sent.status_code == 303
    notice = world.session.scalars(select(PriceNotice)).one()
    assert notice.send_on == in_days(30)
    page = mia.get(f"/admin/prices/notices/{notice.id}")
    assert "Call it off" in page.text
    assert "Planned" in mia.get("/admin/prices/notices").text
    off = mia.post(f"/admin/prices/notices/{notice.id}/call-off")
    assert off.status_code == 303
    assert reread(world, PriceNotice, notice.id).state == "cancelled"
    again = mia.post(f"/admin/prices/notices/{notice.id}/call-off")
    assert again.status_code == 409
    assert "not waiting any more" in again.text


def test_who_only_looks_at_prices_sends_nothing(rising: Desk, as_: Browser) -> None:
    world, olu = rising.world, as_(rising.world.olu)
    address = f"/admin/prices/{world.base.id}/notice"
    assert "Tell 2 accounts" not in olu.get(address).text
    form = {"day": in_days(60).isoformat(), "days_ahead": "30"}
    assert olu.post(address, data=form).status_code == 403


def test_what_was_sent_is_shown_account_by_account(rising: Desk, as_: Browser) -> None:
    world, mia = rising.world, as_(rising.world.mia)
    notice = PriceNotice(
        list_id=world.base.id, starts_on=in_days(60), send_on=in_days(0), state="sent",
        sent_at=clock.now(), made_by_id=world.mia.id,
    )  # fmt: skip
    world.session.add(notice)
    world.session.flush()
    world.session.add(
        AccountPriceNotice(
            notice_id=notice.id, account_id=world.acme.id, products=1, prices=1, told="x"
        )
    )
    world.session.add(
        DocumentRecipient(account_id=world.globex.id, document_kind="price_notice", means="none")
    )
    world.session.commit()
    page = mia.get(f"/admin/prices/notices/{notice.id}").text
    assert "Acme Gifts" in page
    assert "Being written" in page
    told = world.session.scalars(select(AccountPriceNotice.id)).one()
    early = mia.get(f"/admin/prices/notices/{notice.id}/accounts/{told}")
    assert early.status_code == 422
    assert mia.get(f"/admin/prices/notices/{notice.id}/accounts/{told + 9}").status_code == 404
    assert mia.get(f"/admin/prices/notices/{notice.id}/by-post.pdf").status_code == 422
    assert mia.get("/admin/prices/notices/99999").status_code == 404
    plan = mia.get(f"/admin/prices/{world.base.id}/notice").text
    assert "wants no notices" in plan


def test_one_that_came_too_late_says_so(rising: Desk, as_: Browser) -> None:
    world, mia = rising.world, as_(rising.world.mia)
    notice = PriceNotice(list_id=world.base.id, starts_on=in_days(-1), send_on=in_days(-9))
    world.session.add(notice)
    world.session.commit()
    assert "Not sent in time" in mia.get("/admin/prices/notices").text
    page = mia.get(f"/admin/prices/notices/{notice.id}").text
    assert "The prices changed before it could go out" in page
