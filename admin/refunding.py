"""Refunds: asked for on the payment's page, with the password confirmed, carried out by a task."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from admin.frame import Errors, office_page, refused_in_place
from admin.payments import find
from admin.payments import show as show_payment
from models.accounts import Account, Permission
from models.kernel.errors import Refused
from models.orders import Order
from models.receivables import applications_of_payment, ask_refund, return_payment
from web import identity
from web.access import Pages, staff
from web.forms import AmountField, Form
from web.i18n import _, lazy
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_refunds", __name__, url_prefix="/admin/payments")


class RefundForm(Form):
    submission_key = HiddenField()
    amount = AmountField(lazy("Amount"), [InputRequired(lazy("Enter the amount."))])
    reason = StringField(
        lazy("Reason"), [InputRequired(lazy("Say why the money goes back.")), Length(max=300)]
    )


@pages.get("/<int:payment_id>/refund", access=staff(Permission.REFUND))
def page(payment_id: int) -> Any:
    """The form, after the password was confirmed within the last half hour."""
    here = url_for("office_refunds.page", payment_id=payment_id)
    return identity.ask_again(here) or show(payment_id)


@pages.post("/<int:payment_id>/refund", access=staff(Permission.REFUND))
def refund(payment_id: int) -> Any:
    """Decides the refund; a task has the card's provider carry it out."""
    ask = identity.ask_again(url_for("office_refunds.page", payment_id=payment_id))
    if ask:
        return ask
    form = RefundForm()

    def act() -> Response:
        form.require_valid()
        amount = form.amount.data
        if amount is None or not amount.is_finite():
            raise Refused(_("Enter the amount."), field="amount")
        ask_refund(
            session(), find(payment_id).id, amount, reason=form.reason.data or "",
            submission_key=form.submission_key.data or "", by=identity.current_actor(),
        )  # fmt: skip
        commit()
        flash(_("The refund is on its way"))
        return go_to(url_for("office_payments.page_of", payment_id=payment_id))

    return refused_in_place(act, lambda errors, status: show(payment_id, form, errors, status))


@pages.post("/<int:payment_id>/returned", access=staff(Permission.PAYMENTS_RECORD))
def returned(payment_id: int) -> Response:
    """The bank took a cheque or a transfer back: what it had paid is owed again."""

    def act() -> Response:
        reason = request.form.get("reason", "")
        return_payment(session(), find(payment_id).id, reason=reason, by=identity.current_actor())
        commit()
        flash(_("Recorded: what it had paid is open again"))
        return go_to(url_for("office_payments.page_of", payment_id=payment_id))

    return refused_in_place(act, lambda errors, status: show_payment(payment_id, errors, status))


def show(
    payment_id: int, form: RefundForm | None = None, errors: Errors | None = None, status: int = 200
) -> Response:
    payment = find(payment_id)
    left = payment.amount - payment.refunded_amount
    order = session().get(Order, payment.order_id) if payment.order_id else None
    is_open = order is not None and order.shipped_at is None and order.cancelled_at is None
    used = [row for row in applications_of_payment(session(), payment.id) if not row.undone_at]
    return office_page(
        "admin/payments/refund.html",
        current="payments",
        status=status,
        errors=errors or [],
        payment=payment,
        account=session().get_one(Account, payment.bill_to_account_id),
        left=left,
        used=used,
        waits=order.number if order is not None and is_open else "",
        form=form or _fresh(payment.unapplied_amount or left),
    )


def _fresh(amount: Decimal) -> RefundForm:
    return RefundForm(
        formdata=None, submission_key=uuid.uuid4().hex, amount=amount.quantize(Decimal("0.01"))
    )
