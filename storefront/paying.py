"""Paying by card: off to the payment page and back, to a page that says how it truly stands."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import current_app, flash, request, url_for

from integrations.stripe import CardPayments
from models.accounts import Capability
from models.kernel.errors import NotFound, Refused
from models.orders import Order, order_page
from models.receivables import (
    LIVE,
    Invoice,
    PaymentAttempt,
    attempt_of,
    open_payment_hold,
)
from storefront.frame import shop_page
from storefront.shopping import buyer_actor, current_shopper
from web.access import Pages, buyer
from web.i18n import _
from web.pages import go_to, leave_for
from web.presenting import clock_time, money
from web.transactions import session

pages = Pages("paying", __name__)


class Words(NamedTuple):
    """What the page says: title, sentence, tone and icon; whether it looks again by itself."""

    title: str
    text: str
    tone: str
    icon: str
    waits: bool = False
    may_try: bool = False


@pages.get("/pay/<key>", access=buyer())
def state(key: str) -> Any:
    """How a card payment stands. While it waits for Stripe the page looks again by itself."""
    attempt = attempt_of(session(), key, buyer_actor())
    words = _words(attempt, came_back=request.args.get("from") == "checkout")
    return shop_page(
        "storefront/payment.html",
        fragment="storefront/_payment_state.html",
        words=words,
        amount=money(attempt.expected_amount, attempt.currency),
        description=attempt.description,
        problem=attempt.problem if words.may_try and attempt.state in LIVE else "",
        here=url_for("paying.state", key=key, **request.args.to_dict()),
        again=url_for("paying.again", key=key),
        check=url_for("paying.check", key=key) if attempt.state in LIVE else "",
        onward=_onward(attempt),
        is_stand_in=takes_test_cards(),
    )


@pages.post("/pay/<key>/again", access=buyer())
def again(key: str) -> Any:
    """Back to the payment page: the same one while it is open, else a new one."""
    attempt = attempt_of(session(), key, buyer_actor())
    payments = _payments()
    if attempt.state in LIVE:
        return leave_for(payments.lead(session(), attempt))
    if attempt.state != "succeeded" and attempt.order_id is not None:
        order = session().get_one(Order, attempt.order_id)
        return leave_for(start_for_order(order) or _order_page(order))
    return go_to(url_for("paying.state", key=key))


@pages.post("/pay/<key>/check", access=buyer())
def check(key: str) -> Any:
    """Asks Stripe now."""
    attempt = attempt_of(session(), key, buyer_actor())
    _payments().check(session(), attempt)
    return go_to(url_for("paying.state", key=key, **request.args.to_dict()))


@pages.post("/orders/<number>/pay", access=buyer(Capability.PLACE_ORDERS))
def order(number: str) -> Any:
    """Starts the card payment of an order that waits for it, or goes on with it."""
    found = order_page(session(), number, buyer_actor()).head.Order
    try:
        address = start_for_order(found)
    except Refused as refused:
        flash(refused.sentence, "error")
        return go_to(_order_page(found))
    return leave_for(address or _order_page(found))


def start_for_order(order: Order) -> str:
    """The address where the order is paid; empty where nothing is due now."""
    return _payments().start_for_order(session(), order, buyer_actor())


def awaits_payment(order: Order) -> bool:
    """Whether the order waits for money that a card can pay, and cards are taken here."""
    takes_cards = "card_payments" in current_app.extensions
    is_payable = takes_cards and order.payment_means in ("card", "transfer")
    return is_payable and open_payment_hold(session(), order.id) is not None


def takes_test_cards() -> bool:
    """Whether a stand-in takes the cards: nothing is charged, and every page about it says so."""
    payments = current_app.extensions.get("card_payments")
    return payments is not None and payments.is_stand_in


def _payments() -> CardPayments:
    payments: CardPayments | None = current_app.extensions.get("card_payments")
    if payments is None:
        raise NotFound("Cards are not taken here.")
    return payments


def _words(attempt: PaymentAttempt, *, came_back: bool) -> Words:
    amount = money(attempt.expected_amount, attempt.currency)
    if attempt.state == "succeeded":
        text = _("%(amount)s is paid for %(what)s. Thank you.", amount=amount,
                 what=attempt.description)  # fmt: skip
        return Words(_("Paid"), text, "ok", "circle-check")
    if attempt.state == "mismatch":
        text = _("We are looking into this payment and will write to you. Do not pay again.")
        return Words(_("We check your payment"), text, "warn", "triangle-alert")
    if attempt.state in LIVE and came_back:
        text = _(
            "We wait for the card service to confirm it, usually a few seconds. Do not pay again."
        )
        return Words(_("Waiting for the confirmation"), text, "info", "hourglass", waits=True)
    if attempt.state in LIVE:
        return _unfinished(attempt)
    text = _("The payment was not made, and nothing was charged.")
    if attempt.order_id is not None:
        text = _("The payment was not made, and nothing was charged. We have kept your order, but "
                 "no longer hold its goods for you.")  # fmt: skip
    return Words(_("Not paid"), text, "bad", "circle-alert", may_try=attempt.order_id is not None)


def _unfinished(attempt: PaymentAttempt) -> Words:
    text = _("Nothing was charged.")
    if attempt.expires_at is not None:
        at = clock_time(attempt.expires_at, current_shopper().seller.time_zone)
        text = _("Nothing was charged. You can pay until %(time)s.", time=at)
        if attempt.order_id is not None:
            text = _("Nothing was charged. You can pay until %(time)s. We hold the goods for you "
                     "until then.", time=at)  # fmt: skip
    if attempt.session_reference is None:
        reached = _("We could not reach the card service. Try again in a moment.")
        return Words(_("Not paid yet"), reached, "warn", "triangle-alert", may_try=True)
    return Words(_("Not paid yet"), text, "warn", "hourglass", may_try=True)


def _onward(attempt: PaymentAttempt) -> list[tuple[str, str]]:
    """The pages of what is paid: name and address."""
    if attempt.order_id is not None:
        order = session().get_one(Order, attempt.order_id)
        return [(_("Order %(number)s", number=order.number), _order_page(order))]
    paid = map(int, attempt.invoices)
    found = [session().get_one(Invoice, id_).number for id_ in paid]  # in scope: the attempt was
    links = [
        (_("Invoice %(number)s", number=number), url_for("invoices.invoice", number=number))
        for number in found[:5]
    ]
    return [*links, (_("All invoices"), url_for("invoices.list_invoices"))]


def _order_page(order: Order) -> str:
    return url_for("orders.order", number=order.number)
