"""What a pad adds up to: goods, charges, tax, total.

The pad's page and placing add up what every line costs now; a changed quantity adds up what is
stored on the lines, in one statement, so that it costs the same on a pad of a thousand lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.orm import Session

from models.accounts import Account, Address
from models.catalog import Product
from models.checkout.cart import Cart, CartLine
from models.inventory import Calendar
from models.kernel import clock
from models.kernel.money import ZERO
from models.kernel.seller import Seller
from models.kernel.settings import define, get
from models.pricing import (
    CarriageGround,
    Charges,
    Destination,
    OrderValuePolicy,
    Tax,
    TaxBreakdown,
    TaxedAmount,
    charges_for,
    tax_breakdown,
    tax_for,
)

MINIMUM_ORDER = define(
    "charges.minimum_order_value", Decimal(0), "Minimum order value; 0 means there is none"
)
SMALL_ORDER_CHARGE = define(
    "charges.small_order_charge", Decimal(0), "Charge on orders below the minimum order value"
)
CHARGE_TAX_CATEGORY = "standard"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an order goes and who serves it; for placing, where its invoice goes too."""

    seller: Seller
    account: Account
    ship_to: Address | None
    warehouse_ids: tuple[int, ...]
    calendar: Calendar
    bill_to: Address | None = None


@dataclass(frozen=True, slots=True)
class ProposedCharge:
    """A charge as it would be ordered, net of tax."""

    kind: str
    text: str
    amount: Decimal
    tax: Tax


@dataclass(frozen=True, slots=True)
class Tally:
    """What lines come to before charges and tax. Lines with a problem are in `lines` alone.

    `base_goods` is what they would cost without quantity breaks; `late` counts the lines that
    are not in stock now; `net` is the goods' amount by the products' tax category.
    """

    lines: int
    counted: int
    late: int
    base_goods: Decimal
    net: Mapping[str, Decimal]

    @property
    def goods(self) -> Decimal:
        return sum(self.net.values(), ZERO)


@dataclass(frozen=True, slots=True)
class Sums:
    """A pad's figures. Amounts in the account's currency, net of tax but for the total."""

    tally: Tally
    charges: tuple[ProposedCharge, ...]
    terms: Charges
    breakdown: TaxBreakdown
    taxes: Mapping[str, Tax]
    earliest_ship_on: date

    @property
    def goods(self) -> Decimal:
        return self.tally.goods

    @property
    def total(self) -> Decimal:
        """What would be owed, with tax."""
        return self.breakdown.gross


def taxes_on(session: Session, place: Place, categories: set[str]) -> dict[str, Tax]:
    """The tax on these product categories and on charges, on the seller's business day."""
    return tax_for(
        session,
        place.seller.country,
        place.account.tax_treatment,
        categories | {CHARGE_TAX_CATEGORY},
        clock.today(place.seller.time_zone),
    )


def add_up(
    session: Session, cart: Cart, place: Place, tally: Tally, taxes: Mapping[str, Tax]
) -> Sums:
    """The figures of a pad whose lines come to `tally`."""
    goods = tally.goods
    terms = charges_for(
        session,
        place.account.id,
        goods=goods,
        destination=_destination(cart, place),
        company=OrderValuePolicy(
            get(session, MINIMUM_ORDER, place.seller.id) or None,
            get(session, SMALL_ORDER_CHARGE, place.seller.id) or None,
        ),
    )
    charges = _charges(terms, taxes[CHARGE_TAX_CATEGORY]) if goods else ()
    return Sums(
        tally=tally,
        charges=charges,
        terms=terms,
        breakdown=tax_breakdown(
            [TaxedAmount(net, taxes[category]) for category, net in tally.net.items()],
            [TaxedAmount(charge.amount, charge.tax) for charge in charges],
            place.account.currency,
        ),
        taxes=taxes,
        earliest_ship_on=place.calendar.ship_date(clock.now()),
    )


def stored_sums(session: Session, cart: Cart, place: Place) -> Sums:
    """The figures of the pad by what its lines came to when each was last changed."""
    rows = session.execute(_stored(), {"cart": cart.id}).all()
    tally = Tally(
        lines=sum(row.lines for row in rows),
        counted=sum(row.counted for row in rows),
        late=sum(row.late for row in rows),
        base_goods=sum((row.base_goods for row in rows), ZERO),
        net={row.tax_category: row.net for row in rows if row.counted},
    )
    taxes = taxes_on(session, place, {row.tax_category for row in rows})
    return add_up(session, cart, place, tally, taxes)


def carriage_unknown(sums: Sums) -> bool:
    """Whether no zone covers the destination: the desk settles the carriage before release."""
    return sums.terms.ground is CarriageGround.UNKNOWN


@cache
def _stored() -> Any:
    counts = CartLine.problem == ""
    return (
        select(
            Product.tax_category,
            func.count().label("lines"),
            func.count().filter(counts).label("counted"),
            func.count().filter(counts, CartLine.short > 0).label("late"),
            func.coalesce(func.sum(CartLine.amount).filter(counts), 0).label("net"),
            func.coalesce(func.sum(CartLine.base_amount).filter(counts), 0).label("base_goods"),
        )
        .join(Product, Product.id == CartLine.product_id)
        .where(CartLine.cart_id == bindparam("cart", type_=BigInteger))
        .group_by(Product.tax_category)
    )


def _destination(cart: Cart, place: Place) -> Destination:
    if cart.freight_choice == "collection":
        return Destination(is_collected=True)
    if place.ship_to is None:
        return Destination(country=place.account.country)
    return Destination(place.ship_to.country, place.ship_to.postcode, place.ship_to.zone_code)


def _charges(terms: Charges, tax: Tax) -> tuple[ProposedCharge, ...]:
    rows = []
    if terms.carriage:
        rows.append(ProposedCharge("carriage", f"Carriage, {terms.zone_name}", terms.carriage, tax))
    if terms.small_order_charge:
        rows.append(
            ProposedCharge("small_order", "Small-order charge", terms.small_order_charge, tax)
        )
    return tuple(rows)
