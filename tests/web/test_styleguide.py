"""The component sheet and the frames in a real browser, under the page's own security policy."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.web.kit import ROOT, kit_app
from web import styleguide

ADDRESSES = list(styleguide.pages())


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return kit_app(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def base(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def opened(browser: Browser, address: str, width: int, theme: str = "light") -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    page.goto(address)
    return page


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_template_carries_inline_style_or_script(app: Flask, address: str) -> None:
    page = app.test_client().get(address).text

    assert " style=" not in page
    assert " onclick=" not in page
    assert "<script>" not in page
    assert page.count("<h1") == 1


def test_no_template_is_longer_than_120_lines() -> None:
    for template in (ROOT / "templates").rglob("*.html"):
        assert len(template.read_text().splitlines()) <= 120, template


@pytest.mark.journey
@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing(chromium: Browser, base: str, address: str) -> None:
    page = opened(chromium, base + address, 1440)
    found = {}
    for width, theme in product((1440, 390), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for fault in Axe().run(page).response["violations"]:
            found[width, theme, fault["id"]] = [node["target"] for node in fault["nodes"]]
    assert found == {}
    page.context.close()


@pytest.mark.journey
@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_scrolls_sideways_at_320(chromium: Browser, base: str, address: str) -> None:
    page = opened(chromium, base + address, 320)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.context.close()


@pytest.mark.journey
def test_the_keys_of_a_quantity_step_by_the_pack_and_jump_to_the_break(
    chromium: Browser, base: str
) -> None:
    page = opened(chromium, f"{base}/styleguide/shop", 1440)
    field = page.locator('[name="PL-1182"]')
    field.focus()
    field.press("ArrowUp")
    field.press("ArrowUp")
    expect(field).to_have_value("12")
    field.press("PageUp")
    expect(field).to_have_value("24")
    field.press("Escape")
    expect(field).to_have_value(re.compile("^0?$"))
    page.context.close()


@pytest.mark.journey
def test_shift_takes_the_range_and_the_bulk_bar_counts(chromium: Browser, base: str) -> None:
    page = opened(chromium, f"{base}/styleguide", 1440)
    boxes = page.locator("#sheet-table [data-select]")
    boxes.nth(1).click()
    boxes.nth(0).click()
    expect(page.locator('[data-bulk="sheet-table"]')).to_be_hidden()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator('[data-bulk="sheet-table"] [data-count]')).to_have_text("3")
    page.context.close()


@pytest.mark.journey
def test_dialogs_palette_theme_and_menu_answer(chromium: Browser, base: str) -> None:
    page = opened(chromium, f"{base}/styleguide", 1440)
    page.get_by_role("link", name="Dialog").click()
    expect(page.locator("#sheet-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.locator("#palette-list [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text("New order")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert {cookie["name"]: cookie["value"] for cookie in page.context.cookies()} == {
        "theme": "dark"
    }
    page.get_by_role("button", name="Menu", exact=True).click()
    expect(page.locator("#sheet-menu")).to_be_visible()
    page.context.close()


@pytest.mark.journey
def test_the_phone_menu_and_filters_open_without_scripts(chromium: Browser, base: str) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{base}/styleguide/office")
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Orders 32")).to_be_visible()
    page.goto(f"{base}/styleguide/shop")
    page.get_by_role("button", name="Filters").click()
    expect(page.get_by_role("button", name="Show 86 products")).to_be_visible()
    context.close()


def test_the_kit_app_lives_in_its_own_folder(tmp_path: Path) -> None:
    kit_app(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["assets"]
