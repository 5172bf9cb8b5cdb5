"""The account's statement: what was charged and paid, and what is open; as page, PDF and CSV."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Response

from models.accounts import Account, Capability
from models.kernel.errors import NotFound, Refused
from models.kernel.files import StoredFile
from models.receivables import Statement, draw_up, statement_by_id, statements_of
from storefront.frame import shop_page
from storefront.papers import documents
from storefront.shopping import buying_account, current_shopper
from web.access import Pages, buyer
from web.days import date_arg
from web.downloads import csv_table, pdf
from web.i18n import _
from web.limits import EXPORT, limiter
from web.statuses import statement_words
from web.transactions import session

pages = Pages("statements", __name__)


@pages.get("/statement", access=buyer(Capability.SEE_INVOICES))
def page() -> Any:
    """The last three months, or the days that are asked for."""
    account = payer()
    errors = []
    try:
        statement = _drawn(account)
    except Refused as refusal:
        errors = [(problem.field or "from", problem.sentence) for problem in refusal.problems]
        statement = draw_up(session(), account, *_lately())
    return shop_page(
        "storefront/statement.html",
        status=422 if errors else 200,
        errors=errors,
        statement=statement,
        days={"from": statement.starts_on, "to": statement.ends_on},
        entry_words=statement_words,
        kept=[sent for sent in statements_of(session(), account.id) if sent.document_file_id],
    )


@pages.get("/statement.pdf", access=buyer(Capability.SEE_INVOICES))
@limiter.limit(EXPORT)
def as_pdf() -> Response:
    """The same on paper."""
    account = payer()
    statement = _drawn(account)
    drawn = documents().statement(session(), current_shopper().seller, account, statement)
    return pdf(drawn, _name(account, statement.ends_on, "pdf"))


@pages.get("/statement.csv", access=buyer(Capability.SEE_INVOICES))
@limiter.limit(EXPORT)
def as_csv() -> Response:
    """Each entry as a row, with what was owed after it."""
    account = payer()
    statement = _drawn(account)
    heading = [_("Date"), _("What"), _("Number"), _("Reference"), _("Amount"), _("Balance"),
               _("Currency")]  # fmt: skip
    rows = [
        (each.on, statement_words(each.kind), each.number, each.reference, each.amount,
         each.balance, statement.currency)
        for each in statement.entries
    ]  # fmt: skip
    return csv_table(heading, rows, _name(account, statement.ends_on, "csv"))


@pages.get("/statements/<int:statement_id>.pdf", access=buyer(Capability.SEE_INVOICES))
def kept(statement_id: int) -> Response:
    """A statement as it was sent to them."""
    account = payer()
    made = statement_by_id(session(), statement_id, account.id)
    if made.document_file_id is None:
        raise NotFound("It is being written. Look again in a minute.")
    stored = session().get_one(StoredFile, made.document_file_id)  # in scope: their statement's
    with documents().files.open(stored) as content:
        return pdf(content.read(), _name(account, made.ends_on, "pdf"))


def payer() -> Account:
    """The account that owes. NotFound for a branch whose head office pays: that gets them."""
    account = buying_account()
    if account.bill_to_id is not None:
        raise NotFound("Your head office gets the statements.")
    return account


def _drawn(account: Account) -> Statement:
    first, last = _lately()
    return draw_up(session(), account, date_arg("from") or first, date_arg("to") or last)


def _lately() -> tuple[date, date]:
    last = current_shopper().today
    return last - timedelta(days=90), last


def _name(account: Account, day: date, ending: str) -> str:
    return f"statement-{account.number}-{day}.{ending}"
