"""The buyers' door, and the reps' in `rep/`."""

from __future__ import annotations

from flask import Flask

from storefront import (
    catalogue,
    home,
    invoices,
    order_pad,
    orders,
    pictures,
    placing,
    product_page,
    quantities,
    quick_order,
    reordering,
    search,
)
from storefront.rep import pages as rep_pages


def register(app: Flask) -> None:
    """Adds every page of the shop."""
    for module in (
        home, catalogue, search, product_page, quantities, order_pad, quick_order, placing,
        orders, reordering, invoices, pictures,
    ):  # fmt: skip
        app.register_blueprint(module.pages)
    for pages in rep_pages():
        app.register_blueprint(pages)
