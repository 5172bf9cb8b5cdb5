"""Half past midnight in London, in summer: what happened then is of that day, not of UTC's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask.testing import FlaskClient

from tests.admin.conftest import Way
from tests.world import World

Browser = Callable[..., FlaskClient]
HALF_PAST_MIDNIGHT = datetime(2026, 7, 14, 23, 30, tzinfo=UTC)


def test_what_happened_past_midnight_stands_under_the_companys_own_day(
    world: World, as_: Browser, way: Way
) -> None:
    order = way.placed({world.product("MD-1", stock=50): 2})
    order.placed_at = HALF_PAST_MIDNIGHT
    world.session.commit()
    olu, bob = as_(world.olu), as_(world.bob)
    for day, is_there in (("2026-07-15", True), ("2026-07-14", False)):
        found = olu.get(f"/admin/orders?view=all&from={day}&to={day}").text
        assert (f"/admin/orders/{order.number}" in found) is is_there
    for page in (
        olu.get(f"/admin/accounts/{world.acme.id}"), bob.get("/orders"),
        bob.get(f"/orders/{order.number}"),
    ):  # fmt: skip
        assert "15 Jul 2026" in page.text
        assert "14 Jul 2026" not in page.text
