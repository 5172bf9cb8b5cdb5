"""The catalogue as a price list to order from."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import g, request, url_for
from werkzeug.datastructures import MultiDict

from models.checkout import PAGE_ROWS, SORTS, Aisle, Shelf, Shopper, Wish, brands_on, browse
from models.checkout import shelf_rows as read_rows
from models.kernel.errors import NotFound
from models.orders import habits
from storefront.frame import page_aisles, shop_page
from storefront.rows import row_views
from storefront.shopping import current_shopper, may_order
from web.access import Pages, anyone
from web.i18n import _
from web.transactions import session

pages = Pages("catalogue", __name__)
LONGEST_PAGE = 2000


@pages.get("/products", access=anyone)
def all_products() -> Any:
    """The whole catalogue."""
    return _shelf_page("", _("All products"), "")


@pages.get("/c/<path:category>", access=anyone)
def category(category: str) -> Any:
    """A shelf of the catalogue and everything below it."""
    here = next((each for each in page_aisles(category) if each.path == category), None)
    if here is None:
        raise NotFound("There is no such category.")
    return _shelf_page(category, here.name, here.description)


def _shelf_page(path: str, title: str, description: str) -> Any:
    shopper = current_shopper()
    wish = _wish(request.args, path, shopper)
    shelf = browse(session(), shopper, wish)
    rows = read_rows(session(), shopper, shelf.product_ids)
    views = row_views(rows, shopper, may_order=may_order())
    return shop_page(
        "storefront/shelf.html",
        fragment="storefront/_more_rows.html" if wish.page > 1 else None,
        within=path,
        title=title,
        description=description,
        wish=wish,
        rows=views,
        grouped=wish.sort == "shelf",
        chips=_chips(shelf, wish),
        shown=shelf.shown,
        more=_more(shelf, wish),
        sorts=_sorts(shopper),
        kept=_sent("view", "sort"),
        filtered=_sent("view", "stock", "brand"),
        crumbs=_crumbs(path),
        children=_children(path),
        brands=brands_on(session(), path) if path else [],
    )


def _wish(args: MultiDict[str, str], path: str, shopper: Shopper) -> Wish:
    due = ()
    if shopper.account_id is not None and args.get("view") == "due":
        found = habits(session(), shopper.account_id, shopper.seller.time_zone)
        due = tuple(each.product_id for each in found if each.is_due(shopper.today))
    sort = args.get("sort", "shelf")
    return Wish(
        category=path,
        view=args.get("view", ""),
        stock=tuple(args.getlist("stock")),
        brands=tuple(args.getlist("brand", type=int)),
        sort=sort if sort in SORTS else "shelf",
        page=min(max(args.get("page", 1, type=int), 1), LONGEST_PAGE),
        due_ids=due,
    )


def _sent(*names: str) -> list[tuple[str, str]]:
    """These query parameters, for a form that keeps them."""
    return [(name, value) for name in names for value in request.args.getlist(name) if value]


def _sorts(shopper: Shopper) -> list[tuple[str, str]]:
    names = {
        "shelf": _("Shelf"), "bought": _("Bought most often"), "name": _("Name"),
        "sku": _("SKU"), "newest": _("Newest first"),
    }  # fmt: skip
    if shopper.account_id is None:
        del names["bought"]
    return list(names.items())


def _chips(shelf: Shelf, wish: Wish) -> list[dict[str, Any]]:
    names = {
        "": _("All"), "bought": _("Bought before"), "due": _("Due a reorder"),
        "in-stock": _("In stock"), "new": _("New"),
    }  # fmt: skip
    return [
        {
            "label": names[view],
            "href": here_with(view=view or None, page=None),
            "count": shelf.shown if view == wish.view else None,
            "current": view == wish.view,
        }
        for view in shelf.views
    ]


def _more(shelf: Shelf, wish: Wish) -> str:
    return here_with(page=str(wish.page + 1)) if shelf.shown > wish.page * PAGE_ROWS else ""


def here_with(**changes: str | None) -> str:
    """This page's address with some of its query parameters changed or, with None, left out."""
    if "here" not in g:
        g.here = url_for(request.endpoint or "", **(request.view_args or {}))
    args: dict[str, Any] = {**request.args.to_dict(flat=False), **changes}
    kept = {name: value for name, value in args.items() if value}
    query = urlencode(kept, doseq=True, safe="!$'()*,/:;?@")
    return f"{g.here}?{query}" if query else str(g.here)


def _crumbs(path: str) -> list[tuple[str, str]]:
    crumbs = [(_("Catalogue"), url_for("catalogue.all_products"))]
    lineage = [each for each in page_aisles(path) if f"{path}/".startswith(f"{each.path}/")]
    for each in sorted(lineage, key=lambda aisle: len(aisle.path)):
        crumbs.append((each.name, url_for("catalogue.category", category=each.path)))
    return crumbs


def _children(path: str) -> list[Aisle]:
    if not path:
        return []
    return [each for each in page_aisles(path) if each.path.rpartition("/")[0] == path]
