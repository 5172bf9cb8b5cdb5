"""The buyers' door, and the reps' in `rep/`: a module per page family."""

from __future__ import annotations

from flask import Flask

from storefront import (
    acting,
    amending,
    applying,
    catalogue,
    company_addresses,
    company_users,
    confirming,
    demo,
    home,
    invoices,
    links,
    messages,
    order_pad,
    orders,
    paying,
    pictures,
    placing,
    price_notices,
    product_page,
    quantities,
    quick_order,
    reordering,
    returning,
    search,
    second_factor,
    signing_in,
    statements,
    your_details,
)
from storefront.frame import can, sign_in_href
from storefront.pad_view import line_html
from storefront.rep import account as rep_account
from storefront.rep import order as rep_order
from storefront.rep import pricing as rep_pricing
from storefront.rep import today as rep_today
from storefront.rep import why as rep_why
from storefront.rows import row_html

FAMILIES = (
    signing_in,
    demo,
    links,
    messages,
    confirming,
    your_details,
    second_factor,
    acting,
    company_users,
    company_addresses,
    applying,
    home,
    catalogue,
    search,
    product_page,
    pictures,
    quantities,
    order_pad,
    quick_order,
    placing,
    paying,
    orders,
    reordering,
    amending,
    returning,
    invoices,
    statements,
    price_notices,
    rep_today,
    rep_account,
    rep_order,
    rep_pricing,
    rep_why,
)


def register(app: Flask) -> None:
    """Adds every page family's routes."""
    for family in FAMILIES:
        app.register_blueprint(family.pages)
    app.jinja_env.globals.update(can=can, sign_in_href=sign_in_href)
    app.jinja_env.globals.update(row_html=row_html, line_html=line_html)
