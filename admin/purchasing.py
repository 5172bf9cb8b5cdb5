"""Purchase orders: the list, raising one, and one order: send, change its date, receive."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from flask import flash, request, url_for
from werkzeug.wrappers import Response
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from admin.frame import Errors, office_page, picture_of, refused_in_place, seller, today
from admin.listing import PAGE_SIZE, listing, number_arg
from admin.printing import documents
from admin.words import PURCHASE_STATES
from models import insight
from models.accounts import Permission
from models.catalog import match_codes
from models.insight import MOST_COUNTED
from models.kernel.errors import Refused
from models.kernel.quantity import parse_quantity
from models.purchasing import (
    DUE_STATES,
    PurchaseFilter,
    Vendor,
    Wanted,
    change_date,
    count_purchases,
    needed_from,
    purchase_head,
    purchase_lines,
    purchase_rows,
    raise_purchase_order,
    receipt_rows,
    receive_goods,
    send_purchase_order,
    vendor_options,
)
from web.access import Pages, staff
from web.downloads import pdf
from web.forms import Form, SelectField
from web.i18n import _, lazy, ngettext
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_purchasing", __name__, url_prefix="/admin/purchase-orders")
FREE_LINES = 5


class OrderForm(Form):
    submission_key = HiddenField(
        validators=[InputRequired(lazy("Open this page anew and try again."))]
    )
    vendor = HiddenField()
    warehouse = SelectField(lazy("Deliver to"), coerce=int)
    expected_on = DateField(
        lazy("Expected on"), [InputRequired(lazy("Enter the day the goods are expected."))]
    )
    note = TextAreaField(lazy("Note for the vendor"), [Length(max=1000)])


class DateForm(Form):
    expected_on = DateField(
        lazy("Expected on"), [InputRequired(lazy("Enter the day the goods are expected."))]
    )


class ReceiptForm(Form):
    submission_key = HiddenField()
    delivery_note = StringField(lazy("Their delivery note"), [Length(max=60)])


@pages.get("", access=staff(Permission.PURCHASING_VIEW))
def page() -> Response:
    """One page of purchase orders."""
    state = listing(
        "office_purchasing.page", ("q", "state", "vendor"), sort="number", sorts=("number",)
    )
    wanted = state.args.get("state", "open")
    chosen = PurchaseFilter(
        state=wanted if wanted in ("open", *DUE_STATES, *PURCHASE_STATES) else "",
        vendor_id=number_arg("vendor"),
        text=state.args.get("q", ""),
        today=today(),
    )
    rows = purchase_rows(session(), chosen, limit=PAGE_SIZE + 1, offset=state.offset)
    count = count_purchases(session(), chosen)
    return office_page(
        "admin/purchasing/list.html",
        current="purchasing",
        list=state,
        chosen=chosen,
        rows=rows[:PAGE_SIZE],
        count=min(count, MOST_COUNTED),
        is_capped=count > MOST_COUNTED,
        has_more=len(rows) > PAGE_SIZE,
        vendors=vendor_options(session()),
        states=[
            ("open", _("Open")),
            ("overdue", _("Overdue")),
            ("arriving", _("Expected today")),
            ("all", _("All")),
        ]
        + [(key, look[0]) for key, look in PURCHASE_STATES.items()],
    )


@pages.get("/new", access=staff(Permission.PURCHASING_EDIT))
def new() -> Response:
    """Choose the vendor; then what of theirs is short stands first, with what is missing."""
    return show_new(number_arg("vendor"))


@pages.post("", access=staff(Permission.PURCHASING_EDIT))
def raise_order() -> Response:
    """Raises a draft."""
    vendor_id = request.form.get("vendor", type=int)

    def act() -> Response:
        form = _order_form()
        form.require_valid()
        vendor = session().get(Vendor, vendor_id or 0)  # in scope: vendors are no account's
        if vendor is None:
            raise Refused(_("Choose the vendor."), field="vendor")
        order = raise_purchase_order(
            session(), seller_id=seller().id, vendor=vendor, warehouse_id=form.warehouse.data,
            wanted=_wanted(), expected_on=form.expected_on.data, note=form.note.data or "",
            submission_key=form.submission_key.data or "", by=current_actor(),
        )  # fmt: skip
        commit()
        flash(_("%(number)s is a draft. Send it when it is complete.", number=order.number))
        return go_to(url_for("office_purchasing.page_of", purchase_order_id=order.id))

    return refused_in_place(act, lambda errors, status: show_new(vendor_id, errors, status))


@pages.get("/<int:purchase_order_id>", access=staff(Permission.PURCHASING_VIEW))
def page_of(purchase_order_id: int) -> Response:
    """One purchase order."""
    return show(purchase_order_id)


@pages.get(
    "/<int:purchase_order_id>.pdf", access=staff(Permission.PURCHASING_VIEW, Permission.COSTS_SEE)
)
def as_pdf(purchase_order_id: int) -> Response:
    """The purchase order as the vendor gets it, costs included."""
    head = purchase_head(session(), purchase_order_id)
    return pdf(documents().purchase_order(session(), head.id), f"{head.number}.pdf")


@pages.post("/<int:purchase_order_id>/send", access=staff(Permission.PURCHASING_EDIT))
def send(purchase_order_id: int) -> Response:
    """From now on its goods are expected, and promises follow."""

    def act() -> Response:
        moved = send_purchase_order(session(), purchase_order_id, by=current_actor())
        commit()
        flash(_("Marked as sent"))
        _tell_moved(len(moved))
        return go_to(url_for("office_purchasing.page_of", purchase_order_id=purchase_order_id))

    return refused_in_place(act, lambda errors, status: show(purchase_order_id, errors, status))


@pages.post("/<int:purchase_order_id>/date", access=staff(Permission.PURCHASING_EDIT))
def date(purchase_order_id: int) -> Response:
    """Moves the day the goods are expected; customers' promises move with it."""

    def act() -> Response:
        form = DateForm()
        form.require_valid()
        moved = change_date(session(), purchase_order_id, form.expected_on.data, by=current_actor())
        commit()
        flash(_("Date changed"))
        _tell_moved(len(moved))
        return go_to(url_for("office_purchasing.page_of", purchase_order_id=purchase_order_id))

    return refused_in_place(act, lambda errors, status: show(purchase_order_id, errors, status))


@pages.post("/<int:purchase_order_id>/receive", access=staff(Permission.RECEIVE))
def receive(purchase_order_id: int) -> Response:
    """Books in what came, in part or whole; the same form twice books it once."""

    def act() -> Response:
        form = ReceiptForm()
        form.require_valid()
        lines = purchase_lines(session(), purchase_order_id)
        receipt = receive_goods(
            session(), purchase_order_id,
            {line.id: _units(f"quantity-{line.id}") for line in lines},
            submission_key=form.submission_key.data or "",
            delivery_note_number=form.delivery_note.data or "",
            discrepancies={
                line.id: request.form.get(f"discrepancy-{line.id}", "").strip()[:200]
                for line in lines
            },
            by=current_actor(),
        )  # fmt: skip
        commit()
        flash(_("%(number)s booked in", number=receipt.number))
        return go_to(url_for("office_purchasing.page_of", purchase_order_id=purchase_order_id))

    return refused_in_place(act, lambda errors, status: show(purchase_order_id, errors, status))


def show(purchase_order_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    head = purchase_head(session(), purchase_order_id)
    lines = purchase_lines(session(), purchase_order_id)
    receipt_form = ReceiptForm()
    receipt_form.submission_key.data = receipt_form.submission_key.data or uuid.uuid4().hex
    date_form = DateForm()
    date_form.expected_on.data = date_form.expected_on.data or head.expected_on
    return office_page(
        "admin/purchasing/page.html",
        current="purchasing",
        status=status,
        errors=errors or [],
        head=head,
        lines=lines,
        typed=request.form,
        value=sum((line.ordered * line.unit_cost for line in lines), Decimal(0)),
        receipts=receipt_rows(session(), purchase_order_id),
        receipt_form=receipt_form,
        date_form=date_form,
        picture_of=picture_of,
    )


def show_new(vendor_id: int | None, errors: Errors | None = None, status: int = 200) -> Response:
    vendor = session().get(Vendor, vendor_id or 0)  # in scope: vendors are no account's
    form = _order_form()
    if vendor is not None and form.expected_on.data is None:
        form.expected_on.data = today() + timedelta(days=vendor.lead_time_days)
    form.vendor.data = str(vendor.id) if vendor else ""
    return office_page(
        "admin/purchasing/new.html",
        current="purchasing",
        status=status,
        errors=errors or [],
        vendor=vendor,
        vendors=vendor_options(session()),
        form=form,
        needed=needed_from(session(), vendor.id) if vendor else [],
        typed=request.form,
        free_lines=range(1, FREE_LINES + 1),
        picture_of=picture_of,
    )


def _order_form() -> OrderForm:
    form = OrderForm()
    form.warehouse.choices = insight.warehouse_options(session())
    form.submission_key.data = form.submission_key.data or uuid.uuid4().hex
    return form


def _wanted() -> list[Wanted]:
    """The quantities beside the vendor's products, then the free lines by code."""
    prefix = "quantity-"
    found = [
        Wanted(int(name.removeprefix(prefix)), units)
        for name in request.form
        if name.startswith(prefix)
        and name.removeprefix(prefix).isdigit()
        and (units := _units(name)) > 0
    ]
    return found + [line for number in range(1, FREE_LINES + 1) if (line := _free_line(number))]


def _free_line(number: int) -> Wanted | None:
    code = request.form.get(f"code-{number}", "").strip()
    if not code:
        return None
    match = match_codes(session(), [code], None)[code]
    if match.product_id is None:
        raise Refused(
            _("%(code)s is not a code that names one product.", code=code),
            field=f"code-{number}",
        )
    units = _units(f"units-{number}")
    if units <= 0:
        raise Refused(_("Enter how many."), field=f"units-{number}")
    return Wanted(match.product_id, units, _cost(f"cost-{number}"))


def _cost(name: str) -> Decimal | None:
    text = request.form.get(name, "").strip().replace(",", "")
    if not text:
        return None
    try:
        cost = Decimal(text)
    except InvalidOperation:
        cost = Decimal(-1)
    if not cost.is_finite() or cost < 0 or cost != round(cost, 4):
        raise Refused(_("Enter the cost of one unit, such as 3.20."), field=name)
    return cost


def _units(name: str) -> Decimal:
    return parse_quantity(request.form.get(name, ""), decimals=3, field=name)


def _tell_moved(count: int) -> None:
    if count:
        flash(
            ngettext(
                "The promise of %(num)s order moved", "The promises of %(num)s orders moved", count
            )
        )
