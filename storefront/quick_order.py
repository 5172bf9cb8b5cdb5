"""Three ways to put many lines on the pad at once, and the answers to what was not clear."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Response, flash, request, url_for

from models.accounts import Capability
from models.checkout import (
    Outcome,
    TypedRow,
    add_rows,
    decide,
    read_cells,
    read_text,
    undecided_rows,
)
from models.kernel.errors import Refused
from models.pricing import read_sheet
from storefront.order_pad import pad_page
from storefront.pad_view import LINES_AT_ONCE
from storefront.shopping import buyer_actor, current_shopper, open_cart, read_shopper_again
from web.access import Pages, buyer
from web.i18n import _, ngettext
from web.pages import go_to
from web.security import accept_uploads
from web.transactions import commit, session

pages = Pages("quick_order", __name__, url_prefix="/order")


@pages.post("/add", access=buyer(Capability.PLACE_ORDERS))
def add() -> Any:
    """One line, typed or scanned."""
    code = request.form.get("code", "").strip()
    if not code:
        return _refused(Refused(_("Type a product, SKU or barcode."), field="add"))
    quantity = request.form.get("quantity", "").strip()
    return _added([TypedRow(0, code, quantity)], "type")


@pages.post("/paste", access=buyer(Capability.PLACE_ORDERS))
def paste() -> Any:
    """A pasted list: a code and a quantity in each line."""
    text = request.form.get("rows", "")
    try:
        rows = read_text(text)
        return _added(rows, "paste")
    except Refused as refused:
        return _refused(refused, text)


@pages.post("/file", access=buyer(Capability.PLACE_ORDERS))
def upload() -> Any:
    """A CSV or XLSX file with two columns."""
    accept_uploads()
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _refused(Refused(_("Choose a CSV or Excel file first."), field="file"))
    try:
        sheet = read_sheet(sent.read(), sent.filename)
        rows = read_cells([(1, sheet.header), *sheet.rows])
        return _added(rows, "file")
    except Refused as refused:
        return _refused(refused)


@pages.post("/decide", access=buyer(Capability.PLACE_ORDERS))
def answer() -> Any:
    """One answer to one row that was not clear."""
    row_id, _colon, chosen = request.form.get("answer", "").partition(":")
    if not row_id.isdigit():
        raise Refused(_("Choose one of the answers."))
    decide(session(), open_cart(), int(row_id), chosen, current_shopper(), by=buyer_actor())
    commit()
    return go_to(url_for("order_pad.pad"))


@pages.get("/undecided.csv", access=buyer(Capability.PLACE_ORDERS))
def download_undecided() -> Response:
    """The rows that still need an answer, as a file."""
    cart = current_shopper().cart
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["row", "code", "quantity", "problem"])
    for row, _sku, _name in undecided_rows(session(), cart) if cart else []:
        writer.writerow([row.row_number, _tame(row.code), _tame(row.quantity_text), row.problem])
    headers = {"Content-Disposition": "attachment; filename=undecided-rows.csv"}
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers=headers)


def _added(rows: list[TypedRow], way: str) -> Any:
    cart = open_cart()
    is_first = way == "type" and cart.line_count >= LINES_AT_ONCE
    outcome = add_rows(
        session(), cart, rows, current_shopper(), by=buyer_actor(), is_first=is_first
    )
    commit()
    flash(
        _("It is on the pad, as its first line.") if is_first and outcome.added else _told(outcome)
    )
    fragment = "decisions" if outcome.undecided else None
    return go_to(url_for("order_pad.pad", add=way if way == "type" else None, _anchor=fragment))


def _told(outcome: Outcome) -> str:
    told = ""
    if outcome.added or not outcome.undecided:
        told = ngettext("%(num)s product is on the pad.", "%(num)s products are on the pad.",
                        outcome.added)  # fmt: skip
    if outcome.summed:
        told += " " + ngettext(
            "%(num)s repeated row was added up.", "%(num)s repeated rows were added up.",
            outcome.summed,
        )  # fmt: skip
    if outcome.undecided:
        told += " " + ngettext(
            "%(num)s row needs a decision.", "%(num)s rows need a decision.", outcome.undecided
        )
    return told.strip()


def _refused(refused: Refused, text: str = "") -> Any:
    session().rollback()
    read_shopper_again()
    return pad_page(refused.problems, 422, text)


def _tame(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell
