"""The chart of accounts that every posting of the program uses."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.ledger.journal import LedgerAccount


class Chart(StrEnum):
    """The codes. Names and kinds stand in `ACCOUNTS`."""

    RECEIVABLES = "1100"
    BANK = "1200"
    CARD_CLEARING = "1210"
    CASH = "1220"
    CHEQUES = "1230"
    INVENTORY = "1300"
    PAYABLES = "2100"
    RECEIVED_NOT_INVOICED = "2110"
    OUTPUT_TAX = "2200"
    CUSTOMER_DEPOSITS = "2300"
    REFUNDS_DUE = "2310"
    OPENING = "3900"
    SALES = "4000"
    CARRIAGE = "4100"
    OTHER_CHARGES = "4110"
    COST_OF_GOODS = "5000"
    SAMPLES = "5010"
    STOCK_ADJUSTMENTS = "5100"
    WRITE_OFFS = "5200"
    CARD_FEES = "5300"


ACCOUNTS: dict[Chart, tuple[str, str]] = {
    Chart.RECEIVABLES: ("Trade receivables", "asset"),
    Chart.BANK: ("Bank", "asset"),
    Chart.CARD_CLEARING: ("Card payments clearing", "asset"),
    Chart.CASH: ("Cash in hand", "asset"),
    Chart.CHEQUES: ("Cheques to be paid in", "asset"),
    Chart.INVENTORY: ("Inventory", "asset"),
    Chart.PAYABLES: ("Trade payables", "liability"),
    Chart.RECEIVED_NOT_INVOICED: ("Goods received, not invoiced", "liability"),
    Chart.OUTPUT_TAX: ("VAT on sales", "liability"),
    Chart.CUSTOMER_DEPOSITS: ("Customer deposits", "liability"),
    Chart.REFUNDS_DUE: ("Refunds under way", "liability"),
    Chart.OPENING: ("Opening balances and imported settlements", "equity"),
    Chart.SALES: ("Sales of goods", "revenue"),
    Chart.CARRIAGE: ("Carriage charged", "revenue"),
    Chart.OTHER_CHARGES: ("Other charges", "revenue"),
    Chart.COST_OF_GOODS: ("Cost of goods sold", "expense"),
    Chart.SAMPLES: ("Samples given away", "expense"),
    Chart.STOCK_ADJUSTMENTS: ("Stock adjustments", "expense"),
    Chart.WRITE_OFFS: ("Bad debts written off", "expense"),
    Chart.CARD_FEES: ("Card fees", "expense"),
}


def open_books(session: Session, seller_id: int) -> None:
    """Makes the chart of accounts of a seller; what is there already stays."""
    there = set(
        session.scalars(select(LedgerAccount.code).where(LedgerAccount.seller_id == seller_id))
    )
    for code, (name, kind) in ACCOUNTS.items():
        if code not in there:
            session.add(LedgerAccount(seller_id=seller_id, code=code, name=name, kind=kind))
    session.flush()
