"""Changing and cancelling a placed order at the desk."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place, sentences_of
from admin.order import find
from admin.order_charges import charge_context, read_charges
from models import insight
from models.accounts import Account, Permission
from models.checkout import amend_order, cancel_order, change_window
from models.fulfilment import begun_with
from models.kernel.errors import Conflict, Refused
from models.orders import Order
from models.purchasing import ties_of
from models.receivables import paid_for
from web.access import Pages, staff
from web.changing import ChangeForm, amendment_of, change_context, is_look, read_form, with_charges
from web.errors import STATUSES
from web.i18n import _
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_amending", __name__, url_prefix="/admin")


@pages.get("/orders/<number>/edit", access=staff(Permission.ORDERS_EDIT))
def page(number: str) -> Response:
    """The order as a form."""
    return show_form(find(number), None, [])


@pages.post("/orders/<number>/edit", access=staff(Permission.ORDERS_EDIT))
def change(number: str) -> Response:
    """Shows what the wishes come to, or saves what was shown."""
    order = find(number)
    form: ChangeForm | None = None
    try:
        form = with_charges(read_form(session(), order), read_charges(order))
        if is_look():
            return show_form(order, form, [])
        amend_order(session(), order.id, amendment_of(form), by=current_actor())
        commit()
    except (Refused, Conflict) as refusal:
        session().rollback()
        errors, status = sentences_of(refusal), STATUSES[type(refusal)]
        return show_form(find(number), form, errors, status)
    flash(_("%(number)s changed. The revised acknowledgement is on its way.", number=number))
    return go_to(url_for("office_order.page", number=number))


@pages.get("/orders/<number>/cancel", access=staff(Permission.ORDERS_CANCEL))
def cancelling(number: str) -> Response:
    """What cancelling it means, and the question why."""
    return show_cancel(find(number), [])


@pages.post("/orders/<number>/cancel", access=staff(Permission.ORDERS_CANCEL))
def cancel(number: str) -> Response:
    """Cancels the order, or what is still open of it."""
    rest = request.form.get("scope") == "rest"

    def act() -> Response:
        cancel_order(
            session(), find(number).id, key=request.form.get("submission_key", "")[:64],
            reason=request.form.get("reason", "")[:300], by=current_actor(), rest=rest,
        )  # fmt: skip
        commit()
        flash(_("The open rest is cancelled") if rest else _("%(number)s cancelled", number=number))
        return go_to(url_for("office_order.page", number=number))

    return refused_in_place(act, lambda errors, status: show_cancel(find(number), errors, status))


def show_form(order: Order, form: ChangeForm | None, errors: Errors, status: int = 200) -> Response:
    """The form; a problem that the wishes have stands above it."""
    window = change_window(session(), order, current_actor())
    context: dict[str, Any] = {"order": order, "errors": errors}
    if window.is_open:
        context = change_context(session(), order, current_actor(), form, errors)
        if current_actor().can(Permission.ORDERS_OVERRIDE):
            context |= charge_context(order, context["change"], context["fields"])
    return office_page(
        "admin/order/edit.html",
        current="orders",
        fragment="fragments/_change_form.html" if window.is_open else None,
        status=422 if context["errors"] and status == 200 else status,
        window=window,
        specials=_still_coming(order),
        alerts=[row.text for row in insight.alerts(session(), order) if row.kind == "alert"],
        account=session().get_one(Account, order.account_id),
        action=url_for("office_amending.change", number=order.number),
        back=url_for("office_order.page", number=order.number),
        **context,
    )


def _still_coming(order: Order) -> list[tuple[str, Any]]:
    """What is on purchase orders for specials of the order: the SKU, and where it is."""
    ties = ties_of(session(), order.id)
    return [(line.sku, tie) for line in order.lines for tie in ties.get(line.id, ()) if tie.open]


def show_cancel(order: Order, errors: Errors, status: int = 200) -> Response:
    begun = begun_with(session(), order.id)
    has_left = any(line.shipped for line in order.lines)
    return office_page(
        "admin/order/cancel.html",
        current="orders",
        status=status,
        errors=errors,
        wrong=dict(errors),
        order=order,
        window=change_window(session(), order, current_actor()),
        begun=begun,
        specials=_still_coming(order),
        only_rest=bool(begun) or has_left,
        paid=paid_for(session(), order.id),
        typed=request.form,
        key=request.form.get("submission_key") or uuid.uuid4().hex,
    )
