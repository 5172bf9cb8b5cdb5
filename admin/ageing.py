"""Ageing: who owes how much and for how long, whom to chase, as a list and as CSV."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from werkzeug.wrappers import Response

from admin.frame import office_page, today
from admin.listing import PAGE_SIZE, Listing, listing
from models.accounts import Permission
from models.insight import MOST_COUNTED
from models.receivables import Ageing, AgeingFilter, ageing_list, ageing_sums
from web.access import Pages, staff
from web.downloads import csv_table
from web.i18n import _, lazy
from web.identity import current_actor
from web.limits import EXPORT, limiter
from web.presenting import money
from web.transactions import session

pages = Pages("office_ageing", __name__, url_prefix="/admin/ageing")
BUCKETS = {
    "not_due": (lazy("Not due"), "ok"),
    "to_30": (lazy("1 to 30 days late"), "info"),
    "to_60": (lazy("31 to 60"), "warn"),
    "to_90": (lazy("61 to 90"), "bad"),
    "older": (lazy("Over 90"), "bad"),
}
TABS = {
    "": lazy("All"),
    "overdue": lazy("Overdue"),
    "sixty": lazy("Over 60 days late"),
    "credit": lazy("In credit"),
}
SORTS = ("name", *(each.name for each in fields(Ageing)), "balance", "overdue")


@pages.get("", access=staff(Permission.INVOICES_VIEW))
def page() -> Response:
    """One page of accounts, whoever is late with most first, and the totals of all."""
    state, chosen = asked()
    rows = ageing_list(
        session(), chosen, current_actor(), today=today(), sort=state.sort,
        descending=state.descending, limit=PAGE_SIZE + 1, offset=state.offset,
    )  # fmt: skip
    sums = ageing_sums(session(), chosen, current_actor(), today=today())
    return office_page(
        "admin/ageing/list.html",
        current="ageing",
        list=state,
        chosen=chosen,
        rows=rows[:PAGE_SIZE],
        sums=sums,
        bars=[(_bar(each), _said(each)) for each in sums if each.balance + each.credit > 0],
        count=sum(each.count for each in sums),
        bucket_names=BUCKETS,
        tabs=_tabs(state, chosen),
    )


@pages.get("/export.csv", access=staff(Permission.INVOICES_VIEW))
@limiter.limit(EXPORT)
def export() -> Response:
    """The whole list, as filtered and sorted."""
    state, chosen = asked()
    rows = ageing_list(
        session(), chosen, current_actor(), today=today(), sort=state.sort,
        descending=state.descending, limit=MOST_COUNTED * 5,
    )  # fmt: skip
    heading = [
        _("Account number"), _("Account"), _("Currency"),
        *(str(words) for words, _tone in BUCKETS.values()), _("Credit"), _("Balance"),
        _("Oldest due"), _("Last payment"), _("Phone"),
    ]  # fmt: skip
    body = (
        (
            row.number, row.name, row.currency, row.not_due, row.to_30, row.to_60, row.to_90,
            row.older, row.credit, row.balance, row.oldest_due_on, row.last_paid_on, row.phone,
        )
        for row in rows
    )  # fmt: skip
    return csv_table(heading, body, f"ageing-{today()}.csv")


def asked() -> tuple[Listing, AgeingFilter]:
    """The list of the address."""
    state = listing("office_ageing.page", ("state", "q"), sort="overdue", sorts=SORTS)
    wanted = state.args.get("state", "")
    return state, AgeingFilter(wanted if wanted in TABS else "", state.args.get("q", ""))


def _tabs(state: Listing, chosen: AgeingFilter) -> list[dict[str, Any]]:
    return [
        {"label": words, "href": state.href(state=name or None), "current": name == chosen.state}
        for name, words in TABS.items()
    ]


def _bar(sums: Any) -> list[dict[str, Any]]:
    """The open amounts of one currency by age, as the bar shows them."""
    whole = sums.balance + sums.credit
    return [
        {
            "label": str(words),
            "text": money(getattr(sums, name), sums.currency),
            "tone": tone,
            "share": float(getattr(sums, name) / whole * 100),
        }
        for name, (words, tone) in BUCKETS.items()
    ]


def _said(sums: Any) -> str:
    return _(
        "%(overdue)s of %(open)s is overdue",
        overdue=money(sums.overdue, sums.currency),
        open=money(sums.balance + sums.credit, sums.currency),
    )
