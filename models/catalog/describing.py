"""What a product is: where it stands in the catalogue, what customs and the shelf want to know."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.catalog.codes import plain_code
from models.catalog.editing import (
    SellingFacts,
    check_selling_facts,
    launched,
    locked_product,
)
from models.catalog.product import Product
from models.catalog.searching import refresh
from models.catalog.shelving import brand_ids, free_slugs, shelf_ids
from models.kernel import activity
from models.kernel.activity import Actor
from models.kernel.errors import Refused

SKU = re.compile(r"[A-Z0-9](?:[A-Z0-9 ./_-]{0,38}[A-Z0-9])?")
SPECIALS = re.compile(r"SP-\d+")
PRICE_PER = (1, 10, 100, 1000)
MOST = Decimal(9_999_999)
SEARCHED = {"category_id", "brand_id", "manufacturer_number"}


@dataclass(frozen=True, slots=True)
class CatalogueFacts:
    """What is known of a product beside how it is sold.

    `category` names it from the top, `Garden > Hand tools`; one that is missing is made, as a
    brand is. `retail_price` and `cost` are in the company's currency, the first with tax, the
    other per `price_per` units; None leaves the cost as it is.
    """

    category: str = ""
    brand: str = ""
    manufacturer_number: str = ""
    weight_grams: int = 0
    origin_country: str = ""
    commodity_code: str = ""
    retail_price: Decimal | None = None
    cost: Decimal | None = None
    lead_time_days: int = 14
    reorder_point: Decimal | None = None


def add_product(
    session: Session,
    sku: str,
    selling: SellingFacts,
    facts: CatalogueFacts,
    *,
    unit: str,
    price_per: int,
    decimals: int = 0,
    today: date,
    by: Actor,
) -> Product:
    """A product that is new to the catalogue; it has no price and no stock yet. It is counted in
    `unit`, with so many `decimals` (0 to 3).

    Refused, naming the field, for an SKU that is taken or cannot be one, and for what makes no
    sense.
    """
    code = " ".join(sku.split()).upper()
    if not SKU.fullmatch(code) or SPECIALS.fullmatch(code):
        raise Refused(
            "An SKU has letters, digits, dashes, dots and slashes, 40 at most; SP- with a number "
            "is what a special is called.",
            field="sku",
        )
    if session.scalar(select(Product.id).where(func.upper(Product.sku) == code)):
        raise Refused(f"There is a product {code} already.", field="sku")
    if not unit.strip():
        raise Refused("Say in what it is counted, such as each.", field="unit")
    if not 0 <= decimals <= 3:
        raise Refused("Quantities have 0 to 3 decimals.", field="decimals")
    if price_per not in PRICE_PER:
        raise Refused("A price is for 1, 10, 100 or 1000 units.", field="price_per")
    product = Product(
        sku=code, sku_plain=plain_code(code), slug=free_slugs(session, [(selling.name, code)])[0],
        unit=unit.strip(), price_per=price_per, quantity_decimals=decimals,
        **check_selling_facts(selling, decimals=decimals), **_checked(session, facts),
    )  # fmt: skip
    launched(product, today)
    session.add(product)
    session.flush()
    refresh(session, [product.id])
    activity.record(
        session, "product.added", by=by, subject=product, sku=product.sku, name=product.name
    )
    return product


def describe_product(
    session: Session, product_id: int, facts: CatalogueFacts, *, version: int, by: Actor
) -> Product:
    """Puts right what is known of a product. Refused, naming the field, for what makes no sense
    and for a special; Conflict when the product changed since it was seen."""
    product = locked_product(session, product_id, version)
    wanted = _checked(session, facts)
    before, after = activity.put(product, wanted)
    if not after:
        return product
    session.flush()
    if SEARCHED & after.keys():
        refresh(session, [product.id])
    activity.record(
        session, "product.changed", by=by, subject=product, sku=product.sku,
        before=before, after=after,
    )  # fmt: skip
    return product


def _checked(session: Session, facts: CatalogueFacts) -> dict[str, Any]:
    given = asdict(facts)
    for name in ("weight_grams", "lead_time_days"):
        if not 0 <= given[name] <= 9_999_999:
            raise Refused("Type a whole number of 0 or more.", field=name)
    for name in ("retail_price", "cost", "reorder_point"):
        amount = given[name]
        if amount is not None and not 0 <= amount <= MOST:
            raise Refused("Type 0 or more, or leave it empty.", field=name)
    if given["cost"] is None:
        del given["cost"]
    category, brand = _names(given.pop("category")), given.pop("brand").strip()
    given |= {
        "category_id": shelf_ids(session, {category})[category] if category else None,
        "brand_id": brand_ids(session, {brand})[brand] if brand else None,
    }
    return {
        name: value.strip() if isinstance(value, str) else value for name, value in given.items()
    }


def _names(typed: str) -> str:
    """`Garden > Hand tools`, whatever stands between the names."""
    parts = [part.strip() for part in typed.replace("/", ">").replace("»", ">").split(">")]
    return " > ".join(part for part in parts if part)
