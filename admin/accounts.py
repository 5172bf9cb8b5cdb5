"""Accounts: the list, and one account with its credit, orders, people, places and notes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import flash, url_for
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from admin.customers.notes import notes_panel, take_note, take_off
from admin.frame import Errors, address, office_page, refused_in_place, seller, today
from admin.listing import PAGE_SIZE, listing, number_arg
from admin.prices.of_account import lists_of
from admin.words import ACCOUNT_STATUSES, DOCUMENTS, SENDING
from models import insight
from models.accounts import (
    Account,
    CreditTerms,
    Permission,
    change_credit,
    close_account,
    document_wishes,
    lift_stop,
    members_of,
    reopen_account,
    stop_account,
)
from models.insight import MOST_COUNTED, AccountFilter
from models.pricing import notices_of
from models.receivables import open_credits, open_invoices, standing
from web.access import Pages, staff
from web.forms import AmountField, Form, SelectField, VersionField
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_accounts", __name__, url_prefix="/admin/accounts")
SORTS = ("name", "number", "limit", "since")


class CreditForm(Form):
    version = VersionField()
    terms = SelectField(lazy("Payment terms"), coerce=int)
    limit = AmountField(lazy("Credit limit"), [InputRequired(lazy("Enter the limit."))])
    reason = StringField(
        lazy("Why"), [InputRequired(lazy("Say why, for those who look at it later.")),
                      Length(max=300)]
    )  # fmt: skip


class StopForm(Form):
    reason = StringField(
        lazy("Why"), [InputRequired(lazy("Say why, for those who look at it later.")),
                      Length(max=300)]
    )  # fmt: skip


@pages.get("", access=staff(Permission.ACCOUNTS_VIEW))
def page() -> Response:
    """One page of accounts with what they owe."""
    state = listing(
        "office_accounts.page", ("q", "status", "rep", "group"), sort="name", sorts=SORTS,
        descending=False,
    )  # fmt: skip
    status = state.args.get("status", "")
    chosen = AccountFilter(
        status=status if status in ACCOUNT_STATUSES else "",
        rep_id=number_arg("rep"),
        group_id=number_arg("group"),
        text=state.args.get("q", ""),
    )
    rows = insight.account_rows(
        session(), chosen, current_actor(), today=today(), sort=state.sort,
        descending=state.descending, limit=PAGE_SIZE + 1, offset=state.offset,
    )  # fmt: skip
    count = insight.count_accounts(session(), chosen, current_actor(), today=today())
    return office_page(
        "admin/accounts/list.html",
        current="accounts",
        list=state,
        chosen=chosen,
        rows=rows[:PAGE_SIZE],
        count=min(count, MOST_COUNTED),
        is_capped=count > MOST_COUNTED,
        has_more=len(rows) > PAGE_SIZE,
        reps=insight.filter_options(session())["rep"],
        groups=insight.group_options(session()),
        statuses=[(key, look[0]) for key, look in ACCOUNT_STATUSES.items()],
    )


@pages.get("/<int:account_id>", access=staff(Permission.ACCOUNTS_VIEW))
def page_of(account_id: int) -> Response:
    """One account."""
    return show(account_id)


@pages.post("/<int:account_id>/credit", access=staff(Permission.CREDIT_CHANGE))
def credit(account_id: int) -> Response:
    """Changes terms and limit."""

    def act() -> Response:
        find(account_id)
        form = _credit_form()
        form.require_valid()
        wanted = CreditTerms(
            terms_id=form.terms.data,
            credit_limit=form.limit.data or Decimal(0),
            reason=form.reason.data or "",
            version=form.version.data or 0,
        )
        change_credit(session(), account_id, wanted, by=current_actor())
        commit()
        flash(_("Terms and limit changed"))
        return go_to(url_for("office_accounts.page_of", account_id=account_id))

    return refused_in_place(act, lambda errors, status: show(account_id, errors, status))


@pages.post("/<int:account_id>/stop", access=staff(Permission.CREDIT_CHANGE))
def stop(account_id: int) -> Response:
    """No goods leave for this account until it is lifted."""
    return _change_state(account_id, stop_account, _("The account is on stop"))


@pages.post("/<int:account_id>/lift-stop", access=staff(Permission.CREDIT_CHANGE))
def lift(account_id: int) -> Response:
    """Goods may leave again."""
    return _change_state(account_id, lift_stop, _("The stop is lifted"))


@pages.post("/<int:account_id>/close", access=staff(Permission.CREDIT_CHANGE))
def close(account_id: int) -> Response:
    """No new orders are taken."""
    return _change_state(account_id, close_account, _("The account is closed"))


@pages.post("/<int:account_id>/reopen", access=staff(Permission.CREDIT_CHANGE))
def reopen(account_id: int) -> Response:
    """Orders are taken again."""
    return _change_state(account_id, reopen_account, _("The account is open again"))


@pages.post("/<int:account_id>/notes", access=staff(Permission.ACCOUNTS_EDIT))
def note(account_id: int) -> Response:
    """Adds something to know."""
    return take_note(
        find(account_id), None, lambda errors, status: show(account_id, errors, status)
    )


@pages.post("/<int:account_id>/notes/<int:note_id>/end", access=staff(Permission.ACCOUNTS_EDIT))
def end(account_id: int, note_id: int) -> Response:
    """Takes a note off all pages."""
    return take_off(find(account_id), None, note_id)


def find(account_id: int) -> Account:
    """The account of the address, where this person may see it."""
    return insight.account_by_id(session(), account_id, current_actor(), today=today())


def show(account_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    account = find(account_id)
    payer = session().get_one(Account, account.pays_id)
    months = insight.twelve_months(session(), account.id, today(), seller().time_zone)
    form = _credit_form()
    if form.limit.data is None:
        form.terms.data, form.limit.data = account.terms_id, account.credit_limit
    form.version.data = account.version
    return office_page(
        "admin/accounts/page.html",
        current="accounts",
        status=status,
        errors=errors or [],
        account=account,
        payer=payer,
        facts=insight.account_facts(session(), account, today=today()),
        credit=standing(session(), payer, today=today()),
        pays_in=insight.days_to_pay(session(), payer.id, today=today()),
        months=[(f"{day:%b}"[:1], float(total)) for day, total in months.points],
        year_total=months.total,
        act_for=address("acting.start", account_id=account.id),
        credit_form=form,
        stop_form=StopForm(),
        price_lists=lists_of(account, today()),
        price_notices=notices_of(session(), account.id, most=6),
        **notes_panel(account),
        **_parts(account),
    )


def _parts(account: Account) -> dict[str, Any]:
    actor = current_actor()
    return {
        "orders": insight.account_orders(session(), account.id),
        "credits": open_credits(session(), account.pays_id, most=10)
        if actor.can(Permission.INVOICES_VIEW)
        else [],
        "owed": open_invoices(session(), account.pays_id, most=10)
        if actor.can(Permission.INVOICES_VIEW) else [],
        "payments": insight.account_payments(session(), account.pays_id)
        if actor.can(Permission.PAYMENTS_VIEW) else [],
        "document_rows": _document_rows(account),
        "people": insight.account_people(session(), account.id),
        "buyers": session().execute(members_of(account.id)).all(),
        "places": insight.account_places(session(), account.id),
    }  # fmt: skip


def _document_rows(account: Account) -> list[tuple[Any, Any]]:
    """How each kind of document leaves, in words."""
    wishes = document_wishes(session(), account.id)
    prices = _("yes") if account.delivery_note_prices else _("no")
    return [
        (DOCUMENTS[kind][0], ", ".join(wish.emails) or SENDING[wish.means])
        for kind, wish in wishes.items()
        if kind in DOCUMENTS
    ] + [(_("Prices on delivery notes"), prices)]


def _change_state(account_id: int, change: Callable[..., Account], said: str) -> Response:
    def act() -> Response:
        find(account_id)
        form = StopForm()
        form.require_valid()
        change(session(), account_id, reason=form.reason.data or "", by=current_actor())
        commit()
        flash(said)
        return go_to(url_for("office_accounts.page_of", account_id=account_id))

    return refused_in_place(act, lambda errors, status: show(account_id, errors, status))


def _credit_form() -> CreditForm:
    form = CreditForm()
    form.terms.choices = insight.terms_options(session())
    return form
