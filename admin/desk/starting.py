"""Where an order by phone or mail begins: which account is it, and which drafts are open."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place, seller, today
from models.accounts import Permission, actor_for
from models.checkout import (
    Copied,
    begin_draft,
    copy_to_draft,
    discard_draft,
    draft_of,
    open_drafts,
    take_back_draft,
)
from models.insight import Caller, callers, order_by_number
from models.kernel import clock
from models.kernel.errors import Refused
from web.access import Pages, staff
from web.i18n import _, lazy, ngettext
from web.identity import current_actor
from web.limits import SEARCH, limiter
from web.pages import go_to, render
from web.transactions import commit, session

pages = Pages("desk", __name__, url_prefix="/admin/desk")
LONGEST = 120
SOURCE_NAMES = {"phone": lazy("Phone"), "mail": lazy("Mail")}


@pages.get("", access=staff(Permission.ORDERS_TAKE))
def page() -> Response:
    """The field for what the caller says, and the drafts that are open."""
    words = _words(request.args.get("q", ""))
    return show(found=_callers(words) if words else [], typed={"q": words})


@pages.get("/accounts", access=staff(Permission.ORDERS_TAKE))
@limiter.limit(SEARCH)
def accounts() -> Response:
    """The accounts that it may be, while somebody types."""
    words = _words(request.args.get("q", ""))
    open_by_account = Counter(
        row.number for row in open_drafts(session(), current_actor()) if row.discarded_at is None
    )
    return render(
        "admin/desk/_accounts.html", words=words, found=_callers(words), drafts=open_by_account
    )


@pages.post("", access=staff(Permission.ORDERS_TAKE))
def begin() -> Response:
    """Opens a draft for the account that was meant; asks where several fit."""

    def act() -> Response:
        caller = request.form.get("caller", "")
        account_id = request.form.get("account_id", type=int)
        if account_id is None:
            meant = _meant(_words(request.form.get("q", "")))
            account_id, caller = meant.account_id, caller.strip() or meant.person
        account, by = actor_for(session(), account_id, by=current_actor())
        draft = begin_draft(session(), account, request.form.get("source", "phone"), caller, by=by)
        commit()
        return go_to(url_for("desk_draft.page", draft_id=draft.id))

    return refused_in_place(act, _asked_again)


@pages.post("/orders/<number>/copy", access=staff(Permission.ORDERS_TAKE))
def copy(number: str) -> Response:
    """Opens a draft with the lines of an order; says what differs from then."""
    order = order_by_number(session(), number, current_actor(), today=today())

    def act() -> Response:
        account, by = actor_for(session(), order.account_id, by=current_actor())
        copied = copy_to_draft(session(), order, account, by=by)
        commit()
        flash(_told(order.number, copied))
        return go_to(url_for("desk_draft.page", draft_id=copied.draft.id))

    def refused(errors: Errors, _status: int) -> Response:
        for _field, sentence in errors:
            flash(sentence, "error")
        return go_to(url_for("office_order.page", number=number))

    return refused_in_place(act, refused)


@pages.post("/<int:draft_id>/discard", access=staff(Permission.ORDERS_TAKE))
def discard(draft_id: int) -> Response:
    """Puts a draft away; it can be taken back below the list for a day."""
    discard_draft(session(), draft_of(session(), draft_id, current_actor()), by=current_actor())
    commit()
    flash(_("Draft discarded. You can take it back for a day."))
    return go_to(url_for("desk.page"))


@pages.post("/<int:draft_id>/take-back", access=staff(Permission.ORDERS_TAKE))
def take_back(draft_id: int) -> Response:
    """Goes on with a draft that was discarded."""
    draft = take_back_draft(session(), draft_id, by=current_actor())
    commit()
    return go_to(url_for("desk_draft.page", draft_id=draft.id))


def show(
    *, found: list[Caller], typed: dict[str, Any], errors: Errors | None = None, status: int = 200
) -> Response:
    """The page; with the accounts that may be meant where several are."""
    drafts = open_drafts(session(), current_actor())
    here = [row for row in drafts if row.discarded_at is None]
    return office_page(
        "admin/desk/start.html",
        current="desk",
        status=status,
        errors=errors or [],
        found=found,
        typed=typed,
        sources=[(key, str(name)) for key, name in SOURCE_NAMES.items()],
        source_names=SOURCE_NAMES,
        age_of=age_of,
        drafts=here,
        open_by_account=Counter(row.number for row in here),
        discarded=[row for row in drafts if row.discarded_at is not None],
    )


def _told(number: str, copied: Copied) -> str:
    rows, repriced = copied.outcome, copied.repriced
    told = [
        ngettext(
            "%(num)s row is copied from %(number)s.",
            "%(num)s rows are copied from %(number)s.",
            rows.added,
            number=number,
        )
    ]
    if repriced:
        told.append(ngettext("%(num)s has another price than then.",
                             "%(num)s have another price than then.", repriced))  # fmt: skip
    if rows.undecided:
        told.append(ngettext("%(num)s row needs an answer.", "%(num)s rows need an answer.",
                             rows.undecided))  # fmt: skip
    if copied.samples:
        told.append(ngettext("%(num)s sample is left out.", "%(num)s samples are left out.",
                             copied.samples))  # fmt: skip
    return " ".join(told)


def _asked_again(errors: Errors, status: int) -> Response:
    words = _words(request.form.get("q", ""))
    return show(found=_callers(words), typed=request.form.to_dict(), errors=errors, status=status)


def _meant(words: str) -> Caller:
    """The one account that is meant. Refused where none or several fit.

    What was taken from the list says who called, too: `C0001, Jo Marsh`.
    """
    if not words:
        raise Refused(_("Type a name, a phone number, a postcode or an account number."), field="q")
    number, _comma, person = words.partition(", ")
    if person and (taken := _with_number(_callers(number), number)):
        return taken[0]._replace(person=person)
    found = _callers(words)
    exact = _with_number(found, words)
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        raise Refused(_("Several accounts fit “%(words)s”. Choose one.", words=words), field="q")
    raise Refused(_("No account fits “%(words)s”.", words=words), field="q")


def _with_number(found: list[Caller], number: str) -> list[Caller]:
    return [each for each in found if each.number.upper() == number.upper()]


def _callers(words: str) -> list[Caller]:
    return callers(session(), words, current_actor(), country=seller().country, today=today())


def age_of(begun: datetime) -> str:
    """For how long it has been open: 12 min, 3 h, 2 days."""
    minutes = int((clock.now() - begun).total_seconds() // 60)
    if minutes < 60:
        return _("%(minutes)s min", minutes=max(minutes, 0))
    if minutes < 24 * 60:
        return _("%(hours)s h", hours=minutes // 60)
    return ngettext("%(num)s day", "%(num)s days", minutes // (24 * 60))


def _words(text: str) -> str:
    return " ".join(text.split())[:LONGEST]
