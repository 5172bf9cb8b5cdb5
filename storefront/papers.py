"""What makes the papers that a buyer takes from the shop's pages."""

from __future__ import annotations

from typing import cast

from flask import current_app

from integrations.documents import Documents


def documents() -> Documents:
    """What makes this program's documents."""
    return cast("Documents", current_app.extensions["documents"])
