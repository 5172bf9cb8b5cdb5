"""A message to the order desk about one order, from its buyer or from who looks after them."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for

from models.accounts import Capability, Permission
from models.insight import account_in_care
from models.kernel.errors import Refused
from models.orders import order_page, order_page_of, write_message
from storefront.orders import show_order
from storefront.rep.order import show_order as show_to_rep
from storefront.shopping import buyer_actor, current_shopper
from web.access import Pages, buyer, staff
from web.i18n import _
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("messages", __name__)


@pages.post("/orders/<number>/message", access=buyer(Capability.BROWSE))
def write(number: str) -> Any:
    """Joins the order's timeline and the desk's queue."""
    order = order_page(session(), number, buyer_actor()).head.Order
    try:
        write_message(session(), order, request.form.get("text", ""), by=buyer_actor())
        commit()
    except Refused as refusal:
        session().rollback()
        return show_order(number, problem=_(refusal.sentence))
    flash(_("We have your message. The answer comes by mail and stands on this page."))
    return go_to(url_for("orders.order", number=number, _anchor="timeline"))


@pages.post(
    "/rep/accounts/<int:account_id>/orders/<number>/message", access=staff(Permission.ACT_FOR)
)
def write_for(account_id: int, number: str) -> Any:
    """The rep asks the desk; the answer is mailed to the rep."""
    actor = buyer_actor()
    account = account_in_care(session(), account_id, actor, current_shopper().today).Account
    order = order_page_of(session(), number, account.id).head.Order
    try:
        write_message(session(), order, request.form.get("text", ""), by=actor)
        commit()
    except Refused as refusal:
        session().rollback()
        return show_to_rep(account_id, number, problem=_(refusal.sentence))
    flash(_("The desk has your message. The answer comes by mail and stands on this page."))
    where = url_for("rep_order.order", account_id=account_id, number=number, _anchor="timeline")
    return go_to(where)
