"""Sends events to the shop, signed as Stripe signs them, and again until they are taken."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import threading
import time
import urllib.error
import urllib.request

from integrations.stripe.standin.record import Record, Thing
from integrations.stripe.standin.things import Till

PAUSE_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 60.0
MOST_TRIES = 40


def signature(payload: str, secret: str, at: int) -> str:
    """The header `Stripe-Signature`: scheme v1, HMAC-SHA256 over time and body."""
    digest = hmac.new(secret.encode(), f"{at}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class Courier(threading.Thread):
    """Brings what is due, and closes pages whose time is over."""

    def __init__(self, till: Till, address: str, secret: str) -> None:
        super().__init__(daemon=True, name="courier")
        self.till = till
        self.address = address
        self.secret = secret

    def run(self) -> None:
        while True:
            record: Record = self.till.record
            with record.lock:
                self.till.expire_overdue()
                hooks = record.mode("webhooks", {})
                due = record.due_deliveries(newest_first=hooks.get("order") == "reversed")
            if hooks.get("order") == "shuffled":
                random.shuffle(due)
            for number, event, tries in due:
                self._bring(number, event, tries)
            time.sleep(PAUSE_SECONDS)

    def _bring(self, number: int, event: Thing, tries: int) -> None:
        payload = json.dumps(event)
        request = urllib.request.Request(  # noqa: S310
            self.address,
            payload.encode(),
            {
                "Content-Type": "application/json; charset=utf-8",
                "Stripe-Signature": signature(payload, self.secret, int(time.time())),
                "User-Agent": "Stand-in for Stripe/1.0",
            },
        )
        try:
            urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
            is_taken = True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            is_taken = False
        with self.till.record.lock:
            if is_taken or tries >= MOST_TRIES:
                self.till.record.delivered(number)
            else:
                wait = min(0.5 * 2**tries, LONGEST_WAIT_SECONDS)
                self.till.record.not_delivered(number, tries + 1, time.time() + wait)
