"""The staff's door, and the warehouse floor in `floor/`: a module per page family."""

from __future__ import annotations

from flask import Flask

from admin import applications, audit, users

FAMILIES = (users, applications, audit)


def register(app: Flask) -> None:
    """Adds every page family's routes."""
    for family in FAMILIES:
        app.register_blueprint(family.pages)
