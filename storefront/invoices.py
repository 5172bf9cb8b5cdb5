"""The account's invoices: what is open, what is paid, each as a page and a PDF."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Response, current_app, flash, request, send_file, url_for

from models.accounts import Capability
from models.kernel.errors import Refused
from models.kernel.quantity import plain
from models.receivables import Ageing, InvoicePage, ageing_of, invoice_page, is_payers
from models.receivables import list_invoices as read_invoices
from models.receivables.owed import PAGE_ROWS
from storefront.catalogue import here_with
from storefront.frame import shop_page
from storefront.papers import documents
from storefront.paying import takes_test_cards
from storefront.shopping import buyer_actor, buying_account, current_shopper
from web.access import Pages, buyer
from web.addresses import address_lines
from web.i18n import _
from web.pages import go_to, leave_for
from web.presenting import day, money, percentage, unit_price
from web.statuses import invoice_status
from web.transactions import session

pages = Pages("invoices", __name__, url_prefix="/invoices")
STATES = ("open", "paid", "all")


@pages.get("", access=buyer(Capability.SEE_INVOICES))
def list_invoices() -> Any:
    """What is owed, by age, and the documents."""
    mine, shopper = is_payers(buyer_actor()), current_shopper()
    state = request.args.get("state", "open")
    state = state if state in STATES else "open"
    rows = read_invoices(
        session(), mine, state=state, query=request.args.get("q", ""), after=_after()
    )
    most = len(rows) if state == "open" else PAGE_ROWS
    shown = rows[:most]
    more = here_with(after=_mark(shown[-1])) if len(rows) > most else ""
    return shop_page(
        "storefront/invoices.html",
        fragment="storefront/_more_invoices.html" if request.args.get("after") else None,
        invoices=[_row(row, shopper.today) for row in shown],
        ageing=_ageing(ageing_of(session(), mine, shopper.today), shopper.currency),
        tabs=_tabs(state),
        state=state,
        query=request.args.get("q", ""),
        more=more,
        may_pay=_may_pay(),
        has_statement=buying_account().bill_to_id is None,
        is_stand_in=takes_test_cards(),
        sees_prices=buyer_actor().can(Capability.SEE_PRICES),
    )


@pages.get("/<number>", access=buyer(Capability.SEE_INVOICES))
def invoice(number: str) -> Any:
    """One invoice or credit note."""
    return _show(number)


def _show(number: str, *, typed: str = "", error: str = "", status: int = 200) -> Any:
    record = invoice_page(session(), number, is_payers(buyer_actor()))
    return shop_page(
        "storefront/invoice.html",
        status=status,
        invoice=_view(record),
        pdf=url_for("invoices.pdf", number=number),
        may_pay=_may_pay() and record.head.kind == "invoice" and record.head.open_amount > 0,
        is_stand_in=takes_test_cards(),
        typed=typed,
        error=error,
    )


@pages.get("/<number>/pdf", access=buyer(Capability.SEE_INVOICES))
def pdf(number: str) -> Response:
    """The document as it was issued."""
    head = invoice_page(session(), number, is_payers(buyer_actor())).head
    papers = documents()
    if head.document_file_id is not None:
        stored = papers.invoice(session(), head)
        return send_file(
            papers.files.open(stored), stored.media_type,
            as_attachment=True, download_name=stored.file_name,
        )  # fmt: skip
    content = papers.invoice_content(session(), head)
    headers = {"Content-Disposition": f'attachment; filename="{head.number}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


@pages.post("/pay", access=buyer(Capability.PAY_INVOICES))
def pay() -> Any:
    """Starts a card payment of the chosen invoices, each in full or by the amount typed for it."""
    card = current_app.extensions.get("card_payments")
    if card is None:
        raise Refused(_("Cards are not taken here. Pay by transfer to the account on the invoice."))
    mine = is_payers(buyer_actor())
    chosen = request.form.getlist("invoice")
    rows = [row for row in read_invoices(session(), mine) if row.number in chosen]
    if not rows:
        flash(_("Choose at least one open invoice."), "error")
        return go_to(url_for("invoices.list_invoices"))
    try:
        amounts = {row.id: _part(row) for row in rows if row.kind == "invoice"}
        address = card.start_for_invoices(session(), buying_account(), amounts, buyer_actor())
    except Refused as refused:
        session().rollback()
        return _refused(chosen, refused.sentence)
    return leave_for(address)


def _refused(chosen: list[str], sentence: str) -> Any:
    """Back where it was asked: at the amount of the one invoice, or at the list."""
    typed = request.form.get(f"amount-{chosen[0]}", "")
    if len(chosen) == 1 and typed:
        return _show(chosen[0], typed=typed, error=sentence, status=422)
    flash(sentence, "error")
    return go_to(url_for("invoices.list_invoices"))


def _part(row: Any) -> Decimal:
    """How much of an invoice is to be paid: what was typed for it, else all that is open."""
    typed = request.form.get(f"amount-{row.number}", "").strip().replace(",", "")
    if not typed:
        return Decimal(row.open_amount)
    try:
        amount = Decimal(typed)
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or amount <= 0:
        raise Refused(_("%(number)s: enter an amount such as 120.50.", number=row.number))
    return amount


def _may_pay() -> bool:
    takes_cards = current_app.extensions.get("card_payments") is not None
    return takes_cards and buyer_actor().can(Capability.PAY_INVOICES)


def _after() -> tuple[date, int] | None:
    on, _comma, row_id = request.args.get("after", "").partition(",")
    try:
        return date.fromisoformat(on), int(row_id)
    except ValueError:
        return None


def _mark(row: Any) -> str:
    return f"{row.issued_on.isoformat()},{row.id}"


def _tabs(state: str) -> list[dict[str, Any]]:
    names = {"open": _("Open"), "paid": _("Paid"), "all": _("All")}
    return [
        {"label": label, "href": here_with(state=value, after=None), "current": value == state}
        for value, label in names.items()
    ]


def _row(row: Any, today: date) -> dict[str, Any]:
    sign = "−" if row.kind == "credit_note" else ""
    return {
        "number": row.number,
        "href": url_for("invoices.invoice", number=row.number),
        "kind": _("Credit note") if sign else _("Invoice"),
        "issued": day(row.issued_on),
        "due": day(row.due_on),
        "po_number": row.po_number,
        "order_number": row.order_number,
        "status": invoice_status(row.kind, row.open_amount, row.due_on, today),
        "total": sign + money(row.total_amount, row.currency),
        "open": sign + money(row.open_amount, row.currency) if row.open_amount else "",
        "payable": not sign and row.open_amount > 0,
        "open_plain": f"{row.open_amount:.2f}",
    }


def _ageing(ageing: Ageing, currency: str) -> dict[str, Any]:
    parts = [
        (_("Not due yet"), ageing.not_due, "ok"), (_("1 to 30 days late"), ageing.to_30, "info"),
        (_("31 to 60 days late"), ageing.to_60, "none"),
        (_("61 to 90 days late"), ageing.to_90, "warn"),
        (_("Over 90 days late"), ageing.older, "bad"),
    ]  # fmt: skip
    whole = ageing.open
    return {
        "open": money(whole, currency),
        "overdue": money(ageing.overdue, currency) if ageing.overdue else "",
        "credit": money(ageing.credit, currency) if ageing.credit else "",
        "owed": money(max(whole - ageing.credit, Decimal(0)), currency),
        "said": _("Of %(open)s open, %(overdue)s is past its due date.",
                  open=money(whole, currency), overdue=money(ageing.overdue, currency)),
        "buckets": [
            {"label": label, "text": money(amount, currency), "tone": tone,
             "share": float(amount / whole * 100)}
            for label, amount, tone in parts
        ]
        if whole
        else [],
    }  # fmt: skip


def _view(record: InvoicePage) -> dict[str, Any]:
    head, currency = record.head, record.head.currency
    rows = [(_("Goods"), money(head.net_amount, currency))]
    rows += [(row.text, money(row.amount, currency)) for row in record.charges]
    rows += [
        (_("VAT at %(rate)s", rate=percentage(row.rate)), money(row.tax_amount, currency))
        for row in record.taxes
    ]
    return {
        **_row(head, current_shopper().today),
        "is_credit": head.kind == "credit_note",
        "corrects": record.corrects,
        "reason": head.reason,
        "terms": head.terms_text,
        "order_href": _order_href(head.order_number),
        "lines": [
            {
                "name": line.name,
                "note": line.sku + (_(", sample, free of charge") if line.is_sample else ""),
                "quantity": plain(line.quantity),
                "each": unit_price(line.unit_price, currency),
                "total": money(line.amount, currency),
            }
            for line in record.lines
        ],
        "figures": rows,
        "sum": (_("Total"), money(head.total_amount, currency)),
        "address": address_lines(head.buyer_facts, head.seller_facts.get("country", "")),
        "payments": [
            (day(row.applied_on), row.number or row.credit_note, money(row.amount, currency))
            for row in record.payments
        ],
        "refunds": [_refund(row, currency) for row in record.refunds],
        "discount": _discount(head),
    }  # fmt: skip


def _refund(row: Any, currency: str) -> tuple[str, str]:
    """What went back, and of which payment and why."""
    words = _("%(amount)s refunded") if row.state == "succeeded" else _("%(amount)s on its way")
    return words % {"amount": money(row.amount, currency)}, f"{row.number}, {row.reason}"


def _order_href(number: str) -> str:
    return url_for("orders.order", number=number) if number else ""


def _discount(head: Any) -> str:
    if not head.discount_percent or not head.discount_until or not head.open_amount:
        return ""
    return _("%(rate)s off if paid by %(day)s", rate=percentage(head.discount_percent),
             day=day(head.discount_until))  # fmt: skip
