"""The order page: resolve one order. Its main button is the next step that this person may take."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from admin import order_notes, order_view
from admin.frame import Errors, office_page, picture_of, refused_in_place, seller, today
from admin.order_alerts import alert_context, read_shown, require_read
from admin.orders import NAMES, asked_list
from models import insight
from models.accounts import Account, Permission, User
from models.checkout import change_window
from models.fulfilment import (
    Shipment,
    release_to_picking,
    returns_of_order,
    ship_shipment,
)
from models.kernel.errors import NotFound
from models.orders import Order, answerers, lift_hold, open_request
from models.purchasing import ties_of
from models.receivables import latest_pro_forma, standing
from web.access import Pages, staff
from web.forms import Form
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.timeline import timeline_of
from web.transactions import commit, session

pages = Pages("office_order", __name__, url_prefix="/admin")


class HoldForm(Form):
    reason = TextAreaField(
        lazy("Why may it go on?"),
        [InputRequired(lazy("Say why the order may go on.")), Length(max=500)],
    )


@pages.get("/orders/<number>", access=staff(Permission.ORDERS_VIEW))
def page(number: str) -> Response:
    """The order with everything around it."""
    return show(number)


@pages.post("/orders/<number>/alerts", access=staff(Permission.ORDERS_VIEW))
def alerts(number: str) -> Response:
    """This person has read the alerts that the page showed."""
    read_shown(find(number))
    return back_to(number)


@pages.post("/orders/<number>/release", access=staff(Permission.PICK))
def release(number: str) -> Response:
    """Releases what is in stock to picking. Credit may hold it instead, and the page says so."""

    def act() -> Response:
        order = find_read(number)
        lists = release_to_picking(session(), order.id, by=current_actor())
        commit()
        numbers = ", ".join(each.number for each in lists)
        if lists:
            flash(_("Released to picking: %(numbers)s", numbers=numbers))
        else:
            flash(_("Not released: the order is on hold now, see why below."), "error")
        return back_to(number)

    return refused_in_place(act, lambda errors, status: show(number, errors, status))


@pages.post("/orders/<number>/holds/<code>/release", access=staff(Permission.HOLDS_RELEASE))
def let_go(number: str, code: str) -> Response:
    """Releases one hold, for a reason that stays with it."""

    def act() -> Response:
        form = HoldForm()
        form.require_valid()
        order = find_read(number)
        lift_hold(session(), order, code, by=current_actor(), reason=form.reason.data or "")
        commit()
        flash(_("Hold released"))
        return back_to(number)

    return refused_in_place(act, lambda errors, status: show(number, errors, status))


@pages.post("/orders/<number>/notes", access=staff(Permission.ORDERS_VIEW))
def note(number: str) -> Response:
    """Adds a note: an internal one to the timeline, another where its kind is read."""
    return refused_in_place(
        lambda: order_notes.take(find(number)), lambda errors, status: show(number, errors, status)
    )


@pages.post("/orders/<number>/notes/<int:note_id>/end", access=staff(Permission.ORDERS_VIEW))
def end(number: str, note_id: int) -> Response:
    """Takes one of the order's notes off all pages."""
    return order_notes.take_off(find(number), note_id)


@pages.post("/shipments/<number>/ship", access=staff(Permission.SHIP))
def ship(number: str) -> Response:
    """Sends a packed shipment off from its order's page; the invoice comes with it."""
    shipment = session().scalars(select(Shipment).where(Shipment.number == number)).first()
    if shipment is None:
        raise NotFound("There is no such shipment.")
    order = session().get_one(Order, shipment.order_id)
    order_number = order.number

    def act() -> Response:
        require_read(order)
        invoice = ship_shipment(session(), shipment.id, by=current_actor())
        commit()
        flash(
            _("%(number)s shipped, invoice %(invoice)s", number=number, invoice=invoice.number)
            if invoice
            else _("%(number)s shipped", number=number)
        )
        return back_to(order_number)

    return refused_in_place(act, lambda errors, status: show(order_number, errors, status))


def find(number: str) -> Order:
    """The order of the address, where this person may see it."""
    return insight.order_by_number(session(), number, current_actor(), today=today())


def find_read(number: str) -> Order:
    """The same, for a change of it. Refused while this person has not read its alerts."""
    order = find(number)
    require_read(order)
    return order


def back_to(number: str) -> Response:
    return go_to(url_for("office_order.page", number=number, **request.args.to_dict()))


def show(number: str, errors: Errors | None = None, status: int = 200) -> Response:
    """The page; after a refusal with its sentences above it."""
    order = find(number)
    listed = _listed(order)
    read_href = url_for("office_order.alerts", number=number, **listed["args"])
    told = alert_context(order, read_href)
    may_change = not told["unread"] and change_window(session(), order, current_actor()).is_open
    return office_page(
        "admin/order/page.html",
        current="orders",
        status=status,
        errors=errors or [],
        order=order,
        listed=listed,
        hold_form=HoldForm(),
        picture_of=picture_of,
        **_goods(order),
        **_customer(order),
        **told,
        may_change=may_change,
        **_message(order),
        **order_notes.panel(order),
        events=timeline_of(
            insight.event_rows(session(), order.id),
            time_zone=seller().time_zone,
            currency=order.currency,
            for_staff=True,
        ),
    )


def _message(order: Order) -> dict[str, Any]:
    """What the buyer wrote and nobody has answered, and who may be given it."""
    asked = open_request(session(), order.id)
    if asked is None or not current_actor().can(Permission.ORDERS_EDIT):
        return {"asked": asked, "colleagues": []}
    return {"asked": asked, "colleagues": [(each.id, each.name) for each in answerers(session())]}


def _goods(order: Order) -> dict[str, Any]:
    """Where the lines are, what was invoiced and paid, and what comes next."""
    rows = insight.pick_rows(session(), order.id)
    shipments = insight.shipments(session(), order.id)
    invoices = insight.invoice_rows(session(), order.id)
    panels, ties = order_view.pick_panels(order, rows), ties_of(session(), order.id)
    waits = order_view.to_release(order, rows)
    step = order_view.next_step(
        order, current_actor(), panels=panels, waits=waits, shipments=shipments, invoices=invoices
    )
    return {
        "step": step,
        "panels": panels,
        "waits": waits,
        "shipments": shipments,
        "labels": insight.label_states(session(), insight.carton_ids(shipments)),
        "lines": {line.id: line for line in order.lines},
        "pictures": insight.pictures(session(), order),
        "backorders": order_view.backorders(order),
        "later": order_view.later(order),
        "expected": insight.expected_rows(session(), order),
        "ties": ties,
        "shipped_lines": order_view.shipped_lines(order),
        "amount_of": order_view.amount_of,
        "invoices": invoices,
        "pro_forma": latest_pro_forma(session(), order.id)
        if order.payment_means == "transfer"
        else None,
        "returns": returns_of_order(session(), order.id) if order.shipped_at else [],
        "payments": insight.payment_rows(session(), order.id),
        "owed": order_view.owed_now(invoices),
        "due": order_view.next_due(invoices),
        "to_invoice": order_view.to_invoice(order),
        "margin": insight.margin_percent(order.lines),
        "overridden": [line for line in order.lines if order_view.is_by_hand(line, ties)],
    }


def _customer(order: Order) -> dict[str, Any]:
    account = session().get_one(Account, order.account_id)
    payer = session().get_one(Account, order.bill_to_account_id)
    placed_by = session().get(User, order.placed_by_id) if order.placed_by_id else None
    months = insight.twelve_months(session(), account.id, today(), seller().time_zone)
    return {
        "account": account,
        "payer": payer,
        "placed_by": placed_by.name if placed_by else "",
        "months": [(f"{day:%b}"[:1], float(total)) for day, total in months.points],
        "year_total": months.total,
        "credit": standing(session(), payer, today=today()),
        "pays_in": insight.days_to_pay(session(), payer.id, today=today()),
    }


def _listed(order: Order) -> dict[str, Any]:
    """The list that the person came from: its name, its address, and the orders beside this."""
    asked = asked_list()
    beside = insight.beside(
        session(), order.id, asked.chosen, current_actor(), today=today(),
        sort=asked.state.sort, descending=asked.state.descending,
    )  # fmt: skip
    args = asked.state.args
    return {
        "name": NAMES.get(asked.chosen.view, NAMES["all"]),
        "href": asked.state.href(),
        "args": args,
        "beside": beside,
    }
