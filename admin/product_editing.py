"""Changing how a product is called, sold and counted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place, today
from admin.products import LIFECYCLE_LOOKS, TAXES
from admin.typed import quantity_of, text_of, whole_of
from models import insight
from models.accounts import Permission
from models.catalog import LIFECYCLES, Product, SellingFacts, change_selling_facts
from models.kernel.errors import Refused
from web.access import Pages, staff
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_product_editing", __name__, url_prefix="/admin/products/<int:product_id>")
POLICIES = {
    "deny": lazy("Not sold"),
    "backorder": lazy("Backordered"),
    "preorder": lazy("Pre-ordered"),
}


@pages.get("/edit", access=staff(Permission.PRODUCTS_EDIT))
def page(product_id: int) -> Response:
    """The product's selling facts as a form."""
    return show(product_id)


@pages.post("/edit", access=staff(Permission.PRODUCTS_EDIT))
def change(product_id: int) -> Response:
    """Saves them for everything ordered from now on."""

    def act() -> Response:
        change_selling_facts(
            session(), product_id, _facts(), version=whole_of("version") or 0, today=today(),
            by=current_actor(),
        )  # fmt: skip
        commit()
        flash(_("Saved. It holds for what is ordered from now on."))
        return go_to(url_for("office_products.page_of", product_id=product_id))

    return refused_in_place(act, lambda errors, status: show(product_id, errors, status))


def show(product_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    """The form, with what was typed where that was refused."""
    row = insight.product_by_id(session(), product_id, current_actor(), today=today())
    product: Product = row.Product
    return office_page(
        "admin/products/edit.html",
        current="products",
        status=status,
        errors=errors or [],
        product=product,
        typed=dict(request.form) if request.method == "POST" else _shown(product),
        lifecycles=[(key, LIFECYCLE_LOOKS[key][0]) for key in LIFECYCLES],
        taxes=TAXES.items(),
        policies=POLICIES.items(),
    )


def _shown(product: Product) -> dict[str, Any]:
    return {
        "name": product.name,
        "description": product.description,
        "lifecycle": product.lifecycle,
        "tax_category": product.tax_category,
        "minimum": _plain(product.order_minimum),
        "multiple": _plain(product.order_multiple),
        "maximum": _plain(product.order_maximum),
        "backorder_policy": product.backorder_policy,
        "backorder_cap": _plain(product.backorder_cap),
    }


def _facts() -> SellingFacts:
    return SellingFacts(
        name=text_of("name"),
        description=text_of("description"),
        lifecycle=text_of("lifecycle"),
        tax_category=text_of("tax_category"),
        order_minimum=_needed("minimum"),
        order_multiple=_needed("multiple"),
        order_maximum=quantity_of("maximum"),
        backorder_policy=text_of("backorder_policy"),
        backorder_cap=quantity_of("backorder_cap"),
    )


def _needed(name: str) -> Decimal:
    quantity = quantity_of(name)
    if quantity is None:
        raise Refused(_("Type a quantity, 1 at least for what is sold one by one."), field=name)
    return quantity


def _plain(quantity: Decimal | None) -> str:
    return "" if quantity is None else f"{quantity.normalize():f}"
