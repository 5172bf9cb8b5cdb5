"""Why this price: any account, product, quantity and day, decided list by list."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from admin.finding_one import account_called, product_called
from admin.frame import Errors, office_page, picture_of, seller, sentences_of, today
from admin.prices.frame import VIEW
from models import insight
from models.accounts import Account, Permission
from models.catalog import Product
from models.kernel.errors import NotFound, Refused
from models.kernel.quantity import parse_quantity
from models.pricing import Explanation, PricingContext, explain
from web.access import Pages
from web.days import date_arg
from web.identity import current_actor
from web.pages import render
from web.price_reasons import told
from web.transactions import session

pages = Pages("price_reasons", __name__, url_prefix="/admin/prices")
LONGEST = 80


@pages.get("/why", access=VIEW)
def page() -> Response:
    """The form, and the answer once account and product are named."""
    asked = {name: request.args.get(name, "").strip()[:LONGEST]
             for name in ("account", "product", "quantity", "on")}  # fmt: skip
    errors: Errors = []
    answer: dict[str, Any] = {}
    if asked["account"] and asked["product"]:
        try:
            answer = _answer(asked)
        except (Refused, NotFound) as refusal:
            errors = sentences_of(refusal)
    return office_page(
        "admin/prices/why.html",
        current="prices",
        status=422 if errors else 200,
        errors=errors,
        asked=asked,
        picture_of=picture_of,
        **answer,
    )


@pages.get("/why/accounts", access=VIEW)
def accounts() -> Response:
    """Accounts whose name or number fits what is being typed."""
    return _options("account", request.args.get("account", ""))


@pages.get("/why/products", access=VIEW)
def products() -> Response:
    """Products whose name or SKU fits what is being typed."""
    typed = request.args.get("product", "") or request.args.get("sku", "")
    return _options("product", typed)


def _options(kind: str, typed: str) -> Response:
    found = insight.find_records(
        session(), typed[:LONGEST], current_actor(), today=today(), only=kind
    )
    items = [{"value": each.note, "label": each.name, "note": each.note} for each in found]
    return render("admin/prices/_options.html", items=items, kind=kind)


def _answer(asked: dict[str, str]) -> dict[str, Any]:
    account_id, product_id = account_called(asked["account"]), product_called(asked["product"])
    account = session().get_one(Account, account_id)  # in scope: found among those one may see
    product = session().get_one(Product, product_id)  # in scope: found among those one may see
    on = date_arg("on") or today()
    typed = parse_quantity(asked["quantity"], decimals=3) if asked["quantity"] else None
    context = PricingContext(account.id, account.currency, on)
    found = explain(session(), context, product.id, typed or None)
    return {
        "account": account,
        "product": product,
        "on": on,
        "price": found.price,
        "reasons": told(found, on),
        "margin": _margin(found, account, product),
    }


def _margin(found: Explanation, account: Account, product: Product) -> Decimal | None:
    """In per cent of the price, for those who see costs, in the company's own currency."""
    price = found.price.unit_price
    may_see = current_actor().can(Permission.COSTS_SEE)
    if not price or not product.cost or not may_see:
        return None
    if account.currency != seller().base_currency:
        return None
    return (price - product.cost) * 100 / price
