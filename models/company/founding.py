"""Founding a company: what every seller needs before its first order.

The demo company, the tests and `bin/start` start from here, so that they agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from babel.core import get_global
from babel.numbers import get_territory_currencies
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import AccountGroup, PaymentTerms, invite_first_administrator
from models.accounts.inviting import Invitation
from models.inventory import Bin, Warehouse
from models.kernel import activity, settings
from models.kernel.errors import Conflict, Refused
from models.kernel.numbering import NumberSeries
from models.kernel.seller import Seller
from models.ledger import open_books
from models.pricing import knows_tax_rates, seed_tax_rules

MAIN_ZONES = {"US": "America/New_York", "CA": "America/Toronto", "AU": "Australia/Sydney"}
"""Where a country has several, the one that its seat of business is likeliest in."""


@dataclass(frozen=True, slots=True)
class SeriesLook:
    """How the numbers of a kind of document look."""

    kind: str
    prefix: str
    first: int
    padding: int = 5
    gapless: bool = False


SERIES = (
    SeriesLook("order", "SO-", 100001, 6),
    SeriesLook("invoice", "INV-", 10001, gapless=True),
    SeriesLook("credit_note", "CN-", 1001, gapless=True),
    SeriesLook("payment", "PAY-", 10001),
    SeriesLook("pick_list", "PK-", 20001),
    SeriesLook("shipment", "DN-", 30001),
    SeriesLook("purchase_order", "PO-", 2001),
    SeriesLook("receipt", "GRN-", 4001),
    SeriesLook("return", "RMA-", 5001),
    SeriesLook("pro_forma", "PF-", 6001),
    SeriesLook("manifest", "MF-", 7001),
    SeriesLook("account", "C", 1001, 4),
    SeriesLook("sscc", "", 1, 1),
)

TERMS = (
    ("NET30", "30 days net", "on_account", "invoice_date", 30),
    ("NET14", "14 days net", "on_account", "invoice_date", 14),
    ("EOM30", "30 days from end of month", "on_account", "end_of_month", 30),
    ("PREPAY", "Payment before dispatch", "prepayment", "invoice_date", 0),
    ("CARD", "Card with order", "card", "invoice_date", 0),
)


IS_SET_UP = settings.define(
    "company.is_set_up", True, "The company is set up; until then administrators start there"
)


def found_empty(session: Session, *, name: str, country: str, email: str) -> Invitation:
    """A company with books but without anything in them, and its first administrator's invitation.

    Currency and time zone are the country's, until the set-up page says others; mail goes
    nowhere yet. Refused for an unknown country, Conflict where there is a company already.
    """
    if session.scalar(select(Seller.id).limit(1)) is not None:
        raise Conflict("There is a company in this database already.")
    name, country = name.strip(), country.strip().upper()
    if not name:
        raise Refused("The company needs a name.", field="name")
    seller = Seller(
        legal_name=name,
        trading_name=name,
        address_line_1="",
        city="",
        postcode="",
        country=country,
        email=email.strip(),
        base_currency=currency_of(country),
        time_zone=time_zone_of(country),
    )
    session.add(seller)
    session.flush()
    found_company(session, seller)
    settings.change(session, IS_SET_UP, False, by=None)
    activity.record(session, "company.founded", by=None, subject=seller, name=name, country=country)
    return invite_first_administrator(session, email=email, name="")


def currency_of(country: str) -> str:
    """The money of a country. Refused for a code that is none, naming the field."""
    found = get_territory_currencies(country) if country in get_global("territory_zones") else []
    if not found:
        raise Refused(
            f"“{country}” is no country. Enter its two letters, such as GB or DE.", field="country"
        )
    return found[0]


def time_zone_of(country: str) -> str:
    """The time zone that most of a country's business keeps; UTC where none is known."""
    zones: list[str] = get_global("territory_zones").get(country, [])
    return MAIN_ZONES.get(country) or (zones[0] if zones else "UTC")


def found_company(session: Session, seller: Seller) -> None:
    """Gives a new seller its number series, chart of accounts, payment terms and tax rules.

    Where the country's rates are not known here, they wait to be entered on the set-up page.
    """
    for look in SERIES:
        session.add(
            NumberSeries(
                seller_id=seller.id,
                kind=look.kind,
                prefix=look.prefix,
                first_sequence=look.first,
                padding=look.padding,
                gapless=look.gapless,
            )
        )
    for code, name, kind, base, days in TERMS:
        session.add(PaymentTerms(code=code, name=name, kind=kind, base=base, days=days))
    session.add(AccountGroup(code="TRADE", name="Trade"))
    open_books(session, seller.id)
    if knows_tax_rates(seller.country):
        seed_tax_rules(session, seller.country)
    session.flush()


def open_warehouse(
    session: Session,
    seller: Seller,
    *,
    code: str,
    name: str,
    address: dict[str, str],
    position: int,
) -> Warehouse:
    """A warehouse that works Monday to Friday until 14:00, with a staging and a receiving bin."""
    warehouse = Warehouse(
        seller_id=seller.id,
        code=code,
        name=name,
        address=address,
        time_zone=seller.time_zone,
        cut_off=time(14, 0),
        position=position,
    )
    session.add(warehouse)
    session.flush()
    session.add_all(
        Bin(warehouse_id=warehouse.id, code=f"{code}-{kind.upper()}", kind=kind, walking_order=9999)
        for kind in ("staging", "receiving")
    )
    session.flush()
    return warehouse
