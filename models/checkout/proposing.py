"""What a cart would become if it were ordered now: prices, stock, dates, charges, tax, credit.

The pad, the review page and placing all read it from here, so they cannot disagree. The number
of statements does not grow with the lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from models.accounts import Account, Address
from models.catalog import AccountPartNumber, Product
from models.checkout.cart import Cart, CartLine
from models.inventory import Calendar, Outlook, calendars, outlooks, serving
from models.kernel import clock
from models.kernel.errors import NotFound
from models.kernel.money import ZERO, line_amount
from models.kernel.quantity import plain
from models.kernel.seller import Seller
from models.kernel.settings import define, get
from models.pricing import (
    Ask,
    CarriageGround,
    Charges,
    Destination,
    OrderValuePolicy,
    Price,
    PricingContext,
    Tax,
    TaxBreakdown,
    TaxedAmount,
    charges_for,
    check,
    resolve,
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
SELLABLE = ("active", "run_out")


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """A line as it would be ordered: in base units, net of tax, in the account's currency.

    `amount` is zero for a line with a `problem`: it is shown as typed and not counted.
    `ship_on` is None where no date can be promised for what is short.
    """

    line: CartLine
    product: Product
    own_number: str
    price: Price
    unit_price: Decimal | None
    amount: Decimal
    tax: Tax
    outlook: Outlook
    short: Decimal
    ship_on: date | None
    problem: str
    offers: tuple[Decimal, ...]

    @property
    def price_changed(self) -> bool:
        """Whether the price differs from when the line was added to the pad."""
        return self.line.override_price is None and self.unit_price != self.line.first_price


@dataclass(frozen=True, slots=True)
class ProposedCharge:
    """A charge as it would be ordered, net of tax."""

    kind: str
    text: str
    amount: Decimal
    tax: Tax


@dataclass(frozen=True, slots=True)
class Proposal:
    """The whole order as it would be. Amounts in the account's currency."""

    lines: tuple[ProposedLine, ...]
    charges: tuple[ProposedCharge, ...]
    terms: Charges
    goods: Decimal
    base_goods: Decimal
    breakdown: TaxBreakdown
    earliest_ship_on: date
    ship_on: date | None
    deliver_on: date | None
    warehouse_ids: tuple[int, ...]

    @property
    def total(self) -> Decimal:
        """What would be owed, with tax."""
        return self.breakdown.gross

    @property
    def counted(self) -> tuple[ProposedLine, ...]:
        """The lines that would be ordered: those without a problem."""
        return tuple(item for item in self.lines if not item.problem)

    @property
    def has_problems(self) -> bool:
        return len(self.counted) < len(self.lines)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an order goes and who serves it."""

    seller: Seller
    account: Account
    ship_to: Address | None
    warehouse_ids: tuple[int, ...]
    calendar: Calendar


def place_for(session: Session, seller: Seller, account: Account, ship_to_id: int | None) -> Place:
    """The ship-to of the account (its default where none is named) and its warehouses.

    NotFound for an address of another account.
    """
    ship_to = _ship_to(session, account, ship_to_id)
    warehouse_ids = serving(session, seller.id, ship_to.home_warehouse_id if ship_to else None)
    home = warehouse_ids[0]
    return Place(seller, account, ship_to, tuple(warehouse_ids), calendars(session, [home])[home])


def propose(
    session: Session, cart: Cart, place: Place, *, lines: Sequence[Row[CartLine, Product, str]]
) -> Proposal:
    """What ordering these lines of the cart would mean now; nothing is stored."""
    context = pricing_context(place.account, place.seller)
    prices = _prices(session, context, lines)
    taxes = tax_for(
        session,
        place.seller.country,
        place.account.tax_treatment,
        {row.Product.tax_category for row in lines} | {CHARGE_TAX_CATEGORY},
        context.on,
    )
    outlook = outlooks(session, [row.Product.id for row in lines], place.warehouse_ids)
    earliest = place.calendar.ship_date(clock.now())
    proposed = _proposed_lines(lines, prices, taxes, outlook, place, earliest, cart)
    goods = sum((item.amount for item in proposed), ZERO)
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
    ship_on = _ship_on(proposed, earliest, cart, place)
    takes_on = place.ship_to.delivery_weekdays if place.ship_to else "12345"
    return Proposal(
        lines=tuple(proposed),
        charges=charges,
        terms=terms,
        goods=goods,
        base_goods=sum((_at_first_tier(item) for item in proposed), ZERO),
        breakdown=tax_breakdown(
            [TaxedAmount(item.amount, item.tax) for item in proposed if not item.problem],
            [TaxedAmount(charge.amount, charge.tax) for charge in charges],
            place.account.currency,
        ),
        earliest_ship_on=earliest,
        ship_on=ship_on,
        deliver_on=place.calendar.delivery_date(ship_on, takes_on) if ship_on else None,
        warehouse_ids=place.warehouse_ids,
    )


def cart_lines(session: Session, cart: Cart) -> Sequence[Row[CartLine, Product, str]]:
    """The lines with their products and the account's own part numbers, in one statement."""
    own = (
        select(AccountPartNumber.code)
        .where(
            AccountPartNumber.account_id == cart.account_id,
            AccountPartNumber.product_id == Product.id,
        )
        .order_by(AccountPartNumber.id)
        .limit(1)
        .scalar_subquery()
    )
    return session.execute(
        select(CartLine, Product, own.label("own_number"))
        .join(Product, Product.id == CartLine.product_id)
        .where(CartLine.cart_id == cart.id)
        .order_by(CartLine.position, CartLine.id)
    ).all()


def pricing_context(account: Account, seller: Seller) -> PricingContext:
    """The account's prices on the seller's business day."""
    return PricingContext(account.id, account.currency, clock.today(seller.time_zone))


def _ship_to(session: Session, account: Account, ship_to_id: int | None) -> Address | None:
    mine = select(Address).where(
        Address.account_id == account.id, Address.is_ship_to, Address.replaced_at.is_(None)
    )
    if ship_to_id is None:
        return session.scalars(
            mine.order_by(Address.is_default.desc(), Address.id).limit(1)
        ).first()
    ship_to = session.scalars(mine.where(Address.id == ship_to_id)).first()
    if ship_to is None:
        raise NotFound("This account has no such delivery address.")
    return ship_to


def _prices(
    session: Session, context: PricingContext, lines: Sequence[Row[CartLine, Product, str]]
) -> list[Price]:
    asks = [Ask(row.Product.id, row.CartLine.quantity) for row in lines]
    return resolve(session, context, asks)


def _proposed_lines(
    lines: Sequence[Row[CartLine, Product, str]],
    prices: list[Price],
    taxes: dict[str, Tax],
    outlook: dict[int, Outlook],
    place: Place,
    earliest: date,
    cart: Cart,
) -> list[ProposedLine]:
    proposed = []
    for row, price in zip(lines, prices, strict=True):
        line, product = row.CartLine, row.Product
        unit_price = price.unit_price if line.override_price is None else line.override_price
        problem, offers = problem_of(product, price, unit_price, line.quantity, outlook)
        available = outlook[product.id].available
        short = max(ZERO, line.quantity - available)
        amount = (
            ZERO
            if problem or unit_price is None
            else line_amount(unit_price, line.quantity, price.price_per, cart.currency)
        )
        ship_on = _line_ship_on(line.quantity, short, outlook[product.id], earliest, place)
        proposed.append(
            ProposedLine(
                line,
                product,
                row.own_number or "",
                price,
                unit_price,
                amount,
                taxes[product.tax_category],
                outlook[product.id],
                short,
                ship_on,
                problem,
                offers,
            )
        )
    return proposed


class Sellable(Protocol):
    """What of a product decides whether it can be ordered: the record, or a row with these."""

    @property
    def id(self) -> int: ...
    @property
    def lifecycle(self) -> str: ...
    @property
    def backorder_policy(self) -> str: ...


def problem_of(
    product: Sellable,
    price: Price,
    unit_price: Decimal | None,
    quantity: Decimal,
    outlook: dict[int, Outlook],
) -> tuple[str, tuple[Decimal, ...]]:
    """Why a quantity cannot be ordered as it stands, and the nearest that can; "" where it can."""
    if not price.visible or product.lifecycle not in SELLABLE:
        return "This product is not on sale to you any more.", ()
    if unit_price is None:
        return "Price on request: ask us for a price, then it can be ordered.", ()
    available = outlook[product.id].available
    fault = check(price.rules, quantity, last_units=available)
    if fault:
        return fault.sentence, fault.offers
    if quantity > available and not may_backorder(product):
        if available > 0:
            return f"Only {plain(available)} left, and no more will come.", (available,)
        return "Sold out, and no more will come.", ()
    return "", ()


def may_backorder(product: Sellable) -> bool:
    """Whether more than is in stock may be ordered."""
    return product.backorder_policy != "deny" and product.lifecycle == "active"


def _line_ship_on(
    quantity: Decimal, short: Decimal, outlook: Outlook, earliest: date, place: Place
) -> date | None:
    if not short:
        return earliest
    today = clock.today(place.calendar.time_zone)
    covered = outlook.first_date(quantity, today=today)
    return place.calendar.next_working(max(covered, earliest)) if covered else None


def _ship_on(
    lines: Sequence[ProposedLine], earliest: date, cart: Cart, place: Place
) -> date | None:
    """The day the last of it ships, or the requested date where that is later."""
    days = [item.ship_on for item in lines if not item.problem]
    if any(day is None for day in days):
        return None
    last = max((day for day in days if day), default=earliest)
    if cart.requested_on is None:
        return last
    return place.calendar.ship_date_for(cart.requested_on, last)


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


def carriage_unknown(proposal: Proposal) -> bool:
    """Whether no zone covers the destination: the desk settles the carriage before release."""
    return proposal.terms.ground is CarriageGround.UNKNOWN


def _at_first_tier(item: ProposedLine) -> Decimal:
    """What the line would cost without its quantity break, for "price breaks: -91.34"."""
    if item.problem or not item.price.tiers:
        return item.amount
    first = item.price.tiers[0][1]
    return line_amount(first, item.line.quantity, item.price.price_per, item.price.currency)
