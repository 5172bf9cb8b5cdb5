"""Day end: a check list that comes to zero or is signed with a reason, and the days before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place, seller, today
from admin.listing import Listing, listing
from admin.typed import optional_price_of, price_of, text_of, whole_of
from models.accounts import Permission
from models.closing import (
    Standing,
    close_day,
    closed_days,
    count_cash,
    day_end_of,
    standing_of,
)
from models.insight import Concern
from models.kernel.errors import Refused
from web.access import Pages, staff
from web.day import sums_in_words
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.presenting import day_in_words, money
from web.transactions import commit, session

pages = Pages("office_day_end", __name__, url_prefix="/admin/day-end")
CLOSE = staff(Permission.DAY_CLOSE)
DAYS_SHOWN = 31


@dataclass(frozen=True, slots=True)
class Check:
    """What is checked, the list that a count leads to, and who may open that."""

    words: Any
    at_zero: Any
    endpoint: str
    args: dict[str, str]
    permission: Permission


CHECKS = {
    "pack": Check(lazy("Picked, not packed"), lazy("All that was picked is packed"),
                  "office_orders.page", {"view": "pack"}, Permission.ORDERS_VIEW),
    "ship": Check(lazy("Packed, not shipped"), lazy("All that was packed has left"),
                  "office_orders.page", {"view": "ship"}, Permission.ORDERS_VIEW),
    "manifest": Check(lazy("Left, on no manifest"), lazy("All that has left is on a manifest"),
                      "floor_manifests.page", {}, Permission.SHIP),
    "invoice": Check(lazy("Shipped, not invoiced"), lazy("All that has left is invoiced"),
                     "office_orders.page", {"view": "invoice"}, Permission.ORDERS_VIEW),
    "cards": Check(lazy("Card money not matched"), lazy("All card money is matched"),
                   "office_cards.page", {}, Permission.PAYMENTS_VIEW),
    "cash": Check(lazy("Cash not counted"), lazy("All cash is counted"),
                  "office_day_end.page", {"_anchor": "cash"}, Permission.DAY_CLOSE),
    "messages": Check(lazy("Messages unanswered"), lazy("All messages are answered"),
                      "office_messages.page", {}, Permission.ORDERS_VIEW),
}  # fmt: skip


@pages.get("", access=CLOSE)
def page() -> Response:
    """What stands open today, the cash by person, and the way to close the day."""
    return show()


@pages.post("", access=CLOSE)
def close() -> Response:
    """Closes the day, with its reason where something stands open."""

    def act() -> Response:
        close_day(session(), seller(), request.form.get("reason", ""), by=current_actor())
        commit()
        flash(_("%(day)s is closed", day=day_in_words(today())))
        return go_to(url_for("office_day_end.page"))

    return refused_in_place(act, show)


@pages.post("/cash", access=CLOSE)
def count() -> Response:
    """Writes down what was counted of one person's cash."""
    person, currency = whole_of("person") or 0, text_of("currency")[:3]
    at = f"{person}-{currency}"

    def act() -> Response:
        counted = optional_price_of(f"counted-{at}")
        if counted is None:
            raise Refused(
                _("Enter what was counted, 0 where there is none."), field=f"counted-{at}"
            )
        made = count_cash(
            session(), seller(), (person, currency), shown=price_of("shown"), counted=counted,
            reason=text_of(f"why-{at}"), by=current_actor(),
        )  # fmt: skip
        commit()
        flash(_("%(amount)s counted", amount=money(made.counted_amount, made.currency)))
        return go_to(url_for("office_day_end.page", _anchor="cash"))

    return refused_in_place(act, show)


@pages.get("/days", access=CLOSE)
def days() -> Response:
    """The days that were closed: by whom, with what standing open, and why."""
    state: Listing = listing("office_day_end.days", (), sort="day", sorts=("day",))
    offset = (state.page - 1) * DAYS_SHOWN
    rows = closed_days(session(), seller(), limit=DAYS_SHOWN + 1, offset=offset)
    return office_page(
        "admin/day_end/days.html",
        current="day_end",
        list=state,
        rows=[_told(row) for row in rows[:DAYS_SHOWN]],
        has_more=len(rows) > DAYS_SHOWN,
    )


def show(errors: Errors | None = None, status: int = 200) -> Response:
    standing = standing_of(session(), seller(), current_actor())
    closed = day_end_of(session(), seller(), today())
    return office_page(
        "admin/day_end/page.html",
        current="day_end",
        status=status,
        errors=errors or [],
        wrong=dict(errors or []),
        standing=standing,
        checks=[_check(each) for each in standing.checks],
        drawers=[(each, _payments_of(each.user_id)) for each in standing.drawers],
        zeros=_zeros(standing),
        closed=_told(closed) if closed else None,
        typed=request.form,
    )


def _check(found: Concern) -> dict[str, Any]:
    check = CHECKS[found.key]
    may_open = current_actor().can(check.permission)
    return {
        "key": found.key,
        "count": found.count,
        "words": check.words if found.count else check.at_zero,
        "money": sums_in_words(found) if found.count else "",
        "href": url_for(check.endpoint, **check.args) if found.count and may_open else "",
    }


def _zeros(standing: Standing) -> str:
    done = len(standing.checks) - len(standing.open_checks)
    return _("%(done)s of %(all)s at zero", done=done, all=len(standing.checks))


def _payments_of(user_id: int) -> str:
    """The cash payments behind a sum: exactly those that it adds up."""
    if not current_actor().can(Permission.PAYMENTS_VIEW):
        return ""
    on: date = today()
    return url_for("office_payments.page", means="cash", by=user_id, recorded=on.isoformat())


def _told(row: Any) -> dict[str, Any]:
    """A closed day with what stood open in words."""
    return {
        "day": row.day,
        "closed_at": row.closed_at,
        "closed_by": row.closed_by,
        "open_count": row.open_count,
        "reason": row.reason,
        "stood": [
            (CHECKS[each["key"]].words, each["count"], _sums(each["sums"])) for each in row.stood
        ],
        "cash": row.cash,
    }


def _sums(kept: list[list[str]]) -> str:
    return ", ".join(money(Decimal(amount), currency) for currency, amount in kept)
