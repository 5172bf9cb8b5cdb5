"""The order pad: quick order and cart in one page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import flash, request, url_for

from models.accounts import Capability
from models.catalog import Product
from models.checkout import (
    Cart,
    CartLine,
    choose,
    empty_cart,
    line_of,
    rename,
    set_quantity,
    undecided_rows,
)
from models.kernel.errors import Conflict, NotFound, Problem, Refused
from models.kernel.quantity import parse_quantity
from models.orders import recent_orders
from storefront.decisions import decision_views
from storefront.forms import ChoicesForm
from storefront.frame import cart_summary, shop_page
from storefront.pad_view import (
    LineView,
    heading_of,
    line_view,
    pad_view,
    proposal_of,
    summary_view,
)
from storefront.shopping import (
    buyer_actor,
    current_shopper,
    open_cart,
    read_shopper_again,
)
from web.access import Pages, buyer
from web.i18n import _
from web.pages import go_to, render, wants_fragment
from web.transactions import commit, session

pages = Pages("order_pad", __name__, url_prefix="/order")
WAYS = ("type", "paste", "file", "past")


@pages.get("", access=buyer(Capability.PLACE_ORDERS))
def pad() -> Any:
    """The pad of the account and person."""
    return pad_page()


def pad_page(problems: list[Problem] | None = None, status: int = 200, text: str = "") -> Any:
    """The pad, with what was wrong where something was."""
    shopper = current_shopper()
    way = request.args.get("add", "paste" if text else "type")
    rows = undecided_rows(session(), shopper.cart) if shopper.cart else []
    view = None
    if shopper.cart and shopper.cart.line_count:
        view = pad_view(shopper, shopper.cart, proposal_of(shopper, shopper.cart), len(rows))
    return shop_page(
        "storefront/pad.html",
        status=status,
        view=view,
        cart=shopper.cart,
        heading=view.heading if view else "",
        way=way if way in WAYS else "type",
        ways=_ways(way),
        decisions=decision_views(rows, shopper),
        past=recent_orders(session(), buyer_actor()) if way == "past" or view is None else [],
        pasted=text,
        errors=[(each.field or "", each.sentence) for each in problems or []],
        page_errors=bool(problems),
    )


@pages.post("/lines/<int:line_id>", access=buyer(Capability.PLACE_ORDERS))
def change_line(line_id: int) -> Any:
    """Changes a line's quantity; answers with the row and the summary."""
    typed = next((v for k, v in request.form.items() if k.startswith("quantity")), "")
    problem, status = "", 200
    cart = open_cart()
    line = line_of(session(), cart, line_id)
    try:
        _set_line(cart, line, typed)
        commit()
    except (Refused, Conflict) as refused:
        session().rollback()
        problem, status = refused.sentence, 409 if isinstance(refused, Conflict) else 422
    if not wants_fragment():
        if problem:
            flash(problem, "error")
        return go_to(url_for("order_pad.pad"))
    return _line_answer(line_id, problem, status, typed if status == 422 else "")


@pages.post("/lines/<int:line_id>/remove", access=buyer(Capability.PLACE_ORDERS))
def remove_line(line_id: int) -> Any:
    """Takes a line off the pad; the answer offers to undo it."""
    cart = open_cart()
    line = line_of(session(), cart, line_id)
    product = session().get_one(Product, line.product_id)
    undo = {"name": product.name, "product_id": product.id, "quantity": line.quantity}
    _set(cart, line, product, Decimal(0))
    commit()
    if not wants_fragment():
        flash(_("%(name)s was taken off.", name=product.name))
        return go_to(url_for("order_pad.pad"))
    shopper = read_shopper_again()
    if shopper.cart is None or not shopper.cart.line_count:
        return go_to(url_for("order_pad.pad"))
    answer = render("storefront/_removed_line.html", undo=undo, **_sums())
    answer.headers["HX-Reswap"] = "delete"
    return answer


@pages.post("/details", access=buyer(Capability.PLACE_ORDERS))
def change_details() -> Any:
    """Keeps what was chosen for the order; answers with the summary."""
    form = ChoicesForm()
    form.require_valid()
    cart = open_cart()
    served = current_shopper().ship_to
    before = served.id if served else None
    choose(session(), cart, form.choices(), today=current_shopper().today)
    commit()
    if not wants_fragment() or before != cart.ship_to_id:
        return go_to(url_for("order_pad.pad"))
    read_shopper_again()
    return render("storefront/_pad_summary.html", **_sums(), errors=[])


@pages.post("/name", access=buyer(Capability.PLACE_ORDERS))
def name_pad() -> Any:
    """Gives the pad a name."""
    rename(session(), open_cart(), request.form.get("name", ""))
    commit()
    return go_to(url_for("order_pad.pad"))


@pages.post("/empty", access=buyer(Capability.PLACE_ORDERS))
def empty() -> Any:
    """Takes every line off the pad."""
    empty_cart(session(), open_cart())
    commit()
    flash(_("The order pad is empty."))
    return go_to(url_for("order_pad.pad"))


def _set_line(cart: Cart, line: CartLine, typed: str) -> None:
    product = session().get_one(Product, line.product_id)
    quantity = parse_quantity(typed, decimals=product.quantity_decimals)
    version = request.form.get("version", type=int)
    _set(cart, line, product, quantity, version)


def _set(
    cart: Cart, line: CartLine, product: Product, quantity: Decimal, version: int | None = None
) -> None:
    shopper = current_shopper()
    set_quantity(
        session(), cart, product, quantity, context=shopper.context,
        warehouse_ids=shopper.warehouse_ids, by=buyer_actor(), version=version,
        entered_unit=line.entered_unit,
    )  # fmt: skip


def _line_answer(line_id: int, problem: str, status: int, typed: str) -> Any:
    shopper = read_shopper_again()
    if shopper.cart is None or not shopper.cart.line_count:
        return go_to(url_for("order_pad.pad"))
    sums = _sums()
    line: LineView | None = next(
        (
            line_view(item, shopper, refusal=problem, typed=typed)
            for item in sums["proposal"].lines
            if item.line.id == line_id
        ),
        None,
    )
    answer = render("storefront/_changed_line.html", status=status, line=line, **sums)
    if line is None:
        answer.headers["HX-Reswap"] = "delete"
    return answer


def _sums() -> dict[str, Any]:
    """What shows the pad's figures, after a change."""
    shopper = current_shopper()
    if shopper.cart is None:
        raise NotFound("There is no order pad.")
    proposal = proposal_of(shopper, shopper.cart)
    undecided = len(undecided_rows(session(), shopper.cart))
    return {
        "proposal": proposal,
        "summary": summary_view(shopper, shopper.cart, proposal, undecided),
        "head": cart_summary(shopper),
        "heading": heading_of(shopper.cart),
    }


def _ways(current: str) -> list[dict[str, Any]]:
    names = {
        "type": (_("Type or scan"), "scan-barcode"), "paste": (_("Paste"), "clipboard-paste"),
        "file": (_("File"), "upload"), "past": (_("Past order"), "history"),
    }  # fmt: skip
    return [
        {"label": label, "icon": icon, "href": url_for("order_pad.pad", add=way),
         "current": way == (current if current in WAYS else "type")}
        for way, (label, icon) in names.items()
    ]  # fmt: skip
