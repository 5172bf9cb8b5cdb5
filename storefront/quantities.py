"""A quantity typed anywhere in the price list is on the order pad."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from models.accounts import Capability
from models.checkout import set_quantity, shelf_rows, visible_product
from models.kernel.errors import NotFound, Refused
from models.kernel.quantity import parse_quantity
from storefront.frame import cart_summary
from storefront.rows import row_view
from storefront.shopping import buyer_actor, current_shopper, open_cart, read_shopper_again
from web.access import Pages, buyer
from web.i18n import _
from web.pages import go_to, render, wants_fragment
from web.safe_redirects import safe_next
from web.transactions import commit, session

pages = Pages("quantities", __name__, url_prefix="/order")


@pages.post("/products/<int:product_id>", access=buyer(Capability.PLACE_ORDERS))
def set_product(product_id: int) -> Any:
    """Sets how many of a product are on the pad; answers with its row and the order bar."""
    typed = request.form.get(f"quantity-{product_id}") or request.form.get("quantity", "")
    refusal = ""
    try:
        put_on_pad(product_id, typed)
        commit()
    except Refused as refused:
        session().rollback()
        refusal = refused.sentence
    if not wants_fragment():
        if refusal:
            flash(refusal, "error")
        return go_to(_back())
    return _row_answer(product_id, typed if refusal else "", refusal)


@pages.post("/products", access=buyer(Capability.PLACE_ORDERS))
def set_products() -> Response:
    """The whole price list sent as one form, without scripts: every changed quantity counts."""
    pressed, _colon, quantity = request.form.get("set", "").partition(":")
    wanted = {**request.form.to_dict(), **({pressed: quantity} if pressed else {})}
    changed = 0
    for name, typed in wanted.items():
        prefix, _dash, product_id = name.partition("-")
        if prefix == "quantity" and product_id.isdigit():
            before = request.form.get(f"was-{product_id}", "")
            if typed.strip() != before.strip():
                put_on_pad(int(product_id), typed)
                changed += 1
    commit()
    flash(_("Your order is up to date.") if changed else _("Nothing was changed."))
    return go_to(_back())


def put_on_pad(product_id: int, typed: str) -> None:
    """Sets a typed quantity (nothing typed is zero). Refused where it is no quantity at all."""
    shopper = current_shopper()
    try:
        product = visible_product(session(), shopper, product_id)
    except NotFound:
        raise Refused(_("This product is not on sale to you any more.")) from None
    quantity = parse_quantity(typed, decimals=product.quantity_decimals)
    cart = open_cart()
    set_quantity(
        session(), cart, product, Decimal(quantity), context=shopper.context,
        warehouse_ids=shopper.warehouse_ids, by=buyer_actor(),
    )  # fmt: skip


def _row_answer(product_id: int, typed: str, refusal: str) -> Any:
    shopper = read_shopper_again()
    rows = shelf_rows(session(), shopper, [product_id])
    if not rows:
        raise NotFound("There is no such product in your catalogue.")
    view = row_view(rows[0], shopper, may_order=True, typed=typed, refusal=refusal)
    status = 422 if refusal else 200
    return render("storefront/_set_row.html", row=view, cart=cart_summary(shopper), status=status)


def _back() -> str:
    return safe_next(request.form.get("back"), url_for("order_pad.pad"))
