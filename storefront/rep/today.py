"""The rep's customers, what matters first."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, url_for

from models.accounts import Permission
from models.insight import AccountLine, rep_accounts
from storefront.rep.frame import rep_page
from storefront.shopping import buyer_actor, current_shopper
from web.access import Pages, staff
from web.i18n import _, ngettext
from web.presenting import day_count, money
from web.transactions import session

pages = Pages("rep_today", __name__)


@pages.get("/rep", access=staff(Permission.ACCOUNTS_VIEW))
def today() -> Any:
    """Late payers, accounts over their limit, accounts due a reorder; then the others."""
    on = current_shopper().today
    query = request.args.get("q", "")
    lines = rep_accounts(session(), buyer_actor(), on, query=query)
    urgent = [line for line in lines if line.urgency(on)[0] < 3]
    others = [line for line in lines if line.urgency(on)[0] == 3]
    return rep_page(
        "storefront/rep/today.html",
        query=query,
        urgent=[_view(line) for line in urgent],
        others=[_view(line) for line in others],
        facts=_facts(lines),
    )


def _view(line: AccountLine) -> dict[str, Any]:
    on = current_shopper().today
    return {
        "name": line.name,
        "note": ", ".join(part for part in (line.number, line.city) if part),
        "href": url_for("rep_account.account", account_id=line.id),
        "phone": line.phone,
        "remarks": _remarks(line),
        "last": _ordered(line, on),
        "year": money(line.year_amount, line.currency),
    }  # fmt: skip


def _ordered(line: AccountLine, on: date) -> str:
    if not line.last_on:
        return _("Has not ordered yet")
    waited = line.waited_days(on)
    if waited <= 0:
        return _("Ordered today")
    return ngettext("Ordered %(num)s day ago", "Ordered %(num)s days ago", waited)


def _remarks(line: AccountLine) -> list[tuple[str, str, str]]:
    """Word, tone and fill of each thing to know."""
    on = current_shopper().today
    remarks = []
    if line.overdue:
        words = _("%(amount)s overdue, %(days)s", amount=money(line.overdue, line.currency),
                  days=day_count(line.overdue_days))  # fmt: skip
        remarks.append((words, "bad", "full"))
    if line.over_limit > 0:
        over = money(line.over_limit, line.currency)
        words = _("Owes %(amount)s more than the limit", amount=over)
        remarks.append((words, "warn", "half"))
    if line.is_due(on):
        words = _("Due an order, usually every %(days)s", days=day_count(line.interval_days))
        remarks.append((words, "info", ""))
    return remarks


def _facts(lines: list[AccountLine]) -> list[dict[str, Any]]:
    on = current_shopper().today
    late = [line for line in lines if line.overdue]
    due = [line for line in lines if line.is_due(on)]
    return [
        {"label": _("Customers"), "value": str(len(lines))},
        {"label": _("Due an order"), "value": str(len(due))},
        {"label": _("Paying late"), "value": str(len(late)), "tone": "bad" if late else ""},
    ]
