"""Another price for a line, by someone who may give it, with a reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import flash, url_for

from models.accounts import Permission
from models.catalog import Product
from models.checkout import CartLine, line_of, override_price
from models.kernel.errors import NotFound
from models.pricing import Ask, resolve
from storefront.forms import PriceForm
from storefront.frame import shop_page
from storefront.shopping import buyer_actor, current_shopper, open_cart
from web.access import Pages, staff
from web.forms import attempt
from web.i18n import _
from web.pages import go_to
from web.presenting import floor_price, unit_price
from web.transactions import commit, session

pages = Pages("rep_pricing", __name__, url_prefix="/rep/pricing")


@pages.get("/<int:line_id>", access=staff(Permission.PRICE_OVERRIDE))
def price(line_id: int) -> Any:
    """The line with its price today and its floor."""
    line = _line(line_id)
    form = PriceForm(unit_price=line.override_price, reason=line.override_reason)
    return _page(line, form)


@pages.post("/<int:line_id>", access=staff(Permission.PRICE_OVERRIDE))
def change(line_id: int) -> Any:
    """Sells the line at another price."""
    form = PriceForm()
    line = line_of(session(), open_cart(), line_id)

    def act() -> Any:
        override_price(
            session(), open_cart(), line, Decimal(form.unit_price.data or 0),
            reason=form.reason.data or "", by=buyer_actor(),
        )  # fmt: skip
        commit()
        flash(_("The price is changed."))
        return go_to(url_for("order_pad.pad"))

    return attempt(form, act, lambda _form: _page(_line(line_id), form))


def _line(line_id: int) -> CartLine:
    cart = current_shopper().cart
    if cart is None:
        raise NotFound("There is no order pad.")
    return line_of(session(), cart, line_id)


def _page(line: CartLine, form: PriceForm) -> Any:
    shopper = current_shopper()
    product = session().get_one(Product, line.product_id)
    today = resolve(session(), shopper.context, [Ask(product.id, line.quantity)])[0]
    currency = shopper.currency
    return shop_page(
        "storefront/rep/price.html",
        line=line,
        product=product,
        account_id=shopper.account_id,
        form=form,
        page_errors=bool(form.errors),
        today=unit_price(today.unit_price, currency) if today.unit_price is not None else "",
        floor=floor_price(today.floor_price, currency) if today.floor_price is not None else "",
        currency=currency,
    )
