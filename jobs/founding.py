"""Founding a company: what every seller needs before its first order.

The demo company, the tests and the set-up page start from here, so that they agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from sqlalchemy.orm import Session

from models.accounts import AccountGroup, PaymentTerms
from models.inventory import Bin, Warehouse
from models.kernel.numbering import NumberSeries
from models.kernel.seller import Seller
from models.ledger import open_books
from models.pricing import seed_tax_rules


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


def found_company(session: Session, seller: Seller) -> None:
    """Gives a new seller its number series, chart of accounts, payment terms and tax rules."""
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
