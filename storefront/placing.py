"""Reviewing and placing the order, and the page that says it is certain."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from models.accounts import Capability
from models.checkout import Submission, beside_lines, choose, place_order, undecided_rows
from models.kernel.errors import Conflict, Problem, Refused
from models.orders import Order, order_page
from storefront.frame import shop_page
from storefront.order_pad import pad_page
from storefront.order_view import order_view
from storefront.pad_view import pad_view, proposal_of
from storefront.paying import awaits_payment, start_for_order
from storefront.shopping import buyer_actor, current_shopper, open_cart, read_shopper_again
from web.access import Pages, buyer
from web.i18n import _
from web.order_forms import PlaceForm
from web.pages import go_to, leave_for
from web.transactions import commit, session

pages = Pages("placing", __name__)


@pages.get("/order/place", access=buyer(Capability.PLACE_ORDERS))
def review() -> Any:
    """The order once more, as it would be placed."""
    shopper = current_shopper()
    if shopper.cart is None or not shopper.cart.line_count:
        return go_to(url_for("order_pad.pad"))
    beside = beside_lines(session(), shopper.place.account.id, shopper.cart)
    view = pad_view(shopper, shopper.cart, proposal_of(shopper, shopper.cart), beside)
    return shop_page("storefront/review.html", view=view, summary=view.summary, errors=[])


@pages.post("/order/place", access=buyer(Capability.PLACE_ORDERS))
def place() -> Any:
    """Places the order that was shown, once. Refusals come back as the pad with what to decide."""
    form = PlaceForm()
    try:
        form.require_valid()
        order = _placed(form)
    except (Refused, Conflict) as refused:
        return _refused(form, refused)
    address = _after(order)
    return leave_for(address) if address.startswith("http") else go_to(address)


@pages.get("/orders/<number>/placed", access=buyer(Capability.PLACE_ORDERS))
def placed(number: str) -> Any:
    """The order is taken: its number, what ships when, what happens next."""
    record, shopper = order_page(session(), number, buyer_actor()), current_shopper()
    return shop_page(
        "storefront/placed.html",
        order=order_view(record, shopper),
        undecided=len(undecided_rows(session(), shopper.cart)) if shopper.cart else 0,
    )


def _placed(form: PlaceForm) -> Order:
    shopper, actor = current_shopper(), buyer_actor()
    cart_id = request.form.get("cart_id", type=int) or open_cart().id
    choices = form.choices()
    submission = Submission(
        key=form.submission_key.data or "",
        shown_total=form.total(),
        po_number=choices.po_number,
        message=choices.message,
        payment_means=_means(choices.payment_means),
        backorder_choice=choices.backorder_choice,
    )
    order = place_order(
        session(), cart_id, shopper.place.account.id, submission, by=actor, choices=choices
    )
    commit()
    return order


def _means(asked: str) -> str:
    """The payment choice where this account has it; else the first that it has."""
    from storefront.pad_view import payment_choices

    allowed = [value for value, _label in payment_choices(current_shopper())]
    if asked not in allowed:
        raise Refused(_("Choose how to pay."), field="payment_means")
    return asked


def _after(order: Order) -> str:
    actor = buyer_actor()
    if order.payment_means == "card" and not actor.is_staff and awaits_payment(order):
        address = start_for_order(order)
        if address:
            return address
    return url_for("placing.placed", number=order.number)


def _refused(form: PlaceForm, refused: Refused | Conflict) -> Any:
    """Nothing was placed. What was chosen is kept, and the pad says what is wrong."""
    session().rollback()
    shopper = read_shopper_again()
    problems: list[Problem] = refused.problems
    if isinstance(refused, Refused) and shopper.cart is not None and not form.errors:
        try:
            choose(session(), shopper.cart, form.choices(), today=shopper.today)
            commit()
        except Refused as also:
            session().rollback()
            problems = also.problems
        read_shopper_again()
    return pad_page(problems, 409 if isinstance(refused, Conflict) else 422)
