"""Price notices: which accounts a coming change concerns, told so many days ahead, and what was
told."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place, seller, today
from admin.listing import PAGE_SIZE, listing, number_arg
from admin.prices.frame import EDIT, VIEW, list_page, overview
from admin.printing import stored
from admin.typed import date_of, text_of, whole_of
from integrations.documents import joined
from integrations.documents.price_notice import XLSX, NoticeFacts, notice_workbook
from models import insight
from models.accounts import Account
from models.catalog import own_numbers_of
from models.kernel.errors import NotFound, Refused
from models.kernel.files import StoredFile
from models.pricing import (
    ComingChange,
    call_off_notice,
    changes_for,
    coming_change,
    coming_days,
    count_notices,
    plan_notice,
    preview_notice,
    price_notice,
    price_notices,
    told_by_post,
    told_in,
    told_of,
    usual_days_ahead,
)
from web.access import Pages
from web.days import date_arg
from web.downloads import file_answer, pdf
from web.i18n import _, lazy
from web.identity import current_actor
from web.limits import EXPORT, limiter
from web.pages import go_to
from web.presenting import day
from web.transactions import commit, session

pages = Pages("price_notices", __name__, url_prefix="/admin/prices")
ROWS_SHOWN = 40
NOTICE_STATES = {
    "scheduled": (lazy("Planned"), "info", ""),
    "sent": (lazy("Sent"), "ok", "full"),
    "cancelled": (lazy("Called off"), "", "none"),
    "missed": (lazy("Not sent in time"), "bad", ""),
}


@pages.get("/notices", access=VIEW)
def page() -> Response:
    """One page of notices, the latest first."""
    state = listing("price_notices.page", (), sort="id", sorts=("id",))
    rows = price_notices(session(), today=today(), limit=PAGE_SIZE + 1, offset=state.offset)
    return office_page(
        "admin/prices/notices.html",
        current="prices",
        list=state,
        rows=[(row, _look(row)) for row in rows[:PAGE_SIZE]],
        count=count_notices(session()),
        has_more=len(rows) > PAGE_SIZE,
    )


@pages.get("/<int:list_id>/notice", access=VIEW)
def plan_page(list_id: int) -> Response:
    """Whom the coming change of a list concerns, and what it says to one of them."""
    return show_plan(list_id)


@pages.post("/<int:list_id>/notice", access=EDIT)
def plan(list_id: int) -> Response:
    """Plans the notice; one that is to go out today is sent at once."""

    def act() -> Response:
        starts_on, days_ahead = date_of("day"), whole_of("days_ahead")
        if starts_on is None:
            raise Refused(_("Choose the day on which the prices change."), field="day")
        made = plan_notice(
            session(), list_id, starts_on, days_ahead or 0, seller=seller(), by=current_actor()
        )
        commit()
        flash(_("It goes out on %(day)s", day=day(made.send_on)) if made.send_on > today()
              else _("The notices are on their way"))  # fmt: skip
        return go_to(url_for("price_notices.one", notice_id=made.id))

    return refused_in_place(act, lambda errors, status: show_plan(list_id, errors, status))


@pages.get("/<int:list_id>/notice/accounts/<int:account_id>.xlsx", access=VIEW)
@limiter.limit(EXPORT)
def as_it_would_be(list_id: int, account_id: int) -> Response:
    """The workbook that the account would get."""
    account = _account(account_id)
    starts_on = _chosen_day(coming_days(session(), list_id, today=today()))
    if starts_on is None:
        raise NotFound("No price of this list changes.")
    change = coming_change(session(), list_id, today=today(), starts_on=starts_on)
    facts = NoticeFacts(
        account, starts_on, changes_for(session(), change, account.id),
        own_numbers_of(session(), account.id),
    )  # fmt: skip
    name = f"prices-{account.number}-{starts_on}.xlsx"
    return file_answer(notice_workbook(facts, seller().trading_name), XLSX, name, "attachment")


@pages.get("/notices/<int:notice_id>", access=VIEW)
def one(notice_id: int) -> Response:
    """What became of a notice: each account with its file."""
    return show_one(notice_id)


@pages.post("/notices/<int:notice_id>/call-off", access=EDIT)
def call_off(notice_id: int) -> Response:
    """A planned notice is not sent."""

    def act() -> Response:
        call_off_notice(session(), notice_id, by=current_actor())
        commit()
        flash(_("Called off. Nobody is told."))
        return go_to(url_for("price_notices.one", notice_id=notice_id))

    return refused_in_place(act, lambda errors, status: show_one(notice_id, errors, status))


@pages.get("/notices/<int:notice_id>/by-post.pdf", access=VIEW)
@limiter.limit(EXPORT)
def by_post(notice_id: int) -> Response:
    """All of a notice that go by post, as one PDF to print."""
    row = price_notice(session(), notice_id, today=today())
    files = told_by_post(session(), notice_id)
    if not files:
        raise Refused(_("Nothing of this notice goes by post, or it is being written still."))
    return pdf(joined([stored(each) for each in files]), f"prices-{row.code}-{row.starts_on}.pdf")


@pages.get("/notices/<int:notice_id>/accounts/<int:told_id>", access=VIEW)
def as_sent(notice_id: int, told_id: int) -> Response:
    """What an account was sent."""
    told = told_in(session(), notice_id, told_id)
    if told.document_file_id is None:
        raise Refused(_("It is being written. Look again in a minute."))
    file = session().get_one(StoredFile, told.document_file_id)  # in scope: of the notice
    return file_answer(stored(file.id), file.media_type, file.file_name, "attachment")


def show_plan(list_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    row = overview(list_id)
    days = coming_days(session(), list_id, today=today()) if row.status == "active" else []
    starts_on = _chosen_day(days)
    return list_page(
        "admin/prices/notice.html",
        row,
        "",
        errors=errors,
        status=status,
        days=[(each.isoformat(), day(each)) for each in days],
        starts_on=starts_on,
        **(_planned(list_id, starts_on) if starts_on else {}),
    )


def _planned(list_id: int, starts_on: date) -> dict[str, Any]:
    change = coming_change(session(), list_id, today=today(), starts_on=starts_on)
    preview = preview_notice(session(), change)
    state = listing(
        "price_notices.plan_page", ("day", "account"), sort="name", sorts=("name",),
        list_id=list_id,
    )  # fmt: skip
    most = (starts_on - today()).days
    waiting = [each for each in preview.accounts if each.means != "none" and not each.is_told]
    return {
        "list": state,
        "preview": preview,
        "accounts": preview.accounts[state.offset : state.offset + PAGE_SIZE],
        "to_tell": len(waiting),
        "most": most,
        "days_ahead": text_of("days_ahead") or usual_days_ahead(session(), most),
        **_example(change, number_arg("account") or next((a.id for a in preview.accounts), None)),
    }


def _example(change: ComingChange, account_id: int | None) -> dict[str, Any]:
    if account_id is None:
        return {"example": None}
    account = _account(account_id)
    changes = changes_for(session(), change, account.id)
    return {"example": account, "changes": changes[:ROWS_SHOWN], "changes_count": len(changes)}


def show_one(notice_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    row = price_notice(session(), notice_id, today=today())
    state = listing("price_notices.one", (), sort="name", sorts=("name",), notice_id=notice_id)
    told = told_of(session(), notice_id, limit=PAGE_SIZE + 1, offset=state.offset)
    return office_page(
        "admin/prices/notice_sent.html",
        current="prices",
        status=status,
        errors=errors or [],
        row=row,
        state=_look(row),
        list=state,
        told=told[:PAGE_SIZE],
        has_more=len(told) > PAGE_SIZE,
        by_post=bool(told_by_post(session(), notice_id)),
    )


def _chosen_day(days: list[date]) -> date | None:
    """The day of the form or the address where it is one of these, else the next one."""
    asked = date_of("day") or date_arg("day")
    return asked if asked in days else next(iter(days), None)


def _account(account_id: int) -> Account:
    return insight.account_by_id(session(), account_id, current_actor(), today=today())


def _look(row: Any) -> Any:
    return NOTICE_STATES["missed" if row.is_missed else row.state]
