"""The staff's door, and the warehouse's in `floor/`: a module per page family."""

from __future__ import annotations

from flask import Flask

from admin import finding, invoices, order, order_documents, orders, payments, today, words
from admin.floor import lists, packing, picking, shipping

FAMILIES = (
    today,
    finding,
    orders,
    order,
    order_documents,
    lists,
    picking,
    packing,
    shipping,
    invoices,
    payments,
)


def register(app: Flask) -> None:
    """Adds every page family's routes, and the words of states to the templates."""
    app.jinja_env.globals.update(words.looks())
    app.jinja_env.filters.update(words.FILTERS)
    for family in FAMILIES:
        app.register_blueprint(family.pages)
