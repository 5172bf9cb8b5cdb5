"""What a change would make of a placed order: lines, prices, dates, charges, tax and total.

The page that asks "is this right?" and the change itself both read it from here. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import CANCEL_REST, Account, Actor, Address, Permission
from models.catalog import SPECIAL, Product
from models.checkout.below_tiers import is_below_tiers, priced_below, says_no_price
from models.checkout.change import Addition, Change, LinePlan, LineWish, PriceOffer, Wishes
from models.checkout.change_packs import Splits, breaks_pack, is_allowed, may_split
from models.checkout.change_place import ChangePlace
from models.checkout.change_sums import problems_of_head, sum_up
from models.checkout.proposing import SELLABLE, may_backorder
from models.checkout.specials_coming import with_specials
from models.fulfilment import listed_units
from models.inventory import Outlook, outlooks
from models.kernel import clock
from models.kernel.errors import NotFound, Problem
from models.kernel.money import ZERO, line_amount
from models.kernel.quantity import plain
from models.kernel.seller import Seller
from models.orders import Order, OrderLine
from models.pricing import Ask, Price, PricingContext, check, resolve
from models.receivables import tax_of

BOUGHT_FOR_YOU = "This is bought for you alone. Ask us, we see what can be done with the supplier."


@dataclass(slots=True)
class _Ground:
    """What every line is worked out from, read for all of them together."""

    order: Order
    by: Actor
    place: ChangePlace
    lines: Sequence[OrderLine]
    after: dict[int, Decimal]
    takes_new: Mapping[int, bool]
    splits: Splits
    new: dict[int, Decimal]
    least: Mapping[int, Decimal]
    prices: Mapping[int, Price] = field(default_factory=dict)
    outlook: dict[int, Outlook] = field(default_factory=dict)
    products: Mapping[int, Product] = field(default_factory=dict)
    left: dict[int, Decimal] = field(default_factory=dict)

    def total_of(self, product_id: int | None) -> Decimal:
        """How many of a product would be sold on the whole order."""
        on_lines = (
            self.after[line.id]
            for line in self.lines
            if line.product_id == product_id and not line.is_sample
        )
        return sum(on_lines, ZERO) + self.new.get(product_id or 0, ZERO)

    def live_of(self, product_id: int | None) -> Decimal:
        """How many of a product are sold on the order now."""
        sold = (
            line.live for line in self.lines if line.product_id == product_id and not line.is_sample
        )
        return sum(sold, ZERO)


def propose_change(session: Session, order: Order, wishes: Wishes, *, by: Actor) -> Change:
    """What the wishes would come to now; what cannot be done stands in its `problems`.

    Quantities that are there keep their price, what is added is priced today. Where a quantity
    crosses a price break, who may override prices chooses between the old price and today's for
    all of the line; for others it is today's, as on the pad. NotFound for a line, product or
    address that is not this account's.
    """
    session.flush()
    lines = _lines(session, order)
    place = ChangePlace.of(session, order, wishes.head)
    ground = _ground(session, order, place, lines, wishes, by)
    if ground.new or any(ground.after[line.id] != line.live for line in lines):
        _read_prices(session, ground)
    plans: list[LinePlan] = []
    for line in lines:
        plans += _plans_of(ground, line)
    plans += [_added_plan(ground, id_, units) for id_, units in ground.new.items()]
    if place.moves_dates:
        plans = [_moved(ground, plan) for plan in plans]
    problems = [Problem(f"{p.sku}: {p.problem}", p.field) for p in plans if p.problem]
    if any(plan.before for plan in plans) and not any(plan.after for plan in plans):
        problems.append(Problem("Nothing would be left of the order. Cancel it instead."))
    problems += problems_of_head(session, place, wishes.head, by)
    return sum_up(session, place, plans, wishes=wishes, by=by, problems=problems)


def _lines(session: Session, order: Order) -> Sequence[OrderLine]:
    return session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
    ).all()


def _ground(
    session: Session,
    order: Order,
    place: ChangePlace,
    lines: Sequence[OrderLine],
    wishes: Wishes,
    by: Actor,
) -> _Ground:
    after = {line.id: line.live for line in lines}
    _wish(after, wishes.lines)
    new: dict[int, Decimal] = {}
    for addition in wishes.added:
        _add(lines, after, new, addition)
    listed: dict[int, Decimal] = {}
    for (line_id, _stock_id), units in listed_units(session, order.id).items():
        listed[line_id] = listed.get(line_id, ZERO) + units
    return _Ground(
        order, by, place, lines, after, {w.line_id: w.takes_new_price for w in wishes.lines},
        Splits.of(wishes, by), new,
        {line.id: line.shipped + line.picked + listed.get(line.id, ZERO) for line in lines},
    )  # fmt: skip


def _wish(after: dict[int, Decimal], wanted: Sequence[LineWish]) -> None:
    for wish in wanted:
        if wish.line_id not in after:
            raise NotFound("This line is not on the order.")
        after[wish.line_id] = wish.quantity


def _add(
    lines: Sequence[OrderLine],
    after: dict[int, Decimal],
    new: dict[int, Decimal],
    addition: Addition,
) -> None:
    """More of a product that is on the order raises its line, where somebody still gets it."""
    for line in lines:
        sold = line.product_id == addition.product_id and not line.is_sample
        if sold and after[line.id] > 0:
            after[line.id] += addition.quantity
            return
    new[addition.product_id] = new.get(addition.product_id, ZERO) + addition.quantity


def _read_prices(session: Session, ground: _Ground) -> None:
    account = session.get_one(Account, ground.order.account_id)
    seller = session.get_one(Seller, ground.order.seller_id)
    context = PricingContext(account.id, ground.order.currency, clock.today(seller.time_zone))
    ids = {line.product_id for line in ground.lines if line.product_id} | ground.new.keys()
    asks = [Ask(id_, ground.total_of(id_) or None) for id_ in sorted(ids)]
    split = {line.product_id or 0 for line in ground.lines if _may_be_split(ground, line)}
    split.update(ground.splits.product_ids)
    prices = priced_below(session, context, resolve(session, context, asks), split)
    ground.prices = {price.product_id: price for price in prices}
    ground.products = {
        row.id: row for row in session.scalars(select(Product).where(Product.id.in_(ids)))
    }
    ground.outlook = with_specials(
        session, outlooks(session, ids, ground.place.warehouse_ids), _more_specials(ground),
        context.on,
    )  # fmt: skip
    ground.left = {id_: outlook.available for id_, outlook in ground.outlook.items()}
    if ground.new.keys() - ground.products.keys():
        raise NotFound("There is no such product.")


def _more_specials(ground: _Ground) -> dict[int, Decimal]:
    """How many more of each special would be bought: {product id: units}."""
    return {
        line.product_id: ground.after[line.id] - line.live
        for line in ground.lines
        if line.product_id
        and ground.products[line.product_id].lifecycle == SPECIAL
        and ground.after[line.id] > line.live
    }


def _plans_of(ground: _Ground, line: OrderLine) -> list[LinePlan]:
    """The line as it would be, and what is added to it at another price on a line of its own."""
    after = ground.after[line.id]
    as_it_is = _plan(ground, line, line.live, line.unit_price, line.price_per)
    if after == line.live:
        return [replace(as_it_is, is_split=_is_split(ground, line))]
    product = ground.products.get(line.product_id or 0)
    if product is not None and product.lifecycle == SPECIAL:
        return [_agreed_plan(ground, line)]
    if line.is_sample:
        return [_agreed_plan(ground, line)]
    price = ground.prices.get(line.product_id or 0)
    offer = _offer(ground, line, price) if after > 0 else None
    unit_price = offer.new if offer and offer.takes_new else line.unit_price
    is_split = _is_split(ground, line)
    changed = replace(
        _plan(ground, line, after, unit_price, line.price_per), offer=offer, is_split=is_split,
        may_split=may_split(ground.by, price, ground.total_of(line.product_id)),
    )  # fmt: skip
    if offer and offer.takes_new:
        changed = replace(changed, price=price)
    if after < line.live:
        return [replace(changed, problem=_problem_of_less(ground, line, price))]
    extra = after - line.live
    problem = _problem_of_more(ground, line.product_id, extra, price, is_split=is_split)
    if problem or price is None:
        return [replace(changed, problem=problem or "More of this cannot be added.")]
    if unit_price == price.unit_price and line.price_per == price.price_per:
        return [_with_stock(ground, changed, extra)]
    beside = _new_plan(ground, line.product_id or 0, extra, is_split=is_split)
    return [replace(as_it_is, offer=offer, is_split=is_split, may_split=changed.may_split), beside]


def _may_be_split(ground: _Ground, line: OrderLine) -> bool:
    return bool(line.pack_reason) or line.id in ground.splits.line_ids


def _is_split(ground: _Ground, line: OrderLine) -> bool:
    """Whether the line would be sold otherwise than by the pack: as was agreed, or is by this."""
    if line.is_sample or not ground.after[line.id]:
        return False
    total, before = ground.total_of(line.product_id), ground.live_of(line.product_id)
    if total == before:
        return bool(line.pack_reason)
    price = ground.prices.get(line.product_id or 0)
    return _may_be_split(ground, line) and breaks_pack(price, total)


def _agreed_plan(ground: _Ground, line: OrderLine) -> LinePlan:
    """More of a special is bought at the price that was agreed, and the desk alone changes it; more
    of a sample goes for nothing, too, where somebody may send samples."""
    after = ground.after[line.id]
    plan = _plan(ground, line, after, line.unit_price, line.price_per)
    if not (line.is_sample or ground.by.can(Permission.ORDERS_EDIT)):
        return replace(plan, problem=BOUGHT_FOR_YOU)
    if after < line.live:
        return replace(plan, problem=_problem_of_less(ground, line, None))
    if line.is_sample and not ground.by.can(Permission.ORDERS_SAMPLE):
        return replace(plan, problem="This is a sample. Ask us for more of it, or order it.")
    return _with_stock(ground, plan, after - line.live)


def _offer(ground: _Ground, line: OrderLine, price: Price | None) -> PriceOffer | None:
    """The old and today's price, where the new quantity is on another side of a price break."""
    if price is None or price.unit_price is None or line.original_price is not None:
        return None
    if line.shipped or price.tier == line.tier or price.unit_price == line.unit_price:
        return None
    if price.price_per != line.price_per:
        return None
    may_choose = ground.by.can(Permission.PRICE_OVERRIDE)
    takes_new = ground.takes_new.get(line.id, False) if may_choose else True
    return PriceOffer(line.unit_price, price.unit_price, takes_new)


def _plan(
    ground: _Ground, line: OrderLine, after: Decimal, unit_price: Decimal, price_per: int
) -> LinePlan:
    return LinePlan(
        line=line,
        product_id=line.product_id,
        sku=line.sku,
        name=line.name,
        before=line.live,
        after=after,
        unit_price=unit_price,
        price_per=price_per,
        amount=line_amount(unit_price, after, price_per, ground.order.currency),
        tax=tax_of(line),
        ship_on=line.promised_on,
    )


def _added_plan(ground: _Ground, product_id: int, units: Decimal) -> LinePlan:
    """A product that is not on the order yet; the desk may add less of it than a pack."""
    price = ground.prices[product_id]
    chosen = product_id in ground.splits.product_ids and breaks_pack(price, units)
    offered = _begins_later(ground, price)
    return replace(
        _new_plan(ground, product_id, units, is_split=chosen),
        is_split=chosen, may_split=offered or may_split(ground.by, price, units),
        price_if_split=price.tiers[0][1] if offered else None,
    )  # fmt: skip


def _begins_later(ground: _Ground, price: Price) -> bool:
    """Whether this person may sell so few, which have no price, at that of the first tier."""
    return ground.by.can(Permission.ORDERS_OVERRIDE) and is_below_tiers(price)


def _new_plan(
    ground: _Ground, product_id: int, units: Decimal, *, is_split: bool = False
) -> LinePlan:
    product, price = ground.products[product_id], ground.prices[product_id]
    unit_price = price.unit_price or ZERO
    plan = LinePlan(
        line=None,
        product_id=product_id,
        sku=product.sku,
        name=product.name,
        before=ZERO,
        after=units,
        unit_price=unit_price,
        price_per=price.price_per,
        amount=line_amount(unit_price, units, price.price_per, ground.order.currency),
        tax=ground.place.tax_on(product.tax_category),
        price=price,
        has_price=price.unit_price is not None,
    )
    problem = _problem_of_more(ground, product_id, units, price, is_split=is_split)
    return replace(plan, problem=problem) if problem else _with_stock(ground, plan, units)


def _with_stock(ground: _Ground, plan: LinePlan, extra: Decimal) -> LinePlan:
    """When `extra` more of it can ship; the same units are not promised twice."""
    product_id, place = plan.product_id or 0, ground.place
    free = max(ZERO, ground.left[product_id])
    ground.left[product_id] -= extra
    short = max(ZERO, extra - free)
    day = place.ships_from
    if short:
        covered = ground.outlook[product_id].first_date(extra, today=place.today)
        found = place.calendar.next_working(max(covered, day)) if covered else None
        return replace(plan, short=short, ship_on=found)
    return replace(plan, ship_on=max(day, plan.ship_on) if plan.ship_on else day)


def _moved(ground: _Ground, plan: LinePlan) -> LinePlan:
    """What is still to ship goes on the new day; what waits for goods, not before they come."""
    line, day = plan.line, ground.place.ships_from
    if line is None or plan.after <= line.shipped:
        return plan
    if line.backordered > 0 or plan.short:
        return replace(plan, ship_on=max(plan.ship_on, day) if plan.ship_on else None)
    return replace(plan, ship_on=day)


def _problem_of_less(ground: _Ground, line: OrderLine, price: Price | None) -> str:
    after, least = ground.after[line.id], ground.least[line.id]
    if after < least:
        return (
            f"{plain(least)} are with the warehouse or have left already. "
            f"Take {plain(least)} or more."
        )
    total = ground.total_of(line.product_id)
    if price is None or not price.visible or after in (ZERO, least) or not total:
        return ""
    fault = check(price.rules, total)
    if fault is None or is_allowed(ground.by, fault, is_split=_is_split(ground, line)):
        return ""
    return fault.sentence


def _problem_of_more(
    ground: _Ground,
    product_id: int | None,
    extra: Decimal,
    price: Price | None,
    *,
    is_split: bool,
) -> str:
    product = ground.products.get(product_id or 0)
    if product is None or price is None:
        return "This was made for this order only. Ask for it as an order of its own."
    if not price.visible or product.lifecycle not in SELLABLE:
        return "This product is not on sale to this account any more."
    fault = check(price.rules, ground.total_of(product.id), last_units=ground.left[product.id])
    if fault and not is_allowed(ground.by, fault, is_split=is_split):
        return fault.sentence
    if is_below_tiers(price):
        is_new = product.id in ground.new
        return says_no_price(price, may_split=is_new and _begins_later(ground, price))
    if price.unit_price is None:
        return "Price on request: a price must be agreed before it can be added."
    free = max(ZERO, ground.left[product.id])
    waits = ground.order.backorder_choice != CANCEL_REST and may_backorder(product)
    if extra > free and not waits:
        return f"Only {plain(free)} more are in stock, and the rest would not come later."
    return ""


def address_of(session: Session, order: Order) -> Address | None:
    """The address record that the order was made for, replaced since or not."""
    return session.get(Address, order.ship_to_address_id) if order.ship_to_address_id else None
