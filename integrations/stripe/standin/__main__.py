"""`python -m integrations.stripe.standin`: serves until it is stopped."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from werkzeug.serving import make_server

from integrations.stripe.standin.app import make_app


def main() -> None:
    """Reads STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET from the environment, as the shop does."""
    options = argparse.ArgumentParser(description="A stand-in for Stripe, for demo and tests.")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=12111)
    options.add_argument("--record", type=Path, required=True, help="its own record, a file")
    options.add_argument("--page-base", default="", help="the address people reach it by")
    options.add_argument("--webhooks", default="", help="where events are sent")
    given = options.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    given.record.parent.mkdir(parents=True, exist_ok=True)
    secret = os.environ.get("STRIPE_SECRET_KEY", "")
    if not secret.startswith("sk_test_"):
        sys.exit("STRIPE_SECRET_KEY must be a test key: the stand-in moves no money.")
    app = make_app(
        given.record,
        page_base=given.page_base or f"http://{given.host}:{given.port}",
        secret_key=secret,
        webhooks=given.webhooks,
        signing=os.environ.get("STRIPE_WEBHOOK_SECRET", ""),
    )
    make_server(given.host, given.port, app, threaded=True).serve_forever()


if __name__ == "__main__":
    main()
