"""The stand-in for Stripe beside a demo or a practice copy: test payments, no card is charged."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

from integrations.stripe.standin.record import Record
from jobs.hosting import is_taken, say
from jobs.supervising import Child


def stand_in(host: str, port: int) -> Child:
    """The stand-in for Stripe on the next free port; tells this process's children where it is."""
    say("Starting a stand-in for Stripe: test payments, no card is charged")
    its_port = next(free for free in range(port + 1, port + 100) if not is_taken(host, free))
    base_url = os.environ.get("BASE_URL") or f"http://localhost:{port}"
    reached = f"http://{urlsplit(base_url).hostname}:{its_port}"
    near = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    os.environ.update(
        STRIPE_SECRET_KEY=f"sk_test_{secrets.token_hex(12)}",
        STRIPE_WEBHOOK_SECRET=f"whsec_{secrets.token_hex(16)}",
        STRIPE_API_BASE=f"http://{near}:{its_port}",
        STRIPE_CHECKOUT_HOST=reached,
    )
    options = {
        "host": host,
        "port": its_port,
        "record": stand_in_record(),
        "page-base": reached,
        "webhooks": f"http://{near}:{port}/webhooks/stripe",
    }
    written = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    return Child("stand-in", [sys.executable, "-m", "integrations.stripe.standin", *written])


def stand_in_record() -> Path:
    """Where the stand-in for Stripe keeps what it knows."""
    return Path(os.environ.get("DATA_DIR", "var")) / "stand-in" / "stripe.sqlite"


def kept_record() -> Path:
    """That record as it was when the company had been loaded."""
    return stand_in_record().with_name("as-loaded.sqlite")


def copy_record(source: Path, target: Path) -> None:
    """Makes the stand-in's record at `target` the one of `source`, whoever has it open."""
    if source.exists():
        record = Record(source)
        record.copy_to(target)
        record.close()
