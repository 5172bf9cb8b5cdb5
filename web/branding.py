"""The wholesaler's name, mark and colour on the pages."""

from __future__ import annotations

from flask import Flask, g, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from models.kernel.errors import NotFound
from models.kernel.files import StoredFile
from models.kernel.seller import Seller, first_seller
from web.shell import Brand
from web.transactions import session

LOGO_PAGE = "pictures.logo"


def install(app: Flask, settings: Settings) -> None:
    """Gives templates `brand_sheet()`, the address of the company's colour, empty without one, and
    `practice`, when this practice copy was made, empty for the company itself."""
    app.jinja_env.globals["brand_sheet"] = brand_sheet
    app.jinja_env.globals["practice"] = settings.practice


def brand(tagline: str = "", href: str = "/") -> Brand:
    """The company's name and logo with a link home; “Trade Counter” before one is set up."""
    company = _company()
    if company is None:
        return Brand("Trade Counter", href, tagline)
    return brand_of(company, href, tagline)


def brand_of(company: Seller, href: str, tagline: str = "") -> Brand:
    """The same of a company that was read already."""
    g.company = company
    return Brand(company.trading_name, href, tagline, logo_address(session(), company))


def logo_address(session: Session, company: Seller) -> str:
    """Where the company's logo is; empty where it has none."""
    if company.logo_file_id is None:
        return ""
    if "logo_digest" not in g:
        g.logo_digest = session.scalar(
            select(StoredFile.sha256).where(StoredFile.id == company.logo_file_id)
        )
    return url_for(LOGO_PAGE, digest=g.logo_digest)


def brand_sheet() -> str:
    """The style sheet with the company's colour, named by it so that browsers may keep it."""
    company = _company()
    if company is None or not company.brand_colour:
        return ""
    return url_for("pictures.colour", colour=company.brand_colour.removeprefix("#").lower())


def _company() -> Seller | None:
    if "company" not in g:
        try:
            g.company = first_seller(session())
        except NotFound:
            g.company = None
    company: Seller | None = g.company
    return company
