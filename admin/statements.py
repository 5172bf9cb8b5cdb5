"""Statements of account: one on screen and as PDF, or those of a month in one run."""

from __future__ import annotations

from datetime import date

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place, seller, today
from admin.printing import documents, stored
from models.accounts import Account, Permission
from models.insight import account_by_id
from models.kernel.errors import Refused
from models.receivables import (
    Statement,
    accounts_to_state,
    draw_up,
    month_before,
    send_statements,
    statement_by_id,
    statements_made,
    statements_of,
)
from web.access import Pages, staff
from web.days import date_arg, read_day
from web.downloads import pdf
from web.i18n import _
from web.identity import current_actor
from web.limits import EXPORT, limiter
from web.pages import go_to
from web.statuses import statement_words
from web.transactions import commit, session

pages = Pages("office_statements", __name__, url_prefix="/admin")


@pages.get("/statements", access=staff(Permission.PAYMENTS_RECORD))
def page() -> Response:
    """Who gets a statement for a month, before it is sent; and what became of it after."""
    return show_run(*_days())


@pages.post("/statements", access=staff(Permission.PAYMENTS_RECORD))
def send() -> Response:
    """Makes them all; a task writes, keeps and mails each."""
    first, last = _day("from"), _day("to")

    def act() -> Response:
        count = send_statements(session(), seller(), first, last, by=current_actor())
        commit()
        flash(_("%(num)s statements are on their way", num=count) if count
              else _("Every account has its statement already"))  # fmt: skip
        return go_to(url_for("office_statements.page", **{"from": first, "to": last}))

    return refused_in_place(act, lambda errors, status: show_run(first, last, errors, status))


@pages.get("/statements/by-post.pdf", access=staff(Permission.PAYMENTS_RECORD))
@limiter.limit(EXPORT)
def by_post() -> Response:
    """All statements of a run that go by post, as one PDF to print."""
    _first, last = _days()
    rows = [
        each for each in statements_made(session(), last) if each.AccountStatement.means == "post"
    ]
    if not rows:
        raise Refused(_("No statement of these days goes by post."))
    drawn = []
    for row in rows:
        account = session().get_one(
            Account, row.AccountStatement.account_id
        )  # in scope: of the run
        made = row.AccountStatement
        drawn.append((account, draw_up(session(), account, made.starts_on, made.ends_on)))
    return pdf(documents().statements(session(), seller(), drawn), f"statements-{last}.pdf")


@pages.get("/accounts/<int:account_id>/statement", access=staff(Permission.INVOICES_VIEW))
def of_account(account_id: int) -> Response:
    """What came and went on an account's receivables, and what is open."""
    account = find(account_id)
    errors: Errors = []
    try:
        first, last = _days(default=(_year_before(today()), today()))
        statement = draw_up(session(), account, first, last)
    except Refused as refusal:
        errors = [("from", refusal.sentence)]
        statement = draw_up(session(), account, _year_before(today()), today())
    return office_page(
        "admin/statements/of_account.html",
        current="ageing",
        status=422 if errors else 200,
        errors=errors,
        account=account,
        statement=statement,
        entry_words=statement_words,
        kept=statements_of(session(), account.id),
    )


@pages.get("/accounts/<int:account_id>/statement.pdf", access=staff(Permission.INVOICES_VIEW))
@limiter.limit(EXPORT)
def as_pdf(account_id: int) -> Response:
    """The same as a PDF, in the account's language."""
    account = find(account_id)
    statement = _drawn(account)
    name = f"statement-{account.number}-{statement.ends_on}.pdf"
    return pdf(documents().statement(session(), seller(), account, statement), name)


@pages.get(
    "/accounts/<int:account_id>/statements/<int:statement_id>.pdf",
    access=staff(Permission.INVOICES_VIEW),
)
def kept(account_id: int, statement_id: int) -> Response:
    """A statement as it was sent."""
    account = find(account_id)
    made = statement_by_id(session(), statement_id, account.id)
    if made.document_file_id is None:
        raise Refused(_("It is being written. Look again in a minute."))
    return pdf(stored(made.document_file_id), f"statement-{account.number}-{made.ends_on}.pdf")


def find(account_id: int) -> Account:
    """The bill-to account: a branch's statement is its head office's."""
    account = account_by_id(session(), account_id, current_actor(), today=today())
    if account.bill_to_id is None:
        return account
    return account_by_id(session(), account.pays_id, current_actor(), today=today())


def show_run(first: date, last: date, errors: Errors | None = None, status: int = 200) -> Response:
    due = accounts_to_state(session(), first, last)
    made = statements_made(session(), last)
    return office_page(
        "admin/statements/run.html",
        current="ageing",
        status=status,
        errors=errors or [],
        starts_on=first,
        ends_on=last,
        to_make=[row for row in due if not row.is_made and row.means != "none"],
        left_out=[row for row in due if row.means == "none"],
        made=made,
        by_post=any(row.AccountStatement.means == "post" for row in made),
    )


def _drawn(account: Account) -> Statement:
    first, last = _days(default=(_year_before(today()), today()))
    return draw_up(session(), account, first, last)


def _days(default: tuple[date, date] | None = None) -> tuple[date, date]:
    """The days of the address, both included; the month before this one where it says none."""
    first, last = default or month_before(today())
    return date_arg("from") or first, date_arg("to") or last


def _day(name: str) -> date:
    day = read_day(request.form.get(name, ""), name)
    if day is None:
        raise Refused(_("Enter the date as 2026-11-30."), field=name)
    return day


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28))
