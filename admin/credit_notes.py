"""Credit notes: against an invoice with a preview, on account, and using what is left of one."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place, seller
from admin.invoices import find
from admin.invoices import show as show_invoice
from admin.returns import units_of
from admin.typed import optional_price_of, price_of
from models.accounts import Account, Permission
from models.kernel.errors import NotFound, Refused
from models.kernel.money import ZERO
from models.receivables import (
    CreditProposal,
    CreditRequest,
    LineCredit,
    credit_invoice,
    credit_on_account,
    creditable_charges,
    creditable_lines,
    open_credits,
    propose_credit,
    use_credit,
)
from web.access import Pages, staff
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_credit", __name__, url_prefix="/admin")
TAX_CATEGORIES = (
    ("standard", lazy("Standard rate")),
    ("reduced", lazy("Reduced rate")),
    ("zero", lazy("Zero rate")),
    ("exempt", lazy("Exempt")),
)


@pages.get("/invoices/<number>/credit", access=staff(Permission.INVOICES_ISSUE))
def form(number: str) -> Response:
    """The invoice's lines with what is left to credit."""
    return show(number)


@pages.post("/invoices/<number>/credit", access=staff(Permission.INVOICES_ISSUE))
def issue(number: str) -> Response:
    """Shows what it comes to, or issues it, once per form."""

    def act() -> Response:
        invoice = find(number)
        asked = _request(invoice.id)
        if request.form.get("do") != "issue":
            return show(number, proposal=propose_credit(session(), invoice.id, asked))
        note = credit_invoice(session(), invoice.id, asked, by=current_actor())
        commit()
        flash(_("%(number)s is issued", number=note.number))
        return go_to(url_for("office_invoices.page_of", number=note.number))

    return refused_in_place(act, lambda errors, status: show(number, errors, status))


@pages.get("/accounts/<int:account_id>/credit-note", access=staff(Permission.CREDIT_ON_ACCOUNT))
def new_on_account(account_id: int) -> Response:
    """A credit that corrects no invoice."""
    return show_on_account(account_id)


@pages.post("/accounts/<int:account_id>/credit-note", access=staff(Permission.CREDIT_ON_ACCOUNT))
def on_account(account_id: int) -> Response:
    """Issues it, once per form."""

    def act() -> Response:
        category = request.form.get("tax_category", "")
        if category not in dict(TAX_CATEGORIES):
            raise Refused(_("Choose the tax."), field="tax_category")
        note = credit_on_account(
            session(), _payer(account_id).id, seller=seller(), amount=price_of("amount"),
            tax_category=category, reason=request.form.get("reason", ""),
            submission_key=request.form.get("submission_key", "")[:64], by=current_actor(),
        )  # fmt: skip
        commit()
        flash(_("%(number)s is issued", number=note.number))
        return go_to(url_for("office_invoices.page_of", number=note.number))

    return refused_in_place(act, lambda errors, status: show_on_account(account_id, errors, status))


@pages.post("/invoices/<number>/use-credit", access=staff(Permission.PAYMENTS_RECORD))
def use(number: str) -> Response:
    """Sets what is left of a credit note against open invoices."""

    def act() -> Response:
        use_credit(session(), find(number).id, _amounts(), by=current_actor())
        commit()
        flash(_("Set against the invoices"))
        return go_to(url_for("office_invoices.page_of", number=number))

    return refused_in_place(act, lambda errors, status: show_invoice(number, errors, status))


def show(
    number: str,
    errors: Errors | None = None,
    status: int = 200,
    *,
    proposal: CreditProposal | None = None,
) -> Response:
    invoice = find(number)
    rows = creditable_lines(session(), invoice.id)
    return office_page(
        "admin/credit/new.html",
        current="invoices",
        status=status,
        errors=errors or [],
        wrong=dict(errors or []),
        invoice=invoice,
        rows=[row for row in rows if row.units > 0],
        charges=creditable_charges(session(), invoice.id),
        chosen=request.form.getlist("charge"),
        is_creditable=invoice.kind == "invoice" and invoice.origin == "entered",
        proposal=proposal,
        typed=request.form,
        key=request.form.get("submission_key") or uuid.uuid4().hex,
    )


def show_on_account(account_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    account = _payer(account_id)
    return office_page(
        "admin/credit/on_account.html",
        current="accounts",
        status=status,
        errors=errors or [],
        wrong=dict(errors or []),
        account=account,
        categories=TAX_CATEGORIES,
        credits=open_credits(session(), account.id),
        typed=request.form,
        key=request.form.get("submission_key") or uuid.uuid4().hex,
    )


def _payer(account_id: int) -> Account:
    account = session().get(Account, account_id)  # in scope: finance credits every account
    if account is None:
        raise NotFound("There is no such account.")
    return account if account.bill_to_id is None else session().get_one(Account, account.pays_id)


def _request(invoice_id: int) -> CreditRequest:
    """What was typed: units beside a line, a new price, or both. A new price alone is meant for
    all units that are left."""
    rows = {row.line.id: row for row in creditable_lines(session(), invoice_id)}
    prices = {line_id: optional_price_of(f"price-{line_id}") for line_id in rows}
    units = {line_id: rows[line_id].units for line_id, price in prices.items() if price is not None}
    units |= units_of("quantity-")
    return CreditRequest(
        submission_key=request.form.get("submission_key", "")[:64],
        reason=request.form.get("reason", ""),
        lines=tuple(
            LineCredit(line_id, count, prices.get(line_id)) for line_id, count in units.items()
        ),
        charge_ids=tuple(
            int(text)
            for text in request.form.getlist("charge")
            if text.isascii() and text.isdigit()
        ),
        restocking_fee=optional_price_of("fee") or ZERO,
    )


def _amounts() -> dict[int, Decimal]:
    prefix = "invoice-"
    found: dict[int, Any] = {
        int(name.removeprefix(prefix)): optional_price_of(name)
        for name in request.form
        if name.startswith(prefix) and name.removeprefix(prefix).isdigit()
    }
    return {key: amount for key, amount in found.items() if amount}
