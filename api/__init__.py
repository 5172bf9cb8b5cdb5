"""The doors for programs: signed webhooks."""

from __future__ import annotations

from flask import Flask

from api import webhooks


def register(app: Flask) -> None:
    """Adds the routes for programs."""
    app.register_blueprint(webhooks.pages)
