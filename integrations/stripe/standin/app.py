"""The stand-in as a WSGI program."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from integrations.stripe.standin.api import api
from integrations.stripe.standin.page import page
from integrations.stripe.standin.record import Record
from integrations.stripe.standin.things import Till
from integrations.stripe.standin.webhooks import Courier


def make_app(
    record: Path | str, *, page_base: str, secret_key: str, webhooks: str = "", signing: str = ""
) -> Flask:
    """The stand-in with its record in a file. It reports to `webhooks`, if that is given."""
    app = Flask(__name__, static_folder=None)
    kept = Record(record)
    till = Till(kept, page_base.rstrip("/"))
    app.config.update(RECORD=kept, TILL=till, SECRET_API_KEY=secret_key)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.register_blueprint(api)
    app.register_blueprint(page)
    if webhooks:
        Courier(till, webhooks, signing).start()
    return app
