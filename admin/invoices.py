"""Invoices and credit notes: the list, the document with what was paid, and its PDF."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, today
from admin.listing import PAGE_SIZE, Listing, listing, number_arg
from admin.printing import invoice_pdf, invoices_pdf
from models.accounts import Account, Permission
from models.insight import MOST_COUNTED, account_by_id
from models.kernel.errors import Refused
from models.receivables import (
    Invoice,
    InvoiceFilter,
    applications_of_credit,
    applications_of_invoice,
    credit_notes_of,
    invoice_by_number,
    invoice_list,
    invoice_sums,
    invoices_named,
    note_posted,
    open_invoices,
)
from web.access import Pages, staff
from web.days import date_arg
from web.downloads import csv_table, pdf
from web.i18n import _, lazy, ngettext
from web.identity import current_actor
from web.limits import EXPORT, limiter
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_invoices", __name__, url_prefix="/admin/invoices")
FILTERS = ("state", "account", "from", "to", "q")
SORTS = ("number", "issued", "due", "account", "total", "open")
TABS = {
    "open": lazy("Open"),
    "overdue": lazy("Overdue"),
    "paid": lazy("Paid"),
    "credit": lazy("Credit notes"),
    "post": lazy("To be posted"),
    "": lazy("All"),
}
MOST_EXPORTED = 10_000
_USING = Permission.PAYMENTS_RECORD


@pages.get("", access=staff(Permission.INVOICES_VIEW))
def page() -> Response:
    """One page of the chosen state, with the totals of all of it."""
    state, chosen = asked()
    rows = invoice_list(
        session(), chosen, current_actor(), today=today(), sort=state.sort,
        descending=state.descending, limit=PAGE_SIZE + 1, offset=state.offset,
    )  # fmt: skip
    sums = invoice_sums(session(), chosen, current_actor(), today=today())
    count = sum(each.count for each in sums)
    return office_page(
        "admin/invoices/list.html",
        current="invoices",
        list=state,
        chosen=chosen,
        rows=rows[:PAGE_SIZE],
        sums=sums if count <= MOST_COUNTED else [],
        count=min(count, MOST_COUNTED),
        is_capped=count > MOST_COUNTED,
        has_more=len(rows) > PAGE_SIZE,
        tabs=_tabs(state, chosen),
        print_href=url_for("office_invoices.to_post", **request.args.to_dict()),
        account=_account(chosen.account_id),
    )


def _account(account_id: int | None) -> Account | None:
    """The account that the list is of, where this person may see it."""
    if not account_id:
        return None
    return account_by_id(session(), account_id, current_actor(), today=today())


@pages.get("/export.csv", access=staff(Permission.INVOICES_VIEW))
@limiter.limit(EXPORT)
def export() -> Response:
    """The whole list, as filtered and sorted, up to 10,000 documents."""
    state, chosen = asked()
    rows = invoice_list(
        session(), chosen, current_actor(), today=today(), sort=state.sort,
        descending=state.descending, limit=MOST_EXPORTED,
    )  # fmt: skip
    heading = [
        _("Document"), _("Kind"), _("Issued"), _("Due"), _("Account number"), _("Account"),
        _("Order"), _("PO number"), _("Currency"), _("Total"), _("Open"),
    ]  # fmt: skip
    body = (
        (
            row.number, row.kind, row.issued_on, row.due_on, row.account_number, row.account_name,
            row.order_number, row.po_number, row.currency, row.total_amount, row.open_amount,
        )
        for row in rows
    )  # fmt: skip
    return csv_table(heading, body, f"invoices-{today()}.csv")


@pages.get("/to-post.pdf", access=staff(Permission.INVOICES_ISSUE))
@limiter.limit(EXPORT)
def to_post() -> Response:
    """Those of a page of the list that go by post, as one PDF in the order of the list."""
    state, chosen = asked()
    rows = invoice_list(
        session(), replace(chosen, state="post"), current_actor(), today=today(), sort=state.sort,
        descending=state.descending, limit=PAGE_SIZE, offset=state.offset,
    )  # fmt: skip
    if not rows:
        raise Refused(_("No invoice waits to be posted."))
    waiting = invoices_named(session(), [row.number for row in rows])
    return pdf(invoices_pdf(waiting), f"invoices-to-post-{today()}.pdf")


@pages.post("/posted", access=staff(Permission.INVOICES_ISSUE))
def posted() -> Response:
    """Notes that the ticked ones were put in the post."""
    count = note_posted(session(), request.form.getlist("invoice"), by=current_actor())
    commit()
    flash(ngettext("%(num)s is noted as posted", "%(num)s are noted as posted", count))
    return go_to(url_for("office_invoices.page", state="post"))


@pages.get("/<number>", access=staff(Permission.INVOICES_VIEW))
def page_of(number: str) -> Response:
    """The document as it was issued, and what was set against it."""
    return show(number)


@pages.get("/<number>/invoice.pdf", access=staff(Permission.INVOICES_VIEW))
def download(number: str) -> Response:
    """The PDF as it was first made."""
    return invoice_pdf(find(number))


def show(number: str, errors: Errors | None = None, status: int = 200) -> Response:
    invoice = find(number)
    is_credit = invoice.kind == "credit_note"
    corrects = session().get(Invoice, invoice.corrects_id) if invoice.corrects_id else None
    may_use = is_credit and invoice.open_amount > 0 and current_actor().can(_USING)
    return office_page(
        "admin/invoices/page.html",
        current="invoices",
        status=status,
        errors=errors or [],
        invoice=invoice,
        applications=[] if is_credit else applications_of_invoice(session(), invoice.id),
        used=applications_of_credit(session(), invoice.id) if is_credit else [],
        credit_notes=[] if is_credit else credit_notes_of(session(), invoice.id),
        corrects=corrects,
        owed=open_invoices(session(), invoice.bill_to_account_id) if may_use else [],
    )


def find(number: str) -> Invoice:
    """The invoice of the address, where this person may see it."""
    return invoice_by_number(session(), number, current_actor(), today=today())


def asked() -> tuple[Listing, InvoiceFilter]:
    """The list of the address; open invoices where it says nothing and searches for nothing."""
    state = listing("office_invoices.page", FILTERS, sort="issued", sorts=SORTS)
    wanted = request.args.get("state", "" if state.args.get("q") else "open")
    return state, InvoiceFilter(
        state=wanted if wanted in TABS else "",
        account_id=number_arg("account"),
        issued_from=date_arg("from"),
        issued_to=date_arg("to"),
        text=state.args.get("q", ""),
    )


def _tabs(state: Listing, chosen: InvoiceFilter) -> list[dict[str, Any]]:
    return [
        {
            "label": words,
            "href": state.href(state=name or "all"),
            "current": name == chosen.state,
        }
        for name, words in TABS.items()
    ]
