"""A first page in a real browser: when its content stands there, and how soon it answers a hand.

A phone on a slow connection, as Lighthouse throttles it: 1.6 Mbit/s, 150 ms of round trip (562 ms
for each request, connection included), a processor four times slower.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

import config
from benchmarks.driving import environment, serving
from benchmarks.people import sign_in_person, some_buyers
from benchmarks.results import Result, median, percentile
from wsgi import create_app

CHROMIUM = "/usr/bin/chromium-headless-shell"
ROUNDS, STEPS = 5, 12
MOST_LCP_MS, MOST_INP_MS = 1800, 150
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1_638_400 / 8 * 0.9,
    "uploadThroughput": 768_000 / 8 * 0.9,
}
WATCH = """
window.seen = {lcp: 0, events: {}};
new PerformanceObserver(list => list.getEntries().forEach(e => seen.lcp = e.startTime))
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(e => { if (e.interactionId)
  seen.events[e.interactionId] = Math.max(seen.events[e.interactionId] || 0, e.duration); }))
  .observe({type: 'event', durationThreshold: 16, buffered: true});
"""


def first_paint(engine: Engine, _postmaster: int, size: str) -> Result:
    """LCP of a buyer's price list with nothing in the browser's cache, median of five."""
    with _phones(engine) as phone:
        found = []
        for _ in range(ROUNDS):
            page, devtools = phone()
            devtools.send("Network.enable")
            devtools.send("Network.emulateNetworkConditions", SLOW_4G)
            page.goto("/products", wait_until="load")
            page.wait_for_timeout(500)
            found.append(page.evaluate("seen.lcp"))
            page.context.close()
    return _result("first page on slow 4G, LCP", size, median(found), MOST_LCP_MS)


def answer(engine: Engine, _postmaster: int, size: str) -> Result:
    """INP of stepping quantities on that page, 75th percentile of twelve steps."""
    with _phones(engine) as phone:
        page, _devtools = phone()
        page.goto("/products", wait_until="networkidle")
        steppers = page.locator("[data-step-by='1']")
        for number in range(STEPS):
            steppers.nth(number % 4).click()
            page.wait_for_timeout(400)
        page.wait_for_timeout(500)
        found = [float(each) for each in page.evaluate("Object.values(seen.events)")]
    return _result("a quantity stepped, INP", size, percentile(found, 0.75), MOST_INP_MS)


def _result(name: str, size: str, measured: float, most: int) -> Result:
    return Result(
        name, size, measured=measured, unit="ms", target=f"at most {most:,} ms",
        ok=0 < measured <= most,
    )  # fmt: skip


@contextmanager
def _phones(engine: Engine) -> Iterator[Any]:
    """Gives what opens a phone's browser, signed in as a buyer, with its developer tools."""
    from playwright.sync_api import sync_playwright

    url = engine.url.render_as_string(hide_password=False)
    with serving(url) as server, Session(engine) as session, sync_playwright() as playwright:
        app = create_app(config.load(environment(url, "var/bench")))
        person = sign_in_person(app, session, some_buyers(session, 1)[0], "/products")
        session.close()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        base = f"http://localhost:{server.port}"
        name, _, value = person.headers["Cookie"].partition("=")

        def phone() -> Any:
            context = browser.new_context(
                viewport={"width": 390, "height": 844}, base_url=base, has_touch=True
            )
            context.add_cookies([{"name": name, "value": value, "url": base}])
            context.add_init_script(WATCH)
            page = context.new_page()
            devtools = context.new_cdp_session(page)
            devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            return page, devtools

        yield phone
        browser.close()
