"""An order of a customer, as the rep who looks after them reads it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import request, url_for

from models.accounts import Permission
from models.checkout import shopper_for
from models.insight import account_in_care
from models.orders import order_page_of
from storefront.order_view import order_view
from storefront.rep.frame import rep_page
from storefront.shopping import buyer_actor, current_shopper
from web.access import Pages, staff
from web.i18n import _
from web.transactions import session

pages = Pages("rep_order", __name__, url_prefix="/rep/accounts")


@pages.get("/<int:account_id>/orders/<number>", access=staff(Permission.ACCOUNTS_VIEW))
def order(account_id: int, number: str) -> Any:
    """How far the order has come, line by line, and what was said of it."""
    return show_order(account_id, number)


def show_order(account_id: int, number: str, *, problem: str = "") -> Any:
    """The page; with what was wrong with a message about it."""
    actor = buyer_actor()
    account = account_in_care(session(), account_id, actor, current_shopper().today).Account
    record = order_page_of(session(), number, account.id)
    shopper = shopper_for(session(), account.id, actor, sees_prices=True)
    may_act = (
        actor.can(Permission.ACT_FOR)
        and account.is_open
        and actor.acting_for_id in (None, account.id)
    )
    for_them = replace(actor, account_id=account.id) if may_act else actor
    return rep_page(
        "storefront/rep/order.html",
        title=_("Order %(number)s", number=number),
        subtitle=account.name,
        back=url_for("rep_account.account", account_id=account.id, part="orders"),
        order=order_view(record, shopper, by=for_them),
        may_act=may_act,
        start_href=""
        if actor.account_id == account.id
        else url_for("acting.start", account_id=account.id),
        sees_invoices=actor.can(Permission.INVOICES_VIEW),
        write_href=url_for("messages.write_for", account_id=account.id, number=number)
        if actor.can(Permission.ACT_FOR)
        else "",
        status=422 if problem else 200,
        problem=problem,
        typed=request.form.get("text", ""),
        page_errors=bool(problem),
    )
