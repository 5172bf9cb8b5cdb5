"""Changing, adding to and cancelling a placed order until cut-off; afterwards, asking for it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, request, url_for

from models.accounts import Capability
from models.checkout import amend_order, cancel_order, change_window
from models.kernel.errors import Conflict, Refused
from models.orders import Order, ask_desk, open_request, order_page
from models.receivables import paid_for
from storefront.changeable import until_in_words
from storefront.frame import shop_page
from storefront.shopping import buyer_actor
from web.access import Pages, buyer
from web.changing import (
    ChangeForm,
    Errors,
    amendment_of,
    change_context,
    is_look,
    read_form,
)
from web.i18n import _
from web.pages import go_to
from web.presenting import money
from web.transactions import commit, session

pages = Pages("amending", __name__, url_prefix="/orders")


@pages.get("/<number>/change", access=buyer(Capability.PLACE_ORDERS))
def form(number: str) -> Any:
    """The order as a form, while it may be changed."""
    return show_form(_order(number), None, [])


@pages.post("/<number>/change", access=buyer(Capability.PLACE_ORDERS))
def change(number: str) -> Any:
    """Shows what the wishes come to, or saves what was shown."""
    order = _order(number)
    typed: ChangeForm | None = None
    try:
        typed = read_form(session(), order)
        if is_look():
            return show_form(order, typed, [])
        amend_order(session(), order.id, amendment_of(typed), by=buyer_actor())
        commit()
    except (Refused, Conflict) as refusal:
        session().rollback()
        return show_form(_order(number), typed, _sentences(refusal), _status(refusal))
    flash(_("Order %(number)s is changed. The acknowledgement comes by mail.", number=number))
    return go_to(url_for("orders.order", number=number))


@pages.get("/<number>/cancel", access=buyer(Capability.PLACE_ORDERS))
def cancelling(number: str) -> Any:
    """Cancelling it while that is possible, else asking us to."""
    return show_cancel(_order(number), [])


@pages.post("/<number>/cancel", access=buyer(Capability.PLACE_ORDERS))
def cancel(number: str) -> Any:
    """Cancels the order."""
    try:
        cancel_order(
            session(), _order(number).id, key=request.form.get("submission_key", "")[:64],
            reason=request.form.get("reason", "")[:300], by=buyer_actor(),
        )  # fmt: skip
        commit()
    except (Refused, Conflict) as refusal:
        session().rollback()
        return show_cancel(_order(number), _sentences(refusal), _status(refusal))
    flash(_("Order %(number)s is cancelled", number=number))
    return go_to(url_for("orders.order", number=number))


@pages.post("/<number>/ask", access=buyer(Capability.PLACE_ORDERS))
def ask(number: str) -> Any:
    """Asks the desk for what is too late to do here."""
    kind = "change" if request.form.get("kind") == "change" else "cancel"
    try:
        ask_desk(session(), _order(number), kind, request.form.get("text", ""), by=buyer_actor())
        commit()
    except Refused as refusal:
        session().rollback()
        return show_cancel(_order(number), _sentences(refusal), 422)
    flash(_("We have your request and answer on this page."))
    return go_to(url_for("orders.order", number=number))


def show_form(order: Order, typed: ChangeForm | None, errors: Errors, status: int = 200) -> Any:
    """The form, with what it comes to; where it is too late, why and what to do."""
    window = change_window(session(), order, buyer_actor())
    context: dict[str, Any] = {"order": order, "errors": errors}
    if window.is_open:
        context = change_context(session(), order, buyer_actor(), typed, errors)
    return shop_page(
        "storefront/change.html",
        fragment="fragments/_change_form.html" if window.is_open else None,
        status=422 if context["errors"] and status == 200 else status,
        window=window,
        until=until_in_words(window.until),
        action=url_for("amending.change", number=order.number),
        back=url_for("orders.order", number=order.number),
        cancel_href=url_for("amending.cancelling", number=order.number),
        page_errors=bool(context["errors"]),
        **context,
    )


def show_cancel(order: Order, errors: Errors, status: int = 200) -> Any:
    """The question why, or the request to the desk where it is too late."""
    waiting = open_request(session(), order.id)
    paid = paid_for(session(), order.id)
    return shop_page(
        "storefront/cancel.html",
        status=status,
        number=order.number,
        window=change_window(session(), order, buyer_actor()),
        waiting=waiting.text if waiting and waiting.kind != "message" else "",
        total=money(order.total_amount, order.currency),
        refund=money(paid, order.currency) if paid and order.payment_means == "card" else "",
        back=url_for("orders.order", number=order.number),
        typed=request.form,
        key=request.form.get("submission_key") or uuid.uuid4().hex,
        errors=errors,
        page_errors=bool(errors),
        wrong=dict(errors),
    )


def _order(number: str) -> Order:
    found: Order = order_page(session(), number, buyer_actor()).head.Order
    return found


def _sentences(refusal: Refused | Conflict) -> Errors:
    return [(each.field or "", _(each.sentence)) for each in refusal.problems]


def _status(refusal: Refused | Conflict) -> int:
    return 409 if isinstance(refusal, Conflict) else 422
