"""What a cart would become if it were ordered now: prices, stock, dates, charges, tax, credit.

The pad, the review page and placing all read it from here, so they cannot disagree. The number
of statements does not grow with the lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, Protocol

from sqlalchemy import (
    BigInteger,
    Select,
    bindparam,
    false,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from models.accounts import CANCEL_REST, Account, Address
from models.catalog import SPECIAL, Product
from models.checkout.below_tiers import (
    first_priced,
    is_below_tiers,
    priced_below,
    says_no_price,
)
from models.checkout.cart import Cart, CartLine
from models.checkout.pad_lines import Goods, LineFacts, PadRow
from models.checkout.pads import choice_for_short
from models.checkout.specials_coming import with_specials
from models.checkout.summing import Place, Sums, Tally, add_up, terms_of
from models.inventory import Outlook, calendars_of, outlooks
from models.kernel import clock
from models.kernel.errors import NotFound
from models.kernel.money import ZERO, line_amount
from models.kernel.quantity import plain
from models.kernel.seller import Seller
from models.kernel.settings import get
from models.orders import HORIZON
from models.pricing import Ask, Price, PricingContext, QuantityFault, Tax, check, resolve

SELLABLE = ("active", "run_out")
ONLY_THERE = "This was bought for one order alone. Ask us, we buy it again for you."
OF_THE_PACK = (QuantityFault.BELOW_MINIMUM, QuantityFault.NOT_A_MULTIPLE)


class ProposedLine(NamedTuple):
    """A line as it would be ordered: in base units, net of tax, in the account's currency.

    `amount` is zero for a line with a `problem`: it is shown as typed and not counted.
    `ship_on` is None where no date can be promised for what is short. `cancelled` of what is short
    will be cancelled when it is ordered; the amount is of all that was asked for.
    """

    line: LineFacts | CartLine
    product: Goods | Product
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
    cancelled: Decimal = ZERO

    @property
    def price_changed(self) -> bool:
        """Whether the price differs from when the line was added to the pad."""
        return self.line.override_price is None and self.unit_price != self.line.first_price


@dataclass(frozen=True, slots=True)
class Proposal:
    """The whole order as it would be. Amounts in the account's currency.

    The first of it ships on `ships_from`, the last on `ship_on`, which is None where no date can be
    promised for some of it.
    """

    lines: tuple[ProposedLine, ...]
    sums: Sums
    ships_from: date
    ship_on: date | None
    deliver_on: date | None
    warehouse_ids: tuple[int, ...]

    @property
    def total(self) -> Decimal:
        """What would be owed, with tax."""
        return self.sums.total

    @property
    def counted(self) -> tuple[ProposedLine, ...]:
        """The lines that would be ordered: those without a problem."""
        return tuple(item for item in self.lines if not item.problem)

    @property
    def has_problems(self) -> bool:
        return self.sums.tally.counted < self.sums.tally.lines


def place_for(session: Session, seller: Seller, account: Account, ship_to_id: int | None) -> Place:
    """The ship-to of the account and its warehouses: the version in use of the address named, the
    default where none is named or that one takes no deliveries any more.

    NotFound for an address of another account, or where no warehouse is set up.
    """
    ship_to, bill_to = _addresses(session, account, ship_to_id)
    served = calendars_of(session, seller.id)
    ids = in_serving_order(served, ship_to.home_warehouse_id if ship_to else None)
    return Place(seller, account, ship_to, ids, served[ids[0]], bill_to)


def in_serving_order(served: Iterable[int], home_id: int | None) -> tuple[int, ...]:
    """The warehouses that serve a place: its home first. NotFound where there is none."""
    ids = tuple(sorted(served, key=lambda warehouse_id: warehouse_id != home_id))
    if not ids:
        raise NotFound("No warehouse is set up yet.")
    return ids


def propose(
    session: Session, cart: Cart, place: Place, *, lines: Sequence[PadRow], choice: str = ""
) -> Proposal:
    """What ordering these lines of the cart would mean now; nothing is stored. `choice` is what
    shall become of what is short, else what the cart or the account says."""
    prices = _prices(session, pricing_context(place.account, place.seller), lines)
    terms = terms_of(session, place)
    taxes = terms.taxes_on({row.product.tax_category for row in lines})
    outlook = outlooks(session, [row.product.id for row in lines], place.warehouse_ids)
    outlook = with_specials(
        session, outlook,
        {row.product.id: row.line.quantity for row in lines if row.product.lifecycle == SPECIAL},
        clock.today(place.seller.time_zone),
    )  # fmt: skip
    earliest = earliest_ship_date(cart, place)
    cancels = cancels_short(session, cart, place, earliest, choice=choice)
    proposed = [
        proposed_line(
            row,
            price,
            taxes,
            outlook,
            place,
            earliest,
            is_agreed=cart.is_agreed,
            cancels=cancels,
        )
        for row, price in zip(lines, prices, strict=True)
    ]
    ship_on = _ship_on(proposed, earliest)
    takes_on = place.ship_to.delivery_weekdays if place.ship_to else "12345"
    return Proposal(
        lines=tuple(proposed),
        sums=add_up(session, cart, place, _tally(proposed), terms),
        ships_from=earliest,
        ship_on=ship_on,
        deliver_on=place.calendar.delivery_date(ship_on, takes_on) if ship_on else None,
        warehouse_ids=place.warehouse_ids,
    )


def _tally(lines: Sequence[ProposedLine]) -> Tally:
    counted = [item for item in lines if not item.problem]
    net: dict[str, Decimal] = {}
    for item in counted:
        category = item.product.tax_category
        net[category] = net.get(category, ZERO) + item.amount
    return Tally(
        lines=len(lines),
        counted=len(counted),
        late=sum(1 for item in counted if item.short),
        base_goods=sum(
            (
                base_amount(i.price, i.line.quantity, i.amount)
                for i in counted
                if not i.line.is_sample
            ),
            ZERO,
        ),
        net=net,
        split=sum(1 for i in counted if i.line.pack_reason and not i.line.is_sample),
    )


def pricing_context(account: Account, seller: Seller) -> PricingContext:
    """The account's prices on the seller's business day."""
    return PricingContext(account.id, account.currency, clock.today(seller.time_zone))


def _addresses(
    session: Session, account: Account, ship_to_id: int | None
) -> tuple[Address | None, Address | None]:
    """Where it is delivered and to whom the invoice goes, in one statement."""
    ship_to = bill_to = None
    asked = {"account": account.id, "pays": account.pays_id, "ship_to": ship_to_id}
    for address, is_ship_to in session.execute(_both_addresses(), asked):
        if is_ship_to:
            ship_to = address
        else:
            bill_to = address
    if ship_to is None and ship_to_id is not None:
        raise NotFound("This account has no such delivery address.")
    return ship_to, bill_to


def delivered_to(account_id: Any, named: Any) -> Select[int]:
    """The id of the address that goods go to when an account chose `named`, two expressions.

    An edit gives an address a new id, and a pad keeps the one that was chosen: the version in use
    has the same code. A retired address, or one that takes no deliveries, gives way to the default.
    """
    seen = aliased(Address)
    code = select(seen.code).where(seen.id == named, seen.account_id == account_id)
    same = Address.code == code.correlate_except(seen).scalar_subquery()
    return (
        select(Address.id)
        .where(Address.account_id == account_id, Address.is_ship_to, Address.replaced_at.is_(None))
        .order_by(same.desc(), Address.is_default.desc(), Address.id)
        .limit(1)
        .correlate_except(Address)
    )


@cache
def _both_addresses() -> Any:
    account_id: Any = bindparam("account", type_=BigInteger)
    named: Any = bindparam("ship_to", type_=BigInteger)
    theirs = aliased(Address)
    is_theirs = (
        select(theirs.id).where(theirs.id == named, theirs.account_id == account_id).exists()
    )
    chosen = delivered_to(account_id, named).where(or_(named.is_(None), is_theirs))
    chosen = chosen.add_columns(true().label("is_ship_to"))
    billed = (
        select(Address.id, false().label("is_ship_to"))
        .where(
            Address.account_id == bindparam("pays", type_=BigInteger),
            Address.replaced_at.is_(None),
        )
        .order_by(Address.is_bill_to.desc(), Address.is_default.desc(), Address.id)
        .limit(1)
    )
    both = union_all(chosen, billed).subquery()
    return select(Address, both.c.is_ship_to).join(both, both.c.id == Address.id)


def _prices(session: Session, context: PricingContext, lines: Sequence[PadRow]) -> list[Price]:
    asks = [Ask(row.product.id, row.line.quantity) for row in lines]
    split = {row.product.id for row in lines if row.line.pack_reason}
    return priced_below(session, context, resolve(session, context, asks), split)


def proposed_line(
    row: PadRow,
    price: Price,
    taxes: Mapping[str, Tax],
    outlook: dict[int, Outlook],
    place: Place,
    earliest: date,
    *,
    is_agreed: bool = False,
    cancels: bool = False,
) -> ProposedLine:
    """One line as it would be ordered, from facts that were read for all of them together;
    `cancels` as `cancels_short` says."""
    line, product, own_number = row
    mine = outlook[product.id]
    quantity, override = line.quantity, line.override_price
    unit_price = price.unit_price if override is None else override
    problem, offers = problem_of(
        product, price, unit_price, quantity, outlook,
        any_pack=line.is_sample or bool(line.pack_reason), is_agreed=is_agreed,
    )  # fmt: skip
    short = quantity - mine.available if quantity > mine.available else ZERO
    amount = ZERO
    if not problem and unit_price is not None:
        amount = line_amount(unit_price, quantity, price.price_per, price.currency)
    cancelled = short if cancels and product.lifecycle != SPECIAL else ZERO
    waits = short > cancelled
    return ProposedLine(
        line, product, own_number, price, unit_price, amount, taxes[product.tax_category], mine,
        short, _line_ship_on(quantity, mine, earliest, place) if waits else earliest,
        problem, offers, cancelled,
    )  # fmt: skip


def cancels_short(
    session: Session, cart: Cart, place: Place, earliest: date, *, choice: str = ""
) -> bool:
    """Whether what is short is cancelled when it is ordered: where that is chosen, by the cart or
    else by the account, and the goods are taken now and not nearer to a later day."""
    if (choice or choice_for_short(cart, place.account)) != CANCEL_REST:
        return False
    return place.calendar.within(earliest, get(session, HORIZON, place.seller.id))


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
    *,
    any_pack: bool = False,
    is_agreed: bool = False,
) -> tuple[str, tuple[Decimal, ...]]:
    """Why a quantity cannot be ordered as it stands, and the nearest that can; "" where it can.

    With `any_pack` it may be below the minimum and off the multiple. What was agreed in the system
    before needs a price and nothing else.
    """
    if is_agreed and unit_price is not None:
        return "", ()
    if product.lifecycle == SPECIAL:
        return ("", ()) if unit_price is not None else (ONLY_THERE, ())
    if not price.visible or product.lifecycle not in SELLABLE:
        return "This product is not on sale to you any more.", ()
    available = outlook[product.id].available
    fault = check(price.rules, quantity, last_units=available)
    if fault and not (
        any_pack and fault.fault in OF_THE_PACK
    ):  # said first: a price may begin at the smallest quantity
        return fault.sentence, fault.offers
    if is_below_tiers(price) and unit_price is None:
        return says_no_price(price), (first_priced(price),)
    if unit_price is None:
        return "Price on request: ask us for a price, then it can be ordered.", ()
    if quantity > available and not may_backorder(product):
        if available > 0:
            return f"Only {plain(available)} left, and no more will come.", (available,)
        return "Sold out, and no more will come.", ()
    return "", ()


def may_backorder(product: Sellable) -> bool:
    """Whether more than is in stock may be ordered; a special is bought once it is ordered."""
    return product.backorder_policy != "deny" and product.lifecycle in ("active", SPECIAL)


def _line_ship_on(quantity: Decimal, outlook: Outlook, earliest: date, place: Place) -> date | None:
    """The day from which what is short is covered; None where it never is."""
    today = clock.today(place.calendar.time_zone)
    covered = outlook.first_date(quantity, today=today)
    return place.calendar.next_working(max(covered, earliest)) if covered else None


def earliest_ship_date(cart: Cart, place: Place) -> date:
    """The first day that anything of it may ship: the next possible one, or, where a delivery day
    is asked for, the last that still arrives by then; or the day that the desk has promised."""
    earliest = place.calendar.ship_date(clock.now())
    if cart.ship_on is not None and cart.ship_on >= clock.today(place.calendar.time_zone):
        return cart.ship_on
    if cart.requested_on is None:
        return earliest
    return place.calendar.ship_date_for(cart.requested_on, earliest)


def _ship_on(lines: Sequence[ProposedLine], earliest: date) -> date | None:
    """The day the last of it ships."""
    days = [item.ship_on for item in lines if not item.problem]
    if any(day is None for day in days):
        return None
    return max((day for day in days if day), default=earliest)


def base_amount(price: Price, quantity: Decimal, amount: Decimal) -> Decimal:
    """What a line of `amount` would cost without its quantity break, for "price breaks: -91.34"."""
    if not price.tiers:
        return amount
    return line_amount(price.tiers[0][1], quantity, price.price_per, price.currency)
