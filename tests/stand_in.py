"""The stand-in for Stripe as a process of its own, and the ways a test uses it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integrations.stripe import StripeCards

KEY, SIGNING = "sk_test_0123456789abcdef", "whsec_0123456789abcdef"
GOOD, ASKS_BANK, DECLINED = "4242424242424242", "4000002500003155", "4000000000000002"
POOR, PENDING_REFUND, FAILING_REFUND = "4000000000009995", "4000000000007726", "4000000000005126"


@dataclass
class StandIn:
    """A running stand-in."""

    base: str

    def cards(self, **options: Any) -> StripeCards:
        """Our adapter, talking to it with the real library."""
        return StripeCards(KEY, SIGNING, api_base=self.base, checkout_host=self.base, **options)

    def misbehave(self, **modes: Any) -> None:
        """`misbehave(lost_answers=1)`: the next effect's answer is lost."""
        self._call("/standin/modes", json.dumps(modes).encode(), "application/json")

    def count(self, kind: str) -> int:
        """How many objects of a kind it has made."""
        return int(self._call(f"/standin/count/{kind}")["count"])

    def events(self) -> list[dict[str, Any]]:
        """Everything that happened, oldest first."""
        found: list[dict[str, Any]] = self._call("/v1/events?limit=100")["data"]
        return found[::-1]

    def pay(self, url: str, card: str = GOOD, **more: str) -> str:
        """What a person does on the page: gives the address they come back to, or the page."""
        data = urllib.parse.urlencode({"number": card, **more}).encode()
        opener = urllib.request.build_opener(_Stays)
        try:
            with opener.open(url, data) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            return error.headers.get("Location") or error.read().decode()

    def _call(self, path: str, data: bytes | None = None, kind: str = "") -> Any:
        headers = {"Authorization": f"Bearer {KEY}"} | ({"Content-Type": kind} if kind else {})
        request = urllib.request.Request(self.base + path, data, headers)  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return json.load(answer)


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


@contextmanager
def stand_in(folder: Path, *, webhooks: str = "") -> Iterator[StandIn]:
    """Runs a stand-in while the block lasts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "integrations.stripe.standin", "--port", str(port),
        "--record", str(folder / "stripe.sqlite"), "--webhooks", webhooks,
    ]  # fmt: skip
    environment = {**os.environ, "STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": SIGNING}
    process = subprocess.Popen(command, env=environment)
    try:
        running = StandIn(f"http://127.0.0.1:{port}")
        _wait_until_it_answers(running)
        yield running
    finally:
        process.terminate()
        process.wait()


def _wait_until_it_answers(running: StandIn) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            running.count("charge")
            return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def title_of(page: str) -> str:
    """A page's heading."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)
    return found.group(1).strip() if found else ""
