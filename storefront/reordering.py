"""Ordering again: what differs from then, row by row, and on to the pad."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for

from models.accounts import Capability
from models.checkout import Repeat, begin_copy, repeat_order, repeats
from models.kernel.quantity import plain
from models.orders import order_page
from storefront.frame import shop_page
from storefront.shopping import (
    buyer_actor,
    buying_account,
    current_shopper,
    open_cart,
    own_day,
    read_shopper_again,
)
from web.access import Pages, buyer
from web.i18n import _, ngettext
from web.pages import go_to
from web.presenting import day, unit_price
from web.transactions import commit, session

pages = Pages("reordering", __name__, url_prefix="/orders")


@pages.get("/<number>/reorder", access=buyer(Capability.PLACE_ORDERS))
def differences(number: str) -> Any:
    """The order's lines with what is different today."""
    order = order_page(session(), number, buyer_actor()).head.Order
    shopper = current_shopper()
    found = repeats(session(), order.id, shopper)
    return shop_page(
        "storefront/reorder.html",
        number=order.number,
        placed=day(own_day(order.placed_at)),
        rows=[_row(each, order.currency) for each in found],
        has_pad=bool(shopper.cart and shopper.cart.line_count),
        different=sum(1 for each in found if not each.is_same),
    )


@pages.post("/<number>/reorder", access=buyer(Capability.PLACE_ORDERS))
def order_again(number: str) -> Any:
    """Puts the chosen lines on the pad, or on a new one beside it."""
    order = order_page(session(), number, buyer_actor()).head.Order
    is_copy = request.form.get("pad") == "new"
    if is_copy:
        pad = begin_copy(session(), order, buying_account(), by=buyer_actor())
        read_shopper_again()
    else:
        pad = open_cart()
    outcome = repeat_order(
        session(), pad, order.id, request.form.getlist("sku"), current_shopper(),
        by=buyer_actor(),
    )  # fmt: skip
    commit()
    flash(ngettext("%(num)s product is on the pad.", "%(num)s products are on the pad.",
                   outcome.added))  # fmt: skip
    if is_copy:
        flash(_("What was on your pad before is set aside: you find it under Past orders."))
    return go_to(url_for("order_pad.pad"))


def _row(each: Repeat, currency: str) -> dict[str, Any]:
    return {
        "sku": each.sku,
        "name": each.name,
        "quantity": plain(each.quantity),
        "then": unit_price(each.price_then, currency),
        "now": unit_price(each.price_now, currency) if each.price_now is not None else "",
        "dearer": each.price_now is not None and each.price_now > each.price_then,
        "changed": each.price_changed,
        "remarks": _remarks(each),
        "chosen": each.is_orderable,
        "orderable": each.is_orderable,
        "same": each.is_same,
    }


def _remarks(each: Repeat) -> list[tuple[str, str]]:
    """What differs, each with its tone."""
    remarks: list[tuple[str, str]] = []
    if each.instead_sku:
        words = _("Replaced by %(sku)s, %(name)s", sku=each.instead_sku, name=each.instead_name)
        return [("info", words)]
    if each.problem:
        remarks.append(("bad", each.problem))
    if each.is_short:
        words = _("Only %(units)s in stock, the rest later", units=plain(each.available))
        if each.available <= 0:
            words = _("Not in stock now, comes later")
        remarks.append(("warn", words))
    return remarks
