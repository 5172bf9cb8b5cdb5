"""The page of one product: decide, and set quantities."""

from __future__ import annotations

from typing import Any, cast

from flask import url_for

from models.accounts import Actor
from models.checkout import ProductPage, ShelfRow, Shopper, product_page, shelf_rows
from models.kernel.quantity import plain
from storefront.frame import own_number, shop_page
from storefront.rows import picture_of, row_views
from storefront.shopping import current_shopper, may_order, own_day
from web.access import Pages, anyone, current_actor
from web.addresses import country_name
from web.i18n import _
from web.presenting import day, day_month, quantity, unit_price
from web.transactions import session

pages = Pages("product_page", __name__)


@pages.get("/p/<slug>", access=anyone)
def product(slug: str) -> Any:
    """Pictures, breaks, stock by date, packs, relatives and past orders."""
    shopper = current_shopper()
    found = product_page(session(), shopper, slug, cast("Actor | None", current_actor()))
    ids = found.variant_ids or ([found.product.id] if found.is_sold else [])
    rows = shelf_rows(session(), shopper, [*ids, *found.substitute_ids])
    views = row_views(rows, shopper, may_order=may_order())
    count = sum(1 for row in rows if row.product_id in ids)
    own = [row for row in rows if row.product_id == found.product.id]
    return shop_page(
        "storefront/product.html",
        within=found.category.path if found.category else "",
        product=found.product,
        found=found,
        rows=views[:count],
        instead=views[count:],
        pictures=_pictures(found),
        own=own_number(own[0].own_number) if own and own[0].own_number else "",
        arrivals=_arrivals(own[0], shopper) if own else [],
        tiers=_tiers(own[0]) if own and shopper.sees_prices else [],
        packs=[(each.unit.capitalize(), plain(each.quantity)) for each in found.packs],
        facts=_facts(found),
        purchases=_purchases(found),
        crumbs=_crumbs(found),
        grouped=False,
    )


def _pictures(found: ProductPage) -> list[tuple[str, str]]:
    stored = [(picture_of(each.sha256), each.description) for each in found.images]
    if not stored and found.product.image:
        stored = [(picture_of(found.product.image), "")]
    return stored


def _arrivals(row: ShelfRow, shopper: Shopper) -> list[tuple[str, str]]:
    if shopper.stock_display != "exact":
        return [(day_month(on), _("on order")) for on, _units in row.outlook.supplies[:4]]
    return [(day_month(on), quantity(units)) for on, units in row.outlook.supplies[:4]]


def _tiers(row: ShelfRow) -> list[tuple[str, str]]:
    return [
        (
            _("From %(units)s", units=plain(max(least, row.price.minimum))),
            unit_price(price, row.price.currency),
        )
        for least, price in row.price.tiers
    ]


def _facts(found: ProductPage) -> list[tuple[str, str]]:
    product = found.product
    rows = [
        (_("Brand"), found.brand),
        (_("Manufacturer's number"), product.manufacturer_number),
        (_("Weight"), _("%(grams)s g", grams=product.weight_grams) if product.weight_grams else ""),
        (_("Country of origin"), country_name(product.origin_country or "")),
        (_("Commodity code"), product.commodity_code),
    ]
    rows += [
        (str(name).replace("_", " ").capitalize(), str(value))
        for name, value in product.attributes.items()
    ]
    return [(label, value) for label, value in rows if value]


def _purchases(found: ProductPage) -> list[dict[str, str]]:
    return [
        {
            "number": row.number,
            "href": url_for("orders.order", number=row.number),
            "on": day(own_day(row.placed_at)),
            "quantity": quantity(row.ordered),
            "price": unit_price(row.unit_price, row.currency),
        }
        for row in found.purchases
    ]


def _crumbs(found: ProductPage) -> list[tuple[str, str]]:
    crumbs = [(_("Catalogue"), url_for("catalogue.all_products"))]
    if found.category:
        address = url_for("catalogue.category", category=found.category.path)
        crumbs.append((found.category.name, address))
    return [*crumbs, (found.product.name, "")]
