"""Products: the list, and one product's facts, packs and stock."""

from __future__ import annotations

from werkzeug.wrappers import Response

from admin import product_notes
from admin.frame import Errors, address, office_page, picture_of, refused_in_place, today
from admin.listing import PAGE_SIZE, listing
from models import insight
from models.accounts import Permission
from models.catalog import Product, pictures_of
from models.insight import MOST_COUNTED, ProductFilter
from web.access import Pages, staff
from web.i18n import lazy
from web.identity import current_actor
from web.transactions import session

pages = Pages("office_products", __name__, url_prefix="/admin/products")
MOST_SHOWN = 10
LIFECYCLE_LOOKS = {
    "draft": (lazy("Draft"), "", "dash"),
    "active": (lazy("Active"), "ok", "full"),
    "run_out": (lazy("Running out"), "warn", "half"),
    "discontinued": (lazy("Discontinued"), "", "none"),
    "special": (lazy("Special, for one order"), "info", "dash"),
}


TAXES = {
    "standard": lazy("Standard rate"),
    "reduced": lazy("Reduced rate"),
    "zero": lazy("Zero rate"),
    "exempt": lazy("Exempt"),
}


@pages.get("", access=staff(Permission.PRODUCTS_VIEW))
def page() -> Response:
    """One page of products."""
    state = listing("office_products.page", ("q", "lifecycle"), sort="sku", sorts=("sku",))
    lifecycle = state.args.get("lifecycle", "")
    chosen = ProductFilter(
        lifecycle=lifecycle if lifecycle in LIFECYCLE_LOOKS else "", text=state.args.get("q", "")
    )
    by, on = current_actor(), today()
    rows = insight.product_rows(
        session(), chosen, by, today=on, limit=PAGE_SIZE + 1, offset=state.offset
    )
    count = insight.count_products(session(), chosen, by, today=on)
    return office_page(
        "admin/products/list.html",
        current="products",
        list=state,
        chosen=chosen,
        rows=rows[:PAGE_SIZE],
        count=min(count, MOST_COUNTED),
        is_capped=count > MOST_COUNTED,
        has_more=len(rows) > PAGE_SIZE,
        looks=LIFECYCLE_LOOKS,
        lifecycles=[(key, look[0]) for key, look in LIFECYCLE_LOOKS.items()],
        picture_of=picture_of,
    )


@pages.get("/<int:product_id>", access=staff(Permission.PRODUCTS_VIEW))
def page_of(product_id: int) -> Response:
    """One product."""
    return show(product_id)


@pages.post("/<int:product_id>/notes", access=staff(Permission.PRODUCTS_EDIT))
def note(product_id: int) -> Response:
    """Adds a note, shown beside the product's lines where its kind is read."""
    return refused_in_place(
        lambda: product_notes.take(_find(product_id)),
        lambda errors, status: show(product_id, errors, status),
    )


@pages.post("/<int:product_id>/notes/<int:note_id>/end", access=staff(Permission.PRODUCTS_EDIT))
def end(product_id: int, note_id: int) -> Response:
    """Takes one of the product's notes off all pages."""
    return product_notes.take_off(_find(product_id), note_id)


def _find(product_id: int) -> Product:
    """The product of the address, where this person may see it."""
    found: Product = insight.product_by_id(
        session(), product_id, current_actor(), today=today()
    ).Product
    return found


def show(product_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    """The product's page; after a refusal with its sentences above it."""
    row = insight.product_by_id(session(), product_id, current_actor(), today=today())
    sees_orders = current_actor().can(Permission.ORDERS_VIEW)
    return office_page(
        "admin/products/page.html",
        current="products",
        status=status,
        errors=errors or [],
        row=row,
        product=row.Product,
        packs=insight.product_packs(session(), product_id),
        codes=insight.loose_barcodes(session(), product_id),
        levels=insight.levels_of(session(), product_id),
        supplies=insight.supplies_of(session(), product_id),
        waiting=insight.waiting_for(session(), product_id, most=MOST_SHOWN) if sees_orders else [],
        promised=insight.promised_to(session(), product_id, most=MOST_SHOWN) if sees_orders else [],
        bought=insight.bought_lately(session(), product_id) if sees_orders else [],
        pictures=pictures_of(session(), product_id),
        **product_notes.panel(row.Product),
        looks=LIFECYCLE_LOOKS,
        taxes=TAXES,
        prices=address("price_lists.page", q=row.Product.sku),
        picture_of=picture_of,
    )
