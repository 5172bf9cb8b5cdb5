"""The order list: saved views as tabs, filters in the address, and work on several at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.frame import office_page, seller, today, waiting
from admin.listing import PAGE_SIZE, Listing, listing, number_arg
from admin.order_rows import Printed, order_row_views
from admin.prints import print_choices
from admin.ticked import selected_orders
from admin.words import ORDER_STATUSES
from models.accounts import Account, Permission
from models.fulfilment import last_printed, release_to_picking
from models.insight import (
    MOST_COUNTED,
    VIEWS,
    OrderFilter,
    account_by_id,
    filter_options,
    order_rows,
    order_sums,
)
from models.kernel.errors import Conflict, NotFound, Refused
from models.orders import HOLD_CODES, STATUSES, Order
from web.access import Pages, staff
from web.days import date_arg
from web.downloads import csv_table
from web.i18n import _, lazy, ngettext
from web.identity import current_actor
from web.limits import EXPORT, limiter
from web.pages import go_to
from web.safe_redirects import safe_next
from web.transactions import commit, session

pages = Pages("office_orders", __name__, url_prefix="/admin/orders")
FILTERS = ("view", "hold", "status", "account", "rep", "warehouse", "from", "to", "q")
SORTS = ("number", "placed", "promised", "account", "total", "status")
TABS = {
    "open": lazy("All open"),
    "late": lazy("Late"),
    "held": lazy("On hold"),
    "release": lazy("To release"),
    "pick": lazy("To pick"),
    "pack": lazy("To pack"),
    "ship": lazy("To ship"),
    "invoice": lazy("To invoice"),
    "unpaid": lazy("Unpaid"),
    "paid": lazy("Paid"),
    "all": lazy("All"),
}
PRINTED_IN = {"pick": "pick_list", "pack": "delivery_note", "ship": "delivery_note"}
OF_A_DAY = {
    "new": lazy("Since last evening"),
    "cut_off": lazy("Past cut-off"),
    "short": lazy("Short of goods"),
    "fillable": lazy("Backorders now in stock"),
    "payment": lazy("Awaiting payment"),
}
"""Views that Today leads to; a tab of their own while one is looked at."""
NAMES = {**TABS, **OF_A_DAY}
MOST_EXPORTED = 10_000


@dataclass(frozen=True)
class OrderList:
    """What the list's address asks for."""

    state: Listing
    chosen: OrderFilter


@pages.get("", access=staff(Permission.ORDERS_VIEW))
def page() -> Response:
    """One page of the chosen view."""
    asked = asked_list()
    rows = order_rows(
        session(), asked.chosen, current_actor(), today=today(), sort=asked.state.sort,
        descending=asked.state.descending, limit=PAGE_SIZE + 1, offset=asked.state.offset,
    )  # fmt: skip
    sums = order_sums(session(), asked.chosen, current_actor(), today=today())
    count = sum(each.count for each in sums)
    is_capped = count > MOST_COUNTED
    return office_page(
        "admin/orders/list.html",
        current="orders",
        fragment="admin/orders/_list.html",
        list=asked.state,
        view=asked.chosen.view,
        chosen=asked.chosen,
        rows=order_row_views(
            rows[:PAGE_SIZE], asked.state, seller().time_zone, today(), _printed(asked, rows)
        ),
        key=uuid.uuid4().hex,
        papers=print_choices(),
        sums=[] if is_capped else sums,
        count=min(count, MOST_COUNTED),
        is_capped=is_capped,
        has_more=len(rows) > PAGE_SIZE,
        tabs=_tabs(asked.state),
        options=filter_options(session()),
        account=_account(asked.chosen),
        statuses=[(status, ORDER_STATUSES[status][0]) for status in STATUSES],
    )


@pages.get("/export.csv", access=staff(Permission.ORDERS_VIEW))
@limiter.limit(EXPORT)
def export() -> Response:
    """The whole list, as filtered and sorted, up to 10,000 orders."""
    asked = asked_list()
    rows = order_rows(
        session(), asked.chosen, current_actor(), today=today(), sort=asked.state.sort,
        descending=asked.state.descending, limit=MOST_EXPORTED,
    )  # fmt: skip
    heading = [
        _("Order"), _("Placed"), _("Account number"), _("Account"), _("PO number"), _("Status"),
        _("Promised"), _("Lines"), _("Lines shipped"), _("Currency"), _("Total"), _("Paid"),
    ]  # fmt: skip
    body = (
        (
            row.number, row.placed_at, row.account_number, row.account_name, row.po_number,
            row.status, row.promised_on, row.line_count, row.shipped_lines, row.currency,
            row.total_amount, row.paid_amount,
        )
        for row in rows
    )  # fmt: skip
    return csv_table(heading, body, f"orders-{asked.chosen.view}-{today()}.csv")


@pages.post("/release", access=staff(Permission.PICK))
def release_selected() -> Response:
    """Releases each selected order by itself; those that cannot go say why, the others go."""
    released, problems = 0, []
    for number in selected_orders():
        try:
            released += bool(release_to_picking(session(), _id_of(number), by=current_actor()))
            commit()
        except (Refused, Conflict) as refusal:
            session().rollback()
            problems.append(refusal.sentence)
    flash(ngettext("%(num)s order released", "%(num)s orders released", released))
    for sentence in problems[:5]:
        flash(_(sentence), "error")
    otherwise = url_for("office_orders.page", view="release")
    return go_to(safe_next(request.form.get("back"), otherwise))


def asked_list() -> OrderList:
    """The list of the address, with its filters understood. An unknown view is all orders."""
    state = listing("office_orders.page", FILTERS, sort="placed", sorts=SORTS)
    args = state.args
    view = args.get("view", "open" if not args.get("q") else "all")
    status = args.get("status", "")
    return OrderList(
        state,
        OrderFilter(
            view=view if view in VIEWS else "all",
            status=status if status in STATUSES else "",
            account_id=number_arg("account"),
            rep_id=number_arg("rep"),
            warehouse_id=number_arg("warehouse"),
            placed_from=date_arg("from"),
            placed_to=date_arg("to"),
            text=args.get("q", ""),
            hold=args["hold"] if args.get("hold") in HOLD_CODES else "",
        ),
    )


def _tabs(state: Listing) -> list[dict[str, Any]]:
    counts = waiting().orders
    current = state.args.get("view", "open" if not state.args.get("q") else "all")
    return [
        {
            "label": words,
            "href": state.href(view=view, status=None, hold=None),
            "count": counts.get(view),
            "current": view == current,
        }
        for view, words in NAMES.items()
        if view in TABS or view == current
    ]


def _printed(asked: OrderList, rows: Sequence[Any]) -> Printed:
    """When and by whom what the view waits for was last printed; other views do not ask."""
    kind = PRINTED_IN.get(asked.chosen.view)
    return last_printed(session(), kind, [row.id for row in rows]) if kind else {}


def _account(chosen: OrderFilter) -> Account | None:
    if not chosen.account_id:
        return None
    return account_by_id(session(), chosen.account_id, current_actor(), today=today())


def _id_of(number: str) -> int:
    found = session().scalar(
        select(Order.id).where(Order.number == number, Order.seller_id == seller().id)
    )
    if found is None:
        raise NotFound("There is no such order.")
    return found
