"""A real browser on the real program, over a database where commits are real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Thread
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.serving import make_server

from config import Settings
from models.accounts import Actor
from tests.journeys.slow import slow_down, slowed
from tests.program import make_program
from tests.signing_in import sign_in
from tests.storefront.conftest import open_shop
from tests.world import World

DESKTOP, PHONE = 1440, 390
Looks = list[tuple[int, Literal["light", "dark"]]]
PATIENCE_SECONDS = 30
REFUSALS = ("Failed to load resource", "htmx: htmx:error: Failed to fetch")
"""What the browser says of every answer that is no 2xx, refused forms among them, and of a
connection that a test has cut."""


LOOKS = [
    pytest.param([(DESKTOP, "light"), (PHONE, "dark")], id="light-desktop-dark-phone"),
    pytest.param([(DESKTOP, "dark"), (PHONE, "light")], id="the-others", marks=pytest.mark.deep),
]
"""Widths and themes that every page is looked at in, one after the other; two by `--deep`."""
DESK_LOOKS = [(DESKTOP, "light"), pytest.param(PHONE, "dark", marks=pytest.mark.deep)]
"""Those of a way that somebody goes at a desk; its pages are looked at as a phone's elsewhere."""


@dataclass
class Town:
    """The program running at `base`, its people, and a way to open a browser as one of them."""

    base: str
    app: Flask
    world: World
    open: Callable[..., Page]


@pytest.fixture
def town(
    settings: Settings, committed_sessions: sessionmaker[Session], chromium: Browser
) -> Iterator[Town]:
    """The shop, open."""
    settings = replace(settings, base_url="http://127.0.0.1")
    with opened(settings, committed_sessions, chromium) as town:
        yield town


@contextmanager
def opened(
    settings: Settings, sessions: sessionmaker[Session], chromium: Browser, port: int = 0
) -> Iterator[Town]:
    """The shop with these settings, open while the block lasts; no page complains meanwhile."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(REFUSALS):
            complaints.append(message.text)

    app = make_program(settings, sessions)
    session = sessions()
    world = open_shop(session)
    server = make_server("127.0.0.1", port, slowed(app), threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"

    def open_as(
        actor: Actor | None, path: str, width: int = DESKTOP, theme: str = "light", **options: Any
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, **options
        )
        contexts.append(context)
        if actor is not None:
            client = sign_in(app.test_client(), session, actor)
            cookies = [
                {"name": each.key, "value": each.value, "url": base}
                for each in client._cookies.values()
            ]
            context.add_cookies(cookies)
        page = context.new_page()
        slow_down(page)
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(base + path)
        return known(page) if options.get("java_script_enabled", True) else page

    yield Town(base, app, world, open_as)
    for context in contexts:
        if context.pages:
            context.close()
    server.shutdown()
    session.close()
    assert not complaints, complaints


def known(page: Page) -> Page:
    """The page, once htmx knows its links and fields; till then the browser follows them itself."""
    page.evaluate("new Promise((done) => setTimeout(done))")  # it begins by a timer before this
    return page


def faults_in(page: Page, looks: Looks) -> list[str]:
    """The faults of a page in each of these looks, without loading it again."""
    found = []
    for width, theme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found += [f"{width} {theme}: {fault}" for fault in faults_of(page)]
    return found


def faults_of(page: Page) -> list[str]:
    """What axe finds wrong, and sideways scrolling."""
    found = Axe().run(page).response["violations"]
    faults = [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*faults, f"{over} px too wide"] if over > 0 else faults
