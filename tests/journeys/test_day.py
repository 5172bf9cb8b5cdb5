"""A working day of staff: Today leads to what waits, and the day's end is counted and signed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from models.accounts import User
from models.kernel import clock
from models.orders import place_hold
from models.receivables import record_payment
from tests.admin.conftest import Way
from tests.journeys.conftest import DESK_LOOKS, Town
from tests.journeys.test_changing import Watched

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(("width", "theme"), DESK_LOOKS)
def test_today_leads_from_a_count_to_its_rows_and_comes_by_mail(
    town: Town, width: int, theme: str
) -> None:
    world, checked = town.world, Watched()
    trowel = world.product("TR-7", price="10.00")
    held, free = (Way(world).placed({trowel: units}) for units in (4, 5))
    place_hold(world.session, held, "manual", by=None)
    world.session.commit()
    olu = town.open(world.olu, "/admin", width, theme)
    expect(olu.get_by_role("heading", name="Order desk")).to_be_visible()
    checked(olu, "Today at the desk")
    olu.locator("#concern-held").click()
    expect(olu.get_by_text(held.number).first).to_be_visible()
    expect(olu.get_by_text(free.number)).to_have_count(0)
    olu.goto(f"{town.base}/admin")
    olu.get_by_role("link", name="Held by hand").click()
    expect(olu.get_by_text(held.number).first).to_be_visible()
    checked(olu, "the held orders of one reason")
    ada = town.open(world.ada, "/admin", width, theme)
    expect(ada.get_by_role("heading", name="Finance").first).to_be_visible()
    checked(ada, "Today of an administrator")
    olu.goto(f"{town.base}/your-details")
    olu.get_by_label("Mail me Today each morning").check()
    olu.get_by_role("button", name="Save", exact=True).click()
    expect(olu.get_by_text("Saved.").first).to_be_visible()
    checked(olu, "the own details")
    world.session.expire_all()
    assert world.session.get_one(User, world.olu.id).wants_day_mail
    assert checked.faults == {}


@pytest.mark.parametrize(("width", "theme"), DESK_LOOKS)
def test_cash_is_counted_and_the_day_is_signed(town: Town, width: int, theme: str) -> None:
    world, checked = town.world, Watched()
    Way(world).packed({world.product("TR-7", price="10.00"): 4})
    record_payment(
        world.session, world.acme, seller=world.seller, amount=Decimal(20), means="cash",
        received_on=clock.today(world.seller.time_zone), by=world.nora,
    )  # fmt: skip
    world.session.commit()
    nora = town.open(world.nora, "/admin/day-end", width, theme)
    expect(nora.get_by_text("5 of 7 at zero")).to_be_visible()
    checked(nora, "the check list")
    nora.get_by_label("Counted").fill("18.50")
    nora.get_by_role("button", name="Keep the count").click()
    expect(nora.get_by_role("alert")).to_contain_text("Say why the cash differs")
    checked(nora, "a difference without a reason")
    nora.get_by_label("Why it differs").fill("Wrong change")
    nora.get_by_role("button", name="Keep the count").click()
    expect(nora.get_by_text("£1.50 off")).to_be_visible()
    nora.get_by_role("link", name="Packed, not shipped").click()
    expect(nora.get_by_text("1 order", exact=True).first).to_be_visible()
    nora.goto(f"{town.base}/admin/day-end")
    nora.get_by_role("button", name="Sign and close the day").click()
    expect(nora.get_by_role("alert")).to_contain_text("Say why it stays open")
    nora.get_by_label("Why it stays open").fill("The van comes at seven.")
    nora.get_by_role("button", name="Sign and close the day").click()
    expect(nora.get_by_text("The van comes at seven.")).to_be_visible()
    checked(nora, "the closed day")
    nora.get_by_role("link", name="Closed days").click()
    expect(nora.get_by_text("Signed with a reason")).to_be_visible()
    checked(nora, "the closed days")
    assert checked.faults == {}
