"""The counter: choose the customer, scan, take the money; goods out and invoice in one step."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place, seller, today
from admin.typed import optional_price_of, price_of, quantity_of, text_of
from models.accounts import Account, Permission
from models.checkout import (
    CASH_ACCOUNT,
    Proposal,
    Sale,
    cart_lines,
    cash_account,
    cash_given,
    clerk_of,
    counter_pad,
    empty_cart,
    may_sell_anyway,
    place_for,
    propose,
    scan,
    sell,
    sell_anyway,
    set_line,
)
from models.insight import AccountFilter, account_by_id, account_rows, order_by_number
from models.kernel import settings
from models.kernel.errors import NotFound, Refused
from models.kernel.money import ZERO
from models.receivables import Invoice, Payment
from web.access import Pages, staff
from web.i18n import _
from web.identity import current_actor
from web.pages import go_to
from web.presenting import money
from web.transactions import commit, session

pages = Pages("office_counter", __name__, url_prefix="/admin/counter")
SELL = staff(Permission.COUNTER_SELL)
SELLS_ANYWAY = staff(Permission.COUNTER_SELL, Permission.ORDERS_OVERRIDE)
MOST_FOUND = 10


@pages.get("", access=SELL)
def page() -> Response:
    """Who buys: a cash customer, or an account by number, name or town."""
    return show_start()


@pages.post("/cash-account", access=staff(Permission.SETTINGS_MANAGE))
def name_cash_account() -> Response:
    """Says which account cash sales go to."""

    def act() -> Response:
        number = text_of("number").upper()
        if number and not session().scalar(select(Account.id).where(Account.number == number)):
            raise Refused(_("There is no account with this number."), field="number")
        settings.change(session(), CASH_ACCOUNT, number, by=current_actor())
        commit()
        flash(_("Saved"))
        return go_to(url_for("office_counter.page"))

    return refused_in_place(act, show_start)


@pages.get("/<int:account_id>", access=SELL)
def page_of(account_id: int) -> Response:
    """What was scanned so far, what it comes to, and how it is paid."""
    return show(account_id)


@pages.post("/<int:account_id>/scan", access=SELL)
def add(account_id: int) -> Response:
    """One scan, or a code typed with its quantity."""

    def act() -> Response:
        if not text_of("code"):
            raise Refused(_("Scan or type a code first."), field="code")
        account = _account(account_id)
        scan(session(), account, text_of("code"), text_of("quantity"), by=current_actor())
        commit()
        return go_to(url_for("office_counter.page_of", account_id=account_id))

    return refused_in_place(act, lambda errors, status: show(account_id, errors, status))


@pages.post("/<int:account_id>/products/<int:product_id>", access=SELL)
def change(account_id: int, product_id: int) -> Response:
    """Another quantity of what was scanned; zero takes it off."""

    def act() -> Response:
        units = quantity_of("units")
        set_line(session(), _account(account_id), product_id, units or ZERO, by=current_actor())
        commit()
        return go_to(url_for("office_counter.page_of", account_id=account_id))

    return refused_in_place(act, lambda errors, status: show(account_id, errors, status))


@pages.post("/<int:account_id>/products/<int:product_id>/anyway", access=SELLS_ANYWAY)
def anyway(account_id: int, product_id: int) -> Response:
    """Sells what does not fit the pack, for a reason."""

    def act() -> Response:
        reason = text_of(f"reason-{product_id}")
        sell_anyway(session(), _account(account_id), product_id, reason=reason, by=current_actor())
        commit()
        return go_to(url_for("office_counter.page_of", account_id=account_id))

    return refused_in_place(act, lambda errors, status: show(account_id, errors, status))


@pages.post("/<int:account_id>/empty", access=SELL)
def empty(account_id: int) -> Response:
    """Takes everything off: the customer has left."""
    account = _account(account_id)
    clerk = clerk_of(current_actor(), account.id)
    pad = counter_pad(session(), account.id, clerk)
    if pad is not None:
        empty_cart(session(), pad)
    commit()
    return go_to(url_for("office_counter.page"))


@pages.post("/<int:account_id>/sell", access=SELL)
def complete(account_id: int) -> Response:
    """Sells it: order, money, goods out and invoice at once."""

    def act() -> Response:
        sale = Sale(
            key=text_of("submission_key")[:64], shown_total=price_of("shown_total"),
            means=text_of("means"), po_number=text_of("po_number")[:60],
            customer=text_of("customer")[:80], given=optional_price_of("given"),
        )  # fmt: skip
        order = sell(session(), _account(account_id), sale, by=current_actor())
        commit()
        return go_to(url_for("office_counter.sold", number=order.number))

    return refused_in_place(act, lambda errors, status: show(account_id, errors, status))


@pages.get("/sales/<number>", access=SELL)
def sold(number: str) -> Response:
    """The sale as it was made, with its papers to print."""
    order = order_by_number(session(), number, current_actor(), today=today())
    if order.channel != "counter":
        raise NotFound("There is no such sale.")
    invoices = select(Invoice).where(Invoice.order_id == order.id, Invoice.kind == "invoice")
    paid = select(Payment).where(Payment.order_id == order.id)
    return office_page(
        "admin/counter/sold.html",
        current="counter",
        order=order,
        account=session().get_one(Account, order.account_id),
        invoice=session().scalars(invoices.order_by(Invoice.id)).first(),
        payment=session().scalars(paid.order_by(Payment.id)).first(),
        cash=cash_given(session(), order.id),
    )


def show_start(errors: Errors | None = None, status: int = 200) -> Response:
    query = request.args.get("q", "").strip()
    chosen = AccountFilter(text=query)
    found = (
        account_rows(session(), chosen, current_actor(), today=today(), limit=MOST_FOUND)
        if query
        else []
    )
    return office_page(
        "admin/counter/start.html",
        current="counter",
        status=status,
        errors=errors or [],
        wrong=dict(errors or []),
        query=query,
        found=found,
        cash=cash_account(session()),
    )


def show(account_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    account = _account(account_id)
    proposal = _proposal(account)
    lines = proposal.lines if proposal else ()
    return office_page(
        "admin/counter/page.html",
        current="counter",
        status=status,
        errors=errors or [],
        wrong=dict(errors or []),
        account=account,
        is_cash=account.number == settings.get(session(), CASH_ACCOUNT),
        proposal=proposal,
        lines=lines,
        may_sell_anyway=lambda item: may_sell_anyway(item, current_actor()),
        split_packs=_split_packs(proposal, account.currency) if proposal else [],
        has_trouble=any(item.problem or item.short for item in lines),
        typed=request.form,
        key=request.form.get("submission_key") or uuid.uuid4().hex,
    )


def _split_packs(proposal: Proposal, currency: str) -> list[tuple[str, str]]:
    charges = [each for each in proposal.sums.charges if each.kind == "split_pack"]
    return [(_("Split packs"), money(each.amount, currency)) for each in charges]


def _account(account_id: int) -> Account:
    return account_by_id(session(), account_id, current_actor(), today=today())


def _proposal(account: Account) -> Proposal | None:
    clerk = clerk_of(current_actor(), account.id)
    pad = counter_pad(session(), account.id, clerk)
    rows: list[Any] = cart_lines(session(), pad) if pad is not None else []
    if pad is None or not rows:
        return None
    place = place_for(session(), seller(), account, None)
    return propose(session(), pad, place, lines=rows)
