"""Rate limits, counted in memory per process. Sign-in has a table of its own in models/accounts."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from web.access import current_actor

SEARCH = "5 per second"
EXPORT = "10 per minute"
INVITE = "20 per day"
WEBHOOK = "50 per second"
REPORT = "5 per second"


def who() -> str:
    """Whom a request counts against: the user who is signed in, else the address."""
    actor = current_actor()
    return f"user {actor.id}" if actor else f"address {get_remote_address()}"


limiter = Limiter(key_func=who, storage_uri="memory://", headers_enabled=True)
"""Views say `@limiter.limit(EXPORT)` below their route."""


def install(app: Flask) -> None:
    """Starts counting. A limiter that fails lets people browse on."""
    app.config.setdefault("RATELIMIT_SWALLOW_ERRORS", True)
    limiter.init_app(app)
