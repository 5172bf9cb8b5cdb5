"""What staff change about a product: how it is called, sold and counted, each time audited."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from models.catalog.product import (
    BACKORDER_POLICIES,
    LIFECYCLES,
    SPECIAL,
    TAX_CATEGORIES,
    Product,
)
from models.catalog.searching import refresh
from models.kernel import activity, database
from models.kernel.activity import Actor
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.quantity import plain

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 10_000
MOST = Decimal(9_999_999)


@dataclass(frozen=True, slots=True)
class SellingFacts:
    """What a product says when it is sold; the meanings are those of `Product`.

    `backorder_cap` is how many units may be backordered at most, None without a limit.
    """

    name: str
    description: str
    lifecycle: str
    tax_category: str
    order_minimum: Decimal
    order_multiple: Decimal
    order_maximum: Decimal | None
    backorder_policy: str
    backorder_cap: Decimal | None


def change_selling_facts(
    session: Session,
    product_id: int,
    facts: SellingFacts,
    *,
    version: int,
    today: date,
    by: Actor,
) -> Product:
    """Puts the facts in force for everything ordered from now on; placed orders keep theirs.

    Leaving or entering the range is dated today. Refused, naming the field, for what makes no
    sense, and for a special, which is no part of the range; Conflict when the product changed
    since it was seen.
    """
    product = locked_product(session, product_id, version)
    wanted = check_selling_facts(facts, decimals=product.quantity_decimals)
    before, after = activity.put(product, wanted)
    if not after:
        return product
    if "lifecycle" in after:
        launched(product, today)
    if {"name", "description"} & after.keys():
        refresh(session, [product.id])
    activity.record(
        session, "product.changed", by=by, subject=product, sku=product.sku,
        before=before, after=after,
    )  # fmt: skip
    return product


def locked_product(session: Session, product_id: int, version: int | None) -> Product:
    """The product, locked. NotFound without it, Refused for a special, which is no part of the
    catalogue, Conflict when it changed since `version`; None has seen none."""
    found = database.lock(session, Product, [product_id])
    if not found:
        raise NotFound("There is no such product.")
    product = found[0]
    if product.lifecycle == SPECIAL:
        raise Refused(f"{product.sku} was bought for one order and is not in the catalogue.")
    if version is not None and product.version != version:
        raise Conflict(f"{product.sku} was changed meanwhile. Look at it again, then change it.")
    return product


def check_order_rules(stated: dict[str, Decimal | None], *, decimals: int) -> None:
    """Refused where minimum, multiple and maximum make no sense, alone or together."""
    finest = Decimal(1).scaleb(-decimals)
    for name, value in stated.items():
        if value is None:
            continue
        if not value.is_finite() or not 0 < value <= Decimal(9_999_999):
            raise Refused("Type a quantity above 0, or leave it empty.", field=name)
        if value != value.quantize(finest):
            places = "whole units" if not decimals else f"at most {decimals} decimals"
            raise Refused(f"This product is counted in {places}.", field=name)
    minimum, multiple, maximum = (stated[name] for name in ("minimum", "multiple", "maximum"))
    if maximum is None:
        return
    least = minimum or multiple
    if (least is not None and maximum < least) or (multiple is not None and maximum < multiple):
        raise Refused(
            f"With at most {plain(maximum)} nothing could be ordered. Raise the maximum.",
            field="maximum",
        )


def check_selling_facts(facts: SellingFacts, *, decimals: int) -> dict[str, Any]:
    """The facts as the product keeps them. Refused, naming the field, for what makes no sense."""
    if not facts.name.strip() or len(facts.name) > LONGEST_NAME:
        raise Refused("A product needs a name of at most 200 letters.", field="name")
    if len(facts.description) > LONGEST_DESCRIPTION:
        raise Refused("Shorten the description to 10,000 letters.", field="description")
    for field, allowed in (
        ("lifecycle", LIFECYCLES),
        ("tax_category", TAX_CATEGORIES),
        ("backorder_policy", BACKORDER_POLICIES),
    ):
        if getattr(facts, field) not in allowed:
            raise Refused("Choose one of the list.", field=field)
    check_order_rules(
        {
            "minimum": facts.order_minimum,
            "multiple": facts.order_multiple,
            "maximum": facts.order_maximum,
        },
        decimals=decimals,
    )
    if facts.backorder_cap is not None and not 0 <= facts.backorder_cap <= MOST:
        raise Refused("Type how many may be backordered, or leave it empty.", field="backorder_cap")
    return asdict(facts) | {"name": facts.name.strip(), "description": facts.description.strip()}


def launched(product: Product, today: date) -> None:
    """Dates the day on which a product entered or left the range."""
    product.discontinued_on = today if product.lifecycle == "discontinued" else None
    if product.lifecycle == "active" and product.launched_on is None:
        product.launched_on = today
