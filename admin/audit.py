"""The audit log: who changed what, when, and on whose behalf."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from admin.audit_fields import field_words, written
from admin.audit_words import KINDS, words_of
from admin.frame import office_frame
from models.accounts import Account, AuditFilter, Permission, audit_entries, people
from models.kernel.activity import Activity
from models.kernel.seller import first_seller
from web.access import Pages, staff
from web.i18n import _
from web.pages import render
from web.transactions import session

pages = Pages("audit", __name__, url_prefix="/admin/audit")
PER_PAGE = 50


@pages.get("", access=staff(Permission.AUDIT_VIEW))
def page() -> AnyResponse:
    """Filters stand in the address, so that a view can be mailed; pages go on behind an entry."""
    seller = first_seller(session())
    zone = seller.time_zone
    rows = session().execute(audit_entries(_filter(zone)).limit(PER_PAGE + 1)).all()
    shown = rows[:PER_PAGE]
    return render(
        "admin/audit.html",
        entries=[
            (entry, name, account, changes(entry, seller.base_currency))
            for entry, name, account in shown
        ],
        older=_older(shown[-1][0].id) if len(rows) > PER_PAGE else "",
        words_of=words_of,
        kinds=[
            ("", _("Everything")),
            *sorted(((kind, words_of(kind)) for kind in KINDS), key=lambda kind: kind[1]),
        ],
        people=[(user.id, user.name) for user in session().scalars(people())],
        chosen=request.args,
        zone=zone,
        shell=office_frame(),
    )


def changes(entry: Activity, currency: str) -> list[tuple[str, str, str]]:
    """(what, before, after) of an entry in words; single facts have no before.

    Amounts are in the entry's own currency where it names one, else in `currency`.
    """
    details: dict[str, Any] = entry.details
    currency = details.get("currency") or currency
    before, after = details.get("before"), details.get("after")
    rows = [
        (field_words(key), "", written(key, value, currency))
        for key, value in details.items()
        if key not in ("before", "after", "currency")
    ]
    if isinstance(before, dict) or isinstance(after, dict):
        old, new = before or {}, after or {}
        names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
        rows += [
            (field_words(name), *(written(name, facts.get(name), currency) for facts in (old, new)))
            for name in names
        ]
    elif before is not None or after is not None:
        rows.append(("", written("", before, currency), written("", after, currency)))
    return [row for row in rows if row[1] or row[2]]


def _filter(zone: str) -> AuditFilter:
    account = request.args.get("account", "").strip()
    return AuditFilter(
        person_id=request.args.get("person", type=int),
        kind=request.args.get("kind", "").strip(),
        account_id=_account_id(account) if account else None,
        since=_start_of(request.args.get("since", ""), zone),
        until=_start_of(request.args.get("until", ""), zone, days=1),
        before_id=request.args.get("before", type=int),
    )


def _account_id(number: str) -> int:
    """The account of this number; one that fits nothing where there is none."""
    found = session().scalars(select(Account.id).where(Account.number == number.upper())).first()
    return found or 0


def _start_of(text: str, zone: str, days: int = 0) -> datetime | None:
    try:
        on = date.fromisoformat(text) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC)


def _older(before_id: int) -> str:
    kept = {name: value for name, value in request.args.items() if name != "before" and value}
    return url_for("audit.page") + "?" + urlencode({**kept, "before": before_id})
