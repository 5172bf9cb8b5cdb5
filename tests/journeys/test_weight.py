"""What a first visit loads: little, and from nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Response

from models.checkout import PAGE_ROWS
from tests.journeys.conftest import PHONE, Town

pytestmark = pytest.mark.journey

MOST_BYTES = 100 * 1024
MOST_AGAIN = 20 * 1024


def test_a_first_page_weighs_at_most_a_hundred_kilobytes_and_asks_no_other_host(town: Town) -> None:
    world = town.world
    for number in range(PAGE_ROWS):
        world.product(f"AB-{number}")
    world.session.commit()
    for actor, path in ((None, "/sign-in"), (world.bob, "/products"), (world.ada, "/admin/orders"),
                        (world.rita, "/rep")):  # fmt: skip
        page = town.open(actor, "/health/live", PHONE)
        seen: list[Response] = []
        page.on("response", lambda response, seen=seen: seen.append(response))
        page.goto(town.base + path, wait_until="networkidle")
        hosts = {urlsplit(each.url).netloc for each in seen if not each.url.startswith("data:")}
        assert hosts == {urlsplit(town.base).netloc}
        weight = sum(each.request.sizes()["responseBodySize"] for each in seen)
        assert 0 < weight <= MOST_BYTES, f"{path}: {weight:,} bytes"
        seen.clear()
        page.goto(town.base + path, wait_until="networkidle")
        again = sum(
            each.request.sizes()["responseBodySize"]
            for each in seen
            if not each.from_service_worker
        )
        assert again <= MOST_AGAIN, f"{path} again: {again:,} bytes"
