"""The buyers' door, and the reps' in `rep/`: a module per page family."""

from __future__ import annotations

from flask import Flask

from storefront import (
    acting,
    applying,
    company_addresses,
    company_users,
    confirming,
    demo,
    links,
    second_factor,
    signing_in,
    your_details,
)

FAMILIES = (
    signing_in,
    demo,
    links,
    confirming,
    your_details,
    second_factor,
    acting,
    company_users,
    company_addresses,
    applying,
)


def register(app: Flask) -> None:
    """Adds every page family's routes."""
    for family in FAMILIES:
        app.register_blueprint(family.pages)
