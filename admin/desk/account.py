"""What the desk sees of the account: credit, open orders, usual products; and what it may type."""

from __future__ import annotations

import re
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from admin.desk.frame import OpenDraft, open_draft
from models.accounts import Permission
from models.catalog import suggest
from models.checkout import ShelfRow, Shopper, payer, shelf_rows
from models.insight import account_facts, open_orders
from models.kernel.quantity import plain
from models.orders import habits
from models.pricing import IS_VISIBLE, seen_by
from models.receivables import standing
from web.access import Pages, staff
from web.i18n import _
from web.limits import SEARCH, limiter
from web.pages import render
from web.presenting import day_in_words, quantity, unit_price
from web.transactions import session

pages = Pages("desk_account", __name__, url_prefix="/admin/desk/<int:draft_id>")
MOST_USUAL = 9
MOST_OPEN = 6
LONGEST_QUERY = 120
TYPED_IN = re.compile(r"code|product-\d{1,17}")


@pages.get("/suggest", access=staff(Permission.ORDERS_TAKE))
@limiter.limit(SEARCH)
def suggestions(draft_id: int) -> Response:
    """The best few products while somebody types, by the account's own numbers too: in the field
    for a new row (`code`), or in the one that answers a row."""
    shopper = open_draft(draft_id).shopper()
    field = next(filter(TYPED_IN.fullmatch, request.args), "code")
    found = suggest(
        session(), request.args.get(field, "").strip()[:LONGEST_QUERY], visible=IS_VISIBLE,
        values=seen_by(shopper.context), account_id=shopper.account_id,
    )  # fmt: skip
    rows = shelf_rows(session(), shopper, [each.product_id for each in found])
    return render(
        "admin/desk/_products.html",
        field=field,
        items=[_option(row, shopper.currency) for row in rows],
    )


def account_panels(draft: OpenDraft, shopper: Shopper) -> dict[str, Any]:
    """The facts beside the rows, as of the moment the page was opened."""
    account = payer(session(), draft.account)
    orders = open_orders(session(), draft.account.id)
    return {
        "account_facts": account_facts(session(), draft.account, today=shopper.today),
        "payer": account,
        "standing": standing(session(), account, today=shopper.today),
        "orders": orders[:MOST_OPEN],
        "orders_count": len(orders),
        "usual": _usual(draft, shopper),
    }


def _usual(draft: OpenDraft, shopper: Shopper) -> list[dict[str, Any]]:
    """What they buy again and again, the longest due first, with their usual quantity."""
    known = habits(session(), draft.account.id, shopper.seller.time_zone)[: MOST_USUAL * 2]
    rows = {
        row.product_id: row
        for row in shelf_rows(session(), shopper, [each.product_id for each in known])
    }
    return [
        {
            "sku": rows[each.product_id].sku,
            "name": rows[each.product_id].name,
            "quantity": plain(each.usual_quantity),
            "last": day_in_words(each.last_on),
            "price": _price(rows[each.product_id], shopper.currency),
        }
        for each in known
        if each.product_id in rows
    ][:MOST_USUAL]


def _option(row: ShelfRow, currency: str) -> dict[str, Any]:
    note = [row.sku]
    if row.own_number:
        note.append(_("theirs: %(code)s", code=row.own_number))
    if row.price.multiple != 1:
        note.append(_("packs of %(pack)s", pack=plain(row.price.multiple)))
    note.append(_("%(units)s in stock", units=quantity(row.outlook.available)))
    if row.outlook.available <= 0 and row.ship_on:
        note.append(_("due %(day)s", day=day_in_words(row.ship_on)))
    return {
        "value": row.sku,
        "label": row.name,
        "note": ", ".join(note),
        "end": _price(row, currency),
        "end_note": "",
    }


def _price(row: ShelfRow, currency: str) -> str:
    if row.price.unit_price is None:
        return _("On request")
    return unit_price(row.price.unit_price, currency)
