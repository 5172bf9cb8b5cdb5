"""The day's end through its page, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from flask.testing import FlaskClient

from models.accounts import Actor
from models.kernel import clock
from models.orders import write_message
from models.receivables import record_payment
from tests.admin.conftest import Way, statements_of
from tests.world import World

Browser = Callable[[Actor], FlaskClient]


def pay(world: World, amount: str) -> None:
    record_payment(
        world.session, world.acme, seller=world.seller, amount=Decimal(amount), means="cash",
        received_on=clock.today(world.seller.time_zone), by=world.nora,
    )  # fmt: skip
    world.session.commit()


def test_a_day_is_counted_signed_and_stands_in_its_history(
    world: World, way: Way, as_: Browser
) -> None:
    nora = as_(world.nora)
    assert "No day was closed yet" in nora.get("/admin/day-end/days").text
    shipment = way.packed({world.product("TR-1"): 2})
    pay(world, "20.00")
    page = nora.get("/admin/day-end").text
    assert "5 of 7 at zero" in page
    assert nora.post("/admin/day-end").status_code == 422
    at = f"{world.nora.id}-GBP"
    form = {"person": str(world.nora.id), "currency": "GBP", "shown": "20.00"}
    refused = nora.post("/admin/day-end/cash", data=form)
    assert refused.status_code == 422
    assert "Enter what was counted" in refused.text
    short = nora.post("/admin/day-end/cash", data={**form, f"counted-{at}": "18.50"})
    assert "Say why the cash differs" in short.text
    assert 'value="18.50"' in short.text
    done = {**form, f"counted-{at}": "18.50", f"why-{at}": "Wrong change"}
    assert nora.post("/admin/day-end/cash", data=done).status_code == 303
    page = nora.get("/admin/day-end").text
    assert "−£1.50 off" in page.replace("-£", "−£")
    link = re.search(r'href="(/admin/payments\?[^"]+)"', page)
    assert link is not None
    assert "1 payment<" in nora.get(link.group(1).replace("&amp;", "&")).text
    assert shipment.number
    reason = {"reason": "The van comes at seven."}
    assert nora.post("/admin/day-end", data=reason).status_code == 303
    assert nora.post("/admin/day-end", data=reason).status_code == 409
    told = nora.get("/admin/day-end/days").text
    assert "The van comes at seven." in told
    assert "Packed, not shipped" in told
    assert "Wrong change" in told


def test_only_who_may_sees_it_and_the_lists_only_who_may_open_them(
    world: World, way: Way, as_: Browser
) -> None:
    assert as_(world.sam).get("/admin/day-end").status_code == 403
    order = way.placed({world.product("TR-1"): 2})
    write_message(world.session, order, "When?", by=world.bob)
    pay(world, "20.00")
    page = as_(world.olu).get("/admin/day-end").text
    assert 'href="/admin/messages"' in page
    assert "/admin/payments" not in page


def test_the_page_takes_as_many_statements_for_much_as_for_little(
    world: World, way: Way, as_: Browser
) -> None:
    nora, shelf = as_(world.nora), world.product("TR-1", stock=500)
    way.packed({shelf: 1})
    pay(world, "20.00")
    few = statements_of(nora, "/admin/day-end")
    for _ in range(4):
        way.packed({shelf: 1})
        pay(world, "5.00")
    assert statements_of(nora, "/admin/day-end") == few
