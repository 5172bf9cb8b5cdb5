"""Takes the pictures of the README from a running demo, with a real browser."""

from __future__ import annotations

import sys
from pathlib import Path

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
PASSWORD = "trade-counter-demo"  # noqa: S105, the demo's own
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
OPTIONS = [
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic",
    "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
SCENES = (
    ("catalogue", "maya@seaglass.example", "/c/garden", DESKTOP),
    ("order", "olu@pellow.example", "/admin/orders", DESKTOP),
    ("rep", "rita@pellow.example", "/rep", PHONE),
)
"""Name, who, which page, how large. Pages of one record are opened from their list."""
FIRST_LINK = {
    "order": "table tbody a[href*='/admin/orders/']",
    "rep": "a[href*='/rep/accounts/']",
}


def main(address: str) -> int:
    """Writes a picture for every scene."""
    from playwright.sync_api import sync_playwright

    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=OPTIONS)
        for name, email, path, size in SCENES:
            context = browser.new_context(viewport=size, device_scale_factor=1)
            page = context.new_page()
            page.goto(f"{address}/sign-in")
            page.fill("input[name=email]", email)
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_load_state("networkidle")
            page.goto(address + path)
            if name in FIRST_LINK:
                page.locator(FIRST_LINK[name]).first.click()
            page.wait_for_load_state("networkidle")
            page.screenshot(path=PICTURES / f"{name}.png")
            context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
