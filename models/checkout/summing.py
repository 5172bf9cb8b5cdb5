"""What a pad adds up to: goods, charges, tax, total.

The pad's page and placing add up what every line costs now; a changed quantity adds up what is
stored on the lines, in one statement, so that it costs the same on a pad of a thousand lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ScalarSelect, Text, bindparam, func, select
from sqlalchemy.orm import Session

from models.accounts import Account, Address
from models.checkout.cart import Cart, CartLine, UndecidedRow
from models.inventory import Calendar
from models.kernel import clock
from models.kernel.money import ZERO, round_amount
from models.kernel.seller import Seller
from models.kernel.settings import define, get
from models.pricing import (
    CarriageGround,
    Charges,
    Destination,
    OrderTerms,
    OrderValuePolicy,
    Tax,
    TaxBreakdown,
    TaxedAmount,
    charges_for,
    order_terms,
    tax_breakdown,
)

MINIMUM_ORDER = define(
    "charges.minimum_order_value", Decimal(0), "Minimum order value; 0 means there is none"
)
SMALL_ORDER_CHARGE = define(
    "charges.small_order_charge", Decimal(0), "Charge on orders below the minimum order value"
)
SPLIT_PACK_CHARGE = define(
    "charges.split_pack_charge", Decimal(0), "Charge for each line sold otherwise than by its pack"
)
CHARGE_TAX_CATEGORY = "standard"
AGREED_CARRIAGE = "Carriage as agreed"
CHARGED_ONCE = {
    "carriage": "Carriage",
    "small_order": "Small-order charge",
    "split_pack": "Split-pack charge",
}
"""The charges that are once on an order at most, by kind, and what they are called."""
WAIVED = ", waived"
"""How the text of a waived charge ends, on the order and on what is made of it."""


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
    reason: str = ""
    """Why the desk has set it by hand."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What lines come to before charges and tax. Lines with a problem are in `lines` alone.

    `base_goods` is what they would cost without quantity breaks; `late` counts the lines that
    are not in stock now, `split` those that the desk sells otherwise than by the pack; `net` is
    the goods' amount by the products' tax category; `undecided` counts the rows beside them that
    still need an answer, where the lines' sums were read.
    """

    lines: int
    counted: int
    late: int
    base_goods: Decimal
    net: Mapping[str, Decimal]
    undecided: int = 0
    split: int = 0

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


def terms_of(session: Session, place: Place) -> OrderTerms:
    """What an order there is taxed and charged by, on the seller's business day."""
    today = clock.today(place.seller.time_zone)
    return order_terms(session, place.account.id, place.seller.country, today)


def add_up(session: Session, cart: Cart, place: Place, tally: Tally, terms: OrderTerms) -> Sums:
    """The figures of a pad whose lines come to `tally`."""
    goods = tally.goods
    taxes = terms.taxes_on({CHARGE_TAX_CATEGORY, *tally.net})
    charged = charged_for(session, terms, goods, _destination(cart, place), place.seller.id)
    charged = _as_agreed(charged, cart)
    charges: tuple[ProposedCharge, ...] = ()
    if goods:
        tax = taxes[CHARGE_TAX_CATEGORY]
        charges = charge_rows(charged, tax, cart.carriage_reason)
        split = split_pack_charge(session, cart, tally, place.seller.id)
        is_agreed = cart.split_pack_amount is not None and tally.split
        if split or is_agreed:
            charges += (split_pack_row(split, tax, cart.split_pack_reason),)
    return Sums(
        tally=tally,
        charges=charges,
        terms=charged,
        breakdown=tax_breakdown(
            [TaxedAmount(net, taxes[category]) for category, net in tally.net.items()],
            [TaxedAmount(charge.amount, charge.tax) for charge in charges],
            place.account.currency,
        ),
        taxes=taxes,
        earliest_ship_on=place.calendar.ship_date(clock.now()),
    )


def split_pack_charge(session: Session, cart: Cart, tally: Tally, seller_id: int) -> Decimal:
    """What is charged for splitting packs: the company's charge for each such line, or what the
    desk has agreed."""
    if not tally.split:
        return ZERO
    if cart.split_pack_amount is not None:
        return round_amount(cart.split_pack_amount, cart.currency)
    return usual_split_pack(session, tally.split, cart.currency, seller_id)


def usual_split_pack(session: Session, lines: int, currency: str, seller_id: int) -> Decimal:
    """The company's charge for so many lines that are sold otherwise than by the pack."""
    return round_amount(get(session, SPLIT_PACK_CHARGE, seller_id) * lines, currency)


def split_pack_row(amount: Decimal, tax: Tax, reason: str = "") -> ProposedCharge:
    """The charge as a row of an order. One that the desk has waived is a row, too: it stays so when
    the order is changed."""
    return ProposedCharge("split_pack", CHARGED_ONCE["split_pack"], amount, tax, reason)


def _as_agreed(charged: Charges, cart: Cart) -> Charges:
    """The charges with the carriage that the desk has agreed, where it has; nothing is added to
    what was agreed in the system before."""
    if cart.is_agreed:
        charged = replace(charged, small_order_charge=ZERO)
    if cart.carriage_amount is None:
        return charged
    agreed = round_amount(cart.carriage_amount, cart.currency)
    return replace(charged, carriage=agreed, ground=CarriageGround.AGREED, to_free_carriage=None)


def charged_for(
    session: Session,
    terms: OrderTerms,
    goods: Decimal,
    destination: Destination,
    seller_id: int,
) -> Charges:
    """What is charged on goods of that value to that place, by these terms and the settings."""
    policy = OrderValuePolicy(
        get(session, MINIMUM_ORDER, seller_id) or None,
        get(session, SMALL_ORDER_CHARGE, seller_id) or None,
    )
    return charges_for(terms, goods=goods, destination=destination, company=policy)


def sums_of(session: Session, cart: Cart, place: Place, tally: Tally) -> Sums:
    """The figures of a pad whose lines come to `tally`, by the terms of today."""
    return add_up(session, cart, place, tally, terms_of(session, place))


def stored_sums(session: Session, cart: Cart, place: Place) -> Sums:
    """The figures of the pad by what its lines came to when each was last changed."""
    stored = session.scalar(_stored(), {"cart": cart.id})
    return sums_of(session, cart, place, tally_from(stored))


def come_to(cart_id: Any) -> ScalarSelect[Any]:
    """What the lines of a pad come to by what is stored on them: JSON, for `tally_from`.

    What their products are called or cost elsewhere is not looked up.
    """
    line, undecided = CartLine.__table__.c, UndecidedRow.__table__.c
    counts = line.problem == ""
    net = func.coalesce(func.sum(line.amount).filter(counts), 0)
    base = func.coalesce(func.sum(line.base_amount).filter(counts), 0)
    sums = (
        select(
            func.jsonb_build_array(
                line.tax_category, func.count(), func.count().filter(counts),
                func.count().filter(counts, line.short > 0), net.cast(Text), base.cast(Text),
                func.count().filter(counts, line.pack_reason != "", ~line.is_sample),
            ).label("sums")
        )
        .where(line.cart_id == cart_id)
        .group_by(line.tax_category)
        .subquery()
    )  # fmt: skip
    open_questions = select(func.count()).where(undecided.cart_id == cart_id).scalar_subquery()
    return select(
        func.jsonb_build_array(open_questions, func.jsonb_agg(sums.c.sums))
    ).scalar_subquery()


def tally_from(stored: Any) -> Tally:
    """The tally of what `come_to` has read."""
    undecided, rows = stored[0], stored[1] or ()
    return Tally(
        lines=sum(row[1] for row in rows),
        counted=sum(row[2] for row in rows),
        late=sum(row[3] for row in rows),
        base_goods=sum((Decimal(row[5]) for row in rows), ZERO),
        net={row[0]: Decimal(row[4]) for row in rows if row[2]},
        undecided=undecided,
        split=sum(row[6] for row in rows),
    )


def carriage_unknown(sums: Sums) -> bool:
    """Whether no zone covers the destination: the desk settles the carriage before release."""
    return sums.terms.ground is CarriageGround.UNKNOWN


@cache
def _stored() -> Any:
    return select(come_to(bindparam("cart", type_=BigInteger)))


def _destination(cart: Cart, place: Place) -> Destination:
    if cart.freight_choice == "collection":
        return Destination(is_collected=True)
    if place.ship_to is None:
        return Destination(country=place.account.country)
    return Destination(place.ship_to.country, place.ship_to.postcode, place.ship_to.zone_code)


def charge_rows(terms: Charges, tax: Tax, carriage_reason: str = "") -> tuple[ProposedCharge, ...]:
    """The charges as rows of an order; none where nothing is charged. Carriage that was agreed is
    a row even where it is waived: it stays so when the order is changed."""
    rows = []
    if terms.carriage is not None and terms.ground is CarriageGround.AGREED:
        text = AGREED_CARRIAGE if terms.carriage else CHARGED_ONCE["carriage"] + WAIVED
        rows.append(ProposedCharge("carriage", text, terms.carriage, tax, carriage_reason))
    elif terms.carriage:
        rows.append(ProposedCharge("carriage", f"Carriage, {terms.zone_name}", terms.carriage, tax))
    if terms.small_order_charge:
        rows.append(
            ProposedCharge(
                "small_order", CHARGED_ONCE["small_order"], terms.small_order_charge, tax
            )
        )
    return tuple(rows)
