"""Finding products by name, SKU, barcode or own number."""

from __future__ import annotations

from typing import Any

from flask import request

from models.catalog import find, suggest
from models.checkout import nearest_products, shelf_rows
from models.pricing import IS_VISIBLE, seen_by
from storefront.catalogue import here_with
from storefront.frame import shop_page
from storefront.rows import picture_of, row_views
from storefront.shopping import current_shopper, may_order
from web.access import Pages, anyone
from web.pages import render
from web.presenting import unit_price
from web.transactions import session

pages = Pages("search", __name__, url_prefix="/search")
PAGE_ROWS = 48
LONGEST_QUERY = 120
EXACT_SCORE = 1000


@pages.get("", access=anyone)
def results() -> Any:
    """The products that match; one whose code was typed comes first, ready for its quantity."""
    shopper = current_shopper()
    typed = request.args.get("q", "").strip()[:LONGEST_QUERY]
    after = _after(request.args.get("after", ""))
    found = find(
        session(), typed, visible=IS_VISIBLE, values=seen_by(shopper.context),
        account_id=shopper.account_id, limit=PAGE_ROWS + 1, after=after,
    )  # fmt: skip
    hits = found.hits[:PAGE_ROWS]
    more = len(found.hits) > PAGE_ROWS
    rows = shelf_rows(session(), shopper, [hit.product_id for hit in hits])
    exact = bool(hits) and hits[0].score >= EXACT_SCORE
    near = {} if rows or not typed else nearest_products(session(), shopper, [typed])
    return shop_page(
        "storefront/search.html",
        fragment="storefront/_more_found.html" if after else None,
        query=typed,
        rows=row_views(rows, shopper, may_order=may_order()),
        focus=rows[0].product_id if exact and rows else None,
        corrected=found.corrected,
        near=list(near.values()),
        more=here_with(after=f"{hits[-1].score!r},{hits[-1].product_id}") if more else "",
    )


@pages.get("/suggest", access=anyone)
def suggestions() -> Any:
    """The best few matches while somebody types, for the combobox."""
    shopper = current_shopper()
    typed = (request.args.get("q") or request.args.get("code") or "").strip()[:LONGEST_QUERY]
    found = suggest(
        session(),
        typed,
        visible=IS_VISIBLE,
        values=seen_by(shopper.context),
        account_id=shopper.account_id,
    )
    rows = shelf_rows(session(), shopper, [each.product_id for each in found])
    items = []
    for view, row in zip(row_views(rows, shopper, may_order=False), rows, strict=True):
        last = row.price.tiers[-1] if len(row.price.tiers) > 1 and view.price else None
        items.append(
            {
                "value": row.sku,
                "label": row.name,
                "note": ", ".join([*view.facts, view.stock.label]),
                "src": picture_of(row.image),
                "end": view.price,
                "end_note": f"{last[0]:.0f}+ {unit_price(last[1], shopper.currency)}"
                if last
                else "",
            }
        )
    return render("storefront/_suggestions.html", items=items)


def _after(text: str) -> tuple[float, int] | None:
    score, _comma, product_id = text.partition(",")
    try:
        return float(score), int(product_id)
    except ValueError:
        return None
