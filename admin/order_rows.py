"""Rows of the order list in the words of the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from admin.listing import Listing
from admin.words import HOLDS, order_look
from web.i18n import _
from web.pages import addresses
from web.presenting import day_in_words, moment, money

LATE_WHILE = ("open", "picking", "partly_shipped", "on_hold", "awaiting_approval")


class OrderRow(NamedTuple):
    """What `admin/orders/order_row.html` writes, every field as it is read: it is remembered."""

    number: str
    href: str
    po_number: str
    account: str
    city: str
    placed: str
    promised: str
    is_late: bool
    status: str
    tone: str
    fill: str
    holds: str
    shipped: str
    total: str
    printed: str


Printed = dict[int, tuple[datetime, str]]


def order_row_views(
    rows: Sequence[Any], state: Listing, zone: str, today: date, printed: Printed
) -> list[OrderRow]:
    """The rows of one page; each leads to its order, which knows this list by its address."""
    href = addresses("office_order.page", "number", **state.args)
    holds = {code: str(word) for code, word in HOLDS.items()}
    shipped = _("%(done)s of %(all)s", done="{done}", all="{all}")
    return [
        OrderRow(
            row.number,
            href(row.number),
            row.po_number,
            row.account_name,
            row.city or "",
            moment(row.placed_at, zone),
            day_in_words(row.promised_on) if row.promised_on else "",
            bool(row.promised_on and row.promised_on < today and row.status in LATE_WHILE),
            *(look := order_look(row.status, row.hold_codes)),
            _reasons([holds[code] for code in row.hold_codes or ()], look[0]),
            shipped.format(done=row.shipped_lines, all=row.line_count),
            money(row.total_amount, row.currency),
            _printed(printed.get(row.id), zone),
        )
        for row in rows
    ]


def _printed(when: tuple[datetime, str] | None, zone: str) -> str:
    if when is None:
        return ""
    return _("Printed %(moment)s, %(name)s", moment=moment(when[0], zone), name=when[1])


def _reasons(holds: list[str], status: str) -> str:
    """Why the order is held, unless its status says just that."""
    return "" if holds and holds[0] == status else ", ".join(holds)
