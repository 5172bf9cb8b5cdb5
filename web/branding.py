"""The wholesaler's name and mark on the pages."""

from __future__ import annotations

from flask import g

from models.kernel.errors import NotFound
from models.kernel.seller import first_seller
from web.shell import Brand
from web.transactions import session


def brand(tagline: str = "", href: str = "/") -> Brand:
    """The company's name with a link home; “Trade Counter” before a company is set up."""
    if "company_name" not in g:
        try:
            g.company_name = first_seller(session()).trading_name
        except NotFound:
            g.company_name = "Trade Counter"
    return Brand(g.company_name, href, tagline)
