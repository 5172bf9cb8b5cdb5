"""The account's orders: to track, to find by PO number, to repeat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, request, url_for

from models.accounts import Capability
from models.kernel.errors import NotFound
from models.orders import OrderFilter, order_page, told_status
from models.orders import list_orders as read_orders
from models.orders.history import PAGE_ROWS
from models.receivables import latest_pro_forma
from storefront.catalogue import here_with
from storefront.frame import shop_page
from storefront.order_view import order_view
from storefront.papers import documents
from storefront.shopping import buyer_actor, current_shopper, own_day
from web.access import Pages, buyer
from web.i18n import _, ngettext
from web.presenting import day, day_in_words, money
from web.statuses import order_status
from web.transactions import session

pages = Pages("orders", __name__, url_prefix="/orders")
STATES = ("", "open", "done", "cancelled")


@pages.get("", access=buyer(Capability.BROWSE))
def list_orders() -> Any:
    """The orders, newest first."""
    wanted = _wanted()
    rows = read_orders(session(), buyer_actor(), wanted)
    shown = rows[:PAGE_ROWS]
    more = here_with(after=_mark(shown[-1])) if len(rows) > PAGE_ROWS else ""
    return shop_page(
        "storefront/orders.html",
        fragment="storefront/_more_orders.html" if wanted.after else None,
        orders=[order_row(row) for row in shown],
        tabs=_tabs(wanted.state),
        query=wanted.query,
        state=wanted.state,
        more=more,
    )


@pages.get("/<number>", access=buyer(Capability.BROWSE))
def order(number: str) -> Any:
    """One order: where it is, what it costs, its story."""
    return show_order(number)


def show_order(number: str, *, problem: str = "") -> Any:
    """The order's page; with what was wrong with a message about it."""
    record = order_page(session(), number, buyer_actor())
    return shop_page(
        "storefront/order.html",
        status=422 if problem else 200,
        order=order_view(record, current_shopper()),
        write_href=url_for("messages.write", number=number),
        problem=problem,
        typed=request.form.get("text", ""),
        page_errors=bool(problem),
    )


@pages.get("/<number>/acknowledgement.pdf", access=buyer(Capability.BROWSE))
def acknowledgement(number: str) -> Response:
    """The order as it stands, as a paper."""
    order = order_page(session(), number, buyer_actor()).head.Order
    papers = documents()
    headers = {"Content-Disposition": f'inline; filename="{order.number}.pdf"'}
    content = papers.acknowledgement(session(), order)
    return Response(content, mimetype="application/pdf", headers=headers)


@pages.get("/<number>/pro-forma.pdf", access=buyer(Capability.BROWSE))
def pro_forma(number: str) -> Response:
    """What is asked for before the order goes out."""
    found = latest_pro_forma(session(), order_page(session(), number, buyer_actor()).head.Order.id)
    if found is None:
        raise NotFound("Nothing was asked for in advance for this order.")
    papers = documents()
    headers = {"Content-Disposition": f'inline; filename="{found.number}.pdf"'}
    if found.document_file_id is None:
        content = papers.pro_forma_content(session(), found)
        return Response(content, mimetype="application/pdf", headers=headers)
    with papers.files.open(papers.pro_forma(session(), found)) as kept:
        return Response(kept.read(), mimetype="application/pdf", headers=headers)


def _wanted() -> OrderFilter:
    state = request.args.get("state", "")
    after = None
    moment, _comma, row_id = request.args.get("after", "").partition(",")
    if row_id.isdigit():
        try:
            after = (datetime.fromisoformat(moment), int(row_id))
        except ValueError:
            after = None
    return OrderFilter(state if state in STATES else "", request.args.get("q", ""), None, after)


def _mark(row: Any) -> str:
    return f"{row.placed_at.isoformat()},{row.id}"


def _tabs(state: str) -> list[dict[str, Any]]:
    names = {
        "": _("All"), "open": _("Open"), "done": _("Shipped"), "cancelled": _("Cancelled"),
    }  # fmt: skip
    return [
        {"label": label, "href": here_with(state=value or None, after=None),
         "current": value == state}
        for value, label in names.items()
    ]  # fmt: skip


def order_row(row: Any) -> dict[str, Any]:
    """An order as a list shows it."""
    status = order_status(row.status, row.hold_codes)
    is_unpaid = told_status(row.status, row.hold_codes) == "awaiting_payment"
    is_open = row.status in ("open", "picking", "partly_shipped", "on_hold")
    has_date = is_open and row.promised_on and not is_unpaid
    return {
        "number": row.number,
        "href": url_for("orders.order", number=row.number),
        "reorder_href": url_for("reordering.differences", number=row.number),
        "placed": day(own_day(row.placed_at)),
        "placed_by": row.placed_by or "",
        "po_number": row.po_number,
        "status": status,
        "ships": day_in_words(row.promised_on) if has_date else "",
        "lines": ngettext("%(num)s line", "%(num)s lines", row.lines),
        "total": money(row.total_amount, row.currency),
        "ship_to": row.ship_to.get("city", ""),
    }
