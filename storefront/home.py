"""The first page: today's order for a buyer, the way in for a visitor."""

from __future__ import annotations

from typing import Any

from models.accounts import Actor, Capability
from models.checkout import Shopper, payer, shelf_rows
from models.kernel.errors import NotFound
from models.kernel.quantity import plain
from models.orders import count_open, habits, recent_orders
from models.receivables import standing
from storefront.frame import page_aisles, shop_page
from storefront.orders import order_row
from storefront.rows import row_views
from storefront.shopping import current_shopper, may_order
from web.access import Pages, anyone, current_actor
from web.i18n import _, ngettext
from web.pages import go_to, page_address
from web.presenting import money
from web.transactions import session

pages = Pages("home", __name__)
MOST_DUE = 8


@pages.get("/", access=anyone)
def home() -> Any:
    """Where the day starts."""
    actor: Any = current_actor()
    try:
        shopper = current_shopper()
    except NotFound:  # a company without a warehouse has no shop yet, but people who set it up
        return go_to(page_address("signing_in.page" if actor is None else "office_today.page"))
    if actor is None or shopper.account is None:
        return _welcome(actor)
    due = _due(shopper)
    usual = {habit.product_id: plain(habit.usual_quantity) for habit in due}
    rows = shelf_rows(session(), shopper, list(usual))
    recent = recent_orders(session(), actor, 5)
    return shop_page(
        "storefront/home.html",
        name=actor.name.partition(" ")[0],
        facts=_facts(actor, shopper),
        last=order_row(recent[0]) if recent else None,
        recent=[order_row(row) for row in recent],
        rows=row_views(rows, shopper, may_order=may_order()),
        usual=usual,
        grouped=False,
        may_order=may_order(),
    )


def _welcome(actor: Actor | None) -> Any:
    shelves = [each for each in page_aisles() if "/" not in each.path]
    return shop_page("storefront/welcome.html", shelves=shelves, is_staff=actor is not None)


def _due(shopper: Shopper) -> list[Any]:
    found = habits(session(), shopper.account_id or 0, shopper.seller.time_zone)
    return [habit for habit in found if habit.is_due(shopper.today)][:MOST_DUE]


def _facts(actor: Actor, shopper: Shopper) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = []
    if shopper.cart is not None and shopper.cart.line_count:
        lines = ngettext("%(num)s line", "%(num)s lines", shopper.cart.line_count)
        facts.append({"label": _("On your pad"), "note": lines,
                      "value": money(shopper.cart.goods_amount, shopper.currency)})  # fmt: skip
    facts.append({"label": _("Open orders"), "value": str(count_open(session(), actor))})
    if actor.can(Capability.SEE_INVOICES) or actor.can(Capability.PLACE_ORDERS):
        facts += _credit(shopper)
    return facts


def _credit(shopper: Shopper) -> list[dict[str, Any]]:
    state = standing(session(), payer(session(), shopper.place.account), today=shopper.today)
    currency, facts = shopper.currency, []
    if state.limit:
        used = max(0, float(100 * state.exposure / state.limit))
        tone = "bad" if used > 100 else "warn" if used > 85 else ""
        said = _("%(limit)s limit", limit=money(state.limit, currency))
        facts.append({"label": _("Credit left"), "value": money(max(state.available, 0), currency),
                      "note": said, "meter": (used, said), "tone": tone})  # fmt: skip
    if state.overdue:
        days = ngettext("since %(num)s day", "since %(num)s days", state.overdue_days)
        facts.append({"label": _("Overdue"), "value": money(state.overdue, currency),
                      "note": days, "tone": "bad"})  # fmt: skip
    return facts
