"""Why a customer's price is what it is, for the rep who looks after them: no cost, no margin."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from models.accounts import Permission
from models.catalog import Product, match_codes
from models.insight import account_in_care
from models.kernel.errors import Refused
from models.kernel.quantity import parse_quantity
from models.pricing import PricingContext, explain
from storefront.rep.frame import rep_page
from storefront.shopping import buyer_actor, current_shopper
from web.access import Pages, staff
from web.i18n import _
from web.price_reasons import told
from web.transactions import session

pages = Pages("rep_why", __name__, url_prefix="/rep/accounts")
LONGEST = 60


@pages.get("/<int:account_id>/why", access=staff(Permission.ACCOUNTS_VIEW, Permission.PRICES_VIEW))
def why(account_id: int) -> Any:
    """The price of a product today, in a quantity, and every list that was asked for it."""
    on = current_shopper().today
    account = account_in_care(session(), account_id, buyer_actor(), on).Account
    sku = request.args.get("sku", "").strip()[:LONGEST]
    typed = request.args.get("quantity", "").strip()[:LONGEST]
    answer: dict[str, Any] = {}
    problem = ""
    if sku:
        try:
            answer = _answer(PricingContext(account.id, account.currency, on), sku, typed)
        except Refused as refusal:
            problem = _(refusal.sentence)
    return rep_page(
        "storefront/rep/why.html",
        title=_("Why this price"),
        subtitle=account.name,
        back=url_for("rep_account.account", account_id=account.id),
        account=account,
        sku=sku,
        quantity=typed,
        problem=problem,
        **answer,
    )


def _answer(context: PricingContext, code: str, typed: str) -> dict[str, Any]:
    match = match_codes(session(), [code], account_id=context.account_id)[code]
    if len(match.product_ids) != 1:
        raise Refused(_("“%(code)s” names no product, or several.", code=code), field="sku")
    product = session().get_one(Product, match.product_ids[0])  # in scope: matched for the account
    units = parse_quantity(typed, decimals=3) if typed else None
    found = explain(session(), context, product.id, units or None)
    return {"product": product, "reasons": told(found, context.on)}
