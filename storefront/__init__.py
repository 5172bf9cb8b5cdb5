"""The buyers' door, and the reps' in `rep/`: a module per page family."""

from __future__ import annotations

from flask import Flask

from storefront import signing_in

FAMILIES = (signing_in,)


def register(app: Flask) -> None:
    """Adds every page family's routes."""
    for family in FAMILIES:
        app.register_blueprint(family.pages)
