"""Payments: recorded by hand and set against open invoices, listed, and taken off again."""

from __future__ import annotations

import uuid
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from admin.frame import Errors, office_page, refused_in_place, seller, today
from admin.listing import PAGE_SIZE, Listing, listing, number_arg
from admin.words import MEANS
from models.accounts import Account, Permission, User
from models.insight import (
    MOST_COUNTED,
    AccountFilter,
    account_by_id,
    account_rows,
    order_by_number,
)
from models.kernel.errors import NotFound, Refused
from models.kernel.money import ZERO
from models.orders import Order
from models.receivables import (
    MEANS_BY_HAND,
    RETURNABLE,
    Application,
    Payment,
    PaymentFilter,
    Receipt,
    applications_of_payment,
    apply_payment,
    due_in_advance,
    open_invoices,
    open_payment_hold,
    payment_by_id,
    payment_list,
    payment_sums,
    pro_forma_of,
    refunds_of,
    take_payment,
    undo_application,
)
from web.access import Pages, staff
from web.days import date_arg
from web.forms import AmountField, Form, SelectField
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_payments", __name__, url_prefix="/admin/payments")
FILTERS = ("state", "account", "from", "to", "q", "means", "by", "recorded")


class PaymentForm(Form):
    submission_key = HiddenField()
    account = HiddenField()
    order = HiddenField()
    first = HiddenField()
    amount = AmountField(lazy("Amount"), [InputRequired(lazy("Enter the amount."))])
    means = SelectField(lazy("Means"), choices=[(means, MEANS[means]) for means in MEANS_BY_HAND])
    received_on = DateField(
        lazy("Received on"), [InputRequired(lazy("Enter the day the money came in."))]
    )
    reference = StringField(lazy("Reference"), [Length(max=140)])
    keep = BooleanField(lazy("Set it against nothing yet: all of it stays as credit"))


@pages.get("", access=staff(Permission.PAYMENTS_VIEW))
def page() -> Response:
    """One page of payments, with the totals of all of them."""
    state, chosen = asked()
    rows = payment_list(
        session(), chosen, current_actor(), today=today(), limit=PAGE_SIZE + 1, offset=state.offset
    )
    sums = payment_sums(session(), chosen, current_actor(), today=today())
    count = sum(each.count for each in sums)
    return office_page(
        "admin/payments/list.html",
        current="payments",
        list=state,
        chosen=chosen,
        rows=rows[:PAGE_SIZE],
        sums=sums if count <= MOST_COUNTED else [],
        count=min(count, MOST_COUNTED),
        is_capped=count > MOST_COUNTED,
        has_more=len(rows) > PAGE_SIZE,
        tabs=_tabs(state, chosen),
    )


@pages.get("/new", access=staff(Permission.PAYMENTS_RECORD))
def new() -> Response:
    """The form for one account with its open invoices, oldest first; without one, the accounts."""
    if number_arg("account") is None:
        return choose_payer()
    account = _payer(number_arg("account"))
    owed = open_invoices(session(), account.id)
    order = _order()
    if order is not None and _waits_for_money(order):
        return show_new(account, _advance_form(account, order), {}, order=order)
    due = [row for row in owed if order is None or row.order_number == order.number] or owed
    form = PaymentForm(
        formdata=None,
        submission_key=uuid.uuid4().hex,
        account=account.id,
        amount=sum((row.open_amount for row in due), ZERO).quantize(Decimal("0.01")),
        received_on=today(),
        reference=order.po_number if order else "",
        first=order.number if order else "",
    )
    return show_new(account, form, {})


@pages.post("", access=staff(Permission.PAYMENTS_RECORD))
def record() -> Response:
    """Records the money and sets it against the invoices, once per form."""
    account = _payer(request.form.get("account", type=int))
    form = PaymentForm()

    def act() -> Response:
        form.require_valid()
        payment = take_payment(
            session(), account.id, _receipt(form), seller=seller(), by=current_actor()
        )
        commit()
        flash(_("%(number)s recorded", number=payment.number))
        return go_to(url_for("office_payments.page_of", payment_id=payment.id))

    return refused_in_place(
        act,
        lambda errors, status: show_new(
            account, form, _typed_amounts(), errors, status, order=_order(form.order.data)
        ),
    )


@pages.get("/<int:payment_id>", access=staff(Permission.PAYMENTS_VIEW))
def page_of(payment_id: int) -> Response:
    """A payment, the invoices it paid, and what is left of it."""
    return show(payment_id)


@pages.post("/<int:payment_id>/apply", access=staff(Permission.PAYMENTS_RECORD))
def apply(payment_id: int) -> Response:
    """Sets what is left of a payment against more invoices."""

    def act() -> Response:
        payment = find(payment_id)
        amounts = {key: part for key, part in _amounts().items() if part}
        if not amounts:
            raise Refused(_("Enter an amount beside at least one invoice."))
        apply_payment(session(), payment, amounts, by=current_actor())
        commit()
        return go_to(url_for("office_payments.page_of", payment_id=payment_id))

    return refused_in_place(act, lambda errors, status: show(payment_id, errors, status))


@pages.post(
    "/<int:payment_id>/applications/<int:application_id>/undo",
    access=staff(Permission.PAYMENTS_RECORD),
)
def undo(payment_id: int, application_id: int) -> Response:
    """Takes the payment off one invoice; both are open by that amount again."""

    def act() -> Response:
        application = session().get(Application, application_id)  # in scope: checked below
        if application is None or application.payment_id != find(payment_id).id:
            raise NotFound("This payment was not set against such an invoice.")
        undo_application(session(), application, by=current_actor())
        commit()
        flash(_("Taken off the invoice"))
        return go_to(url_for("office_payments.page_of", payment_id=payment_id))

    return refused_in_place(act, lambda errors, status: show(payment_id, errors, status))


def find(payment_id: int) -> Payment:
    """The payment of the address, where this person may see it."""
    return payment_by_id(session(), payment_id, current_actor(), today=today())


def show(payment_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    payment = find(payment_id)
    is_free = payment.unapplied_amount > 0 and payment.order_id is None
    by = session().get(User, payment.recorded_by_id) if payment.recorded_by_id else None
    return office_page(
        "admin/payments/page.html",
        current="payments",
        status=status,
        errors=errors or [],
        payment=payment,
        account=session().get_one(Account, payment.bill_to_account_id),
        order=session().get(Order, payment.order_id) if payment.order_id else None,
        recorded_by=by.name if by else "",
        applications=applications_of_payment(session(), payment.id),
        refunds=refunds_of(session(), payment.id),
        may_return=payment.means in RETURNABLE and not payment.refunded_amount,
        owed=open_invoices(session(), payment.bill_to_account_id) if is_free else [],
    )


def choose_payer() -> Response:
    """Who paid: the accounts that the search names, those that owe most first."""
    state = listing("office_payments.new", ("q",), sort="owes", sorts=("owes",))
    text = state.args.get("q", "")
    rows = account_rows(
        session(), AccountFilter(text=text), current_actor(), today=today(), sort="owes",
        descending=True, limit=PAGE_SIZE,
    )  # fmt: skip
    return office_page("admin/payments/who.html", current="payments", text=text, rows=rows)


def show_new(
    account: Account,
    form: PaymentForm,
    amounts: dict[int, Any],
    errors: Errors | None = None,
    status: int = 200,
    order: Order | None = None,
) -> Response:
    return office_page(
        "admin/payments/new.html",
        current="payments",
        status=status,
        errors=errors or [],
        form=form,
        account=account,
        order=order,
        pro_forma=pro_forma_of(session(), order.id) if order else None,
        first=form.first.data or "",
        owed=[] if order else open_invoices(session(), account.id),
        amounts=amounts,
    )


def asked() -> tuple[Listing, PaymentFilter]:
    """The list of the address."""
    state = listing("office_payments.page", FILTERS, sort="received", sorts=("received",))
    return state, PaymentFilter(
        state="unapplied" if state.args.get("state") == "unapplied" else "",
        account_id=number_arg("account"),
        received_from=date_arg("from"),
        received_to=date_arg("to"),
        text=state.args.get("q", ""),
        means=state.args["means"] if state.args.get("means") in MEANS else "",
        recorded_by_id=number_arg("by"),
        recorded_on=date_arg("recorded"),
        zone=seller().time_zone,
    )


def _tabs(state: Listing, chosen: PaymentFilter) -> list[dict[str, Any]]:
    return [
        {"label": words, "href": state.href(state=name or None), "current": name == chosen.state}
        for name, words in (("", _("All")), ("unapplied", _("Not applied yet")))
    ]


def _payer(account_id: int | None) -> Account:
    """The account that pays; a branch's payments are its head office's."""
    if not account_id:
        raise NotFound("Choose the account that has paid.")
    account = account_by_id(session(), account_id, current_actor(), today=today())
    return account if account.bill_to_id is None else session().get_one(Account, account.pays_id)


def _waits_for_money(order: Order) -> bool:
    return order.payment_means == "transfer" and open_payment_hold(session(), order.id) is not None


def _advance_form(account: Account, order: Order) -> PaymentForm:
    """The money for an order that is paid in advance."""
    due = max(due_in_advance(session(), order), ZERO)
    asked_for = pro_forma_of(session(), order.id)
    return PaymentForm(
        formdata=None,
        submission_key=uuid.uuid4().hex,
        account=account.id,
        order=order.number,
        amount=due.quantize(Decimal("0.01")),
        received_on=today(),
        reference=asked_for.number if asked_for else order.number,
    )


def _order(typed: str | None = None) -> Order | None:
    number = request.args.get("order", "") if typed is None else typed
    if not number:
        return None
    return order_by_number(session(), number, current_actor(), today=today())


def _receipt(form: PaymentForm) -> Receipt:
    amount = form.amount.data
    if amount is None or not amount.is_finite():
        raise Refused(_("Enter the amount."), field="amount")
    return Receipt(
        submission_key=form.submission_key.data or "",
        amount=amount,
        means=form.means.data,
        received_on=form.received_on.data or today(),
        reference=form.reference.data or "",
        amounts=_amounts(),
        order_id=order.id if (order := _order(form.order.data or "")) else None,
        is_spread=not form.keep.data,
        first_order_id=first.id if (first := _order(form.first.data or "")) else None,
    )


def _typed_amounts() -> dict[int, str]:
    prefix = "invoice-"
    return {
        int(name.removeprefix(prefix)): value
        for name, value in request.form.items()
        if name.startswith(prefix) and name.removeprefix(prefix).isdigit()
    }


def _amounts() -> dict[int, Decimal]:
    return {key: _decimal(text, f"invoice-{key}") for key, text in _typed_amounts().items()}


def _decimal(text: str, field: str) -> Decimal:
    cleaned = text.strip().replace(",", "")
    if not cleaned:
        return ZERO
    try:
        amount = Decimal(cleaned)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0 or amount != round(amount, 4):
        raise Refused(_("Enter an amount such as 120.50."), field=field)
    return amount
