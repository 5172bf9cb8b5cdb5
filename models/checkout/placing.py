"""Placing an order: one submission, one order, never a unit twice.

Locks are taken in the house's order: accounts, the cart, stock by id; the order's number comes
from a series that does not make checkouts wait for one another. The number of statements does
not grow with the lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from models.accounts import CANCEL_REST, Account, Actor, Capability, Permission
from models.catalog import SPECIAL
from models.checkout.cart import Cart, UndecidedRow
from models.checkout.credit_holding import hold_for_credit
from models.checkout.order_rows import (
    Split,
    Submission,
    write_demand,
    write_head,
    write_lines,
)
from models.checkout.overriding import tell_overrides
from models.checkout.pad_lines import cart_lines
from models.checkout.pads import Choices, asks_for_po_number, choose
from models.checkout.proposing import (
    Proposal,
    ProposedLine,
    Sellable,
    may_backorder,
    place_for,
    pricing_context,
    propose,
)
from models.checkout.special_lines import bind_specials
from models.checkout.substituting import Alternative, alternatives
from models.checkout.summing import Place, carriage_unknown
from models.inventory import Cause, Stock, Taken, Want, keep, lock_stock, plan
from models.kernel import activity, clock
from models.kernel.errors import Conflict, NotFound, Problem, Refused
from models.kernel.failpoint import fail_at
from models.kernel.money import ZERO
from models.kernel.outbox import announce
from models.kernel.quantity import plain
from models.kernel.seller import day_at, first_seller
from models.kernel.settings import define, get
from models.orders import HORIZON, Order, place_hold, refresh, tell
from models.pricing import PricingContext
from models.purchasing import lock_bought
from models.receivables import issue_pro_forma

PAYMENT_HOLD_MINUTES = define(
    "checkout.card_minutes", 30, "Minutes that a card payment under way keeps its stock"
)
TRANSFER_HOLD_DAYS = define(
    "checkout.prepayment_days", 5, "Days that an order awaiting a transfer keeps its stock"
)


def place_order(
    session: Session,
    cart_id: int,
    account_id: int,
    submission: Submission,
    *,
    by: Actor,
    choices: Choices | None = None,
) -> Order:
    """Makes the order of a cart and gives it its stock, its price and its place in the queue.

    `choices` are kept on the pad first, under its lock. The same submission again (same account
    and key) gives the same order. Refused, changing
    nothing, when the cart is empty, a line has a problem, the total is not the one shown, a PO
    number is missing, or stock that may not be backordered ran short: with one sentence per
    line. Over the credit limit or overdue, the order is accepted and held. Conflict when another
    submission has ordered the cart.
    """
    by.require(Capability.PLACE_ORDERS, "Placing orders needs the capability for it.")
    account = _lock_accounts(session, account_id)
    cart, has_undecided, placed_id = _lock_cart(session, cart_id, account_id, submission.key)
    if placed_id is not None:
        return session.get_one(Order, placed_id)
    if cart.ordered_at is not None:
        raise Conflict("A colleague has placed this order already.")
    seller = first_seller(session)
    if choices is not None:
        choose(session, cart, choices, today=clock.today(seller.time_zone))
    place = place_for(session, seller, account, cart.ship_to_id)
    rows = cart_lines(session, cart)
    if not rows:
        raise Refused("There is nothing on this order yet. Add a product first.")
    stock = _lock_goods(session, [row.product for row in rows], place)
    proposal = propose(session, cart, place, lines=rows, choice=submission.backorder_choice)
    _require_orderable(proposal, account, submission, by)
    splits = _split(session, proposal, place, stock, submission)
    order = write_head(session, cart, place, proposal, submission, by)
    fail_at("checkout.order_inserted")
    line_ids = write_lines(session, order, proposal, splits)
    _keep_stock(session, order, proposal, splits, stock, line_ids, by)
    fail_at("checkout.allocated")
    write_demand(session, order, account, proposal, splits, line_ids)
    bind_specials(session, order, proposal, line_ids, by=by)
    _place_holds(session, order, proposal, place, submission, by)
    _finish(session, order, cart, by)
    tell_overrides(session, order, cart, proposal, by=by)
    if has_undecided:
        _move_undecided_rows(session, cart, by)
    fail_at("checkout.before_commit")
    return order


def _lock_accounts(session: Session, account_id: int) -> Account:
    """The account, locked together with the one that pays for it, in id order."""
    pays = select(Account.bill_to_id).where(Account.id == account_id).scalar_subquery()
    rows = session.scalars(
        select(Account)
        .where(or_(Account.id == account_id, Account.id == pays))
        .order_by(Account.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    account = next((row for row in rows if row.id == account_id), None)
    if account is None:
        raise NotFound("There is no such account.")
    if account.status in {"closed", "declined", "applied"}:
        raise Refused("This account is closed for new orders. Please call us.")
    return account


def _lock_cart(
    session: Session, cart_id: int, account_id: int, key: str
) -> tuple[Cart, bool, int | None]:
    """The pad, locked; whether rows on it still need a decision; the order of this submission.

    The lock on the account, taken by a statement before, keeps other submissions of it out.
    """
    undecided = select(UndecidedRow.id).where(UndecidedRow.cart_id == Cart.id).exists()
    placed = select(Order.id).where(Order.account_id == account_id, Order.submission_key == key)
    row = session.execute(
        select(Cart, undecided, placed.scalar_subquery())
        .where(Cart.id == cart_id, Cart.account_id == account_id, Cart.discarded_at.is_(None))
        .with_for_update(of=Cart)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound("This order pad does not exist any more.")
    return row[0], row[1], row[2]


def _lock_goods(session: Session, products: Sequence[Sellable], place: Place) -> Sequence[Stock]:
    """The stock of these products, locked, after what specials among them will be bought on."""
    lock_bought(session, [each.id for each in products if each.lifecycle == SPECIAL])
    return lock_stock(session, [each.id for each in products], place.warehouse_ids)


def _require_orderable(
    proposal: Proposal, account: Account, submission: Submission, by: Actor
) -> None:
    problems = [
        Problem(f"{item.product.sku}: {item.problem}", f"line-{item.line.id}")
        for item in proposal.lines
        if item.problem
    ]
    if account.requires_po_number and not submission.po_number.strip():
        problems.append(Problem(asks_for_po_number(by), "po_number"))
    if problems:
        raise Refused("Some lines need a decision before the order can go.", problems=problems)
    shown = submission.shown_total
    if shown is not None and proposal.total != shown:
        raise Refused(
            f"The total is {proposal.total:,.2f} now, not {shown:,.2f}: "
            "prices or charges have changed. Check the order once more.",
            field="total",
        )


def _split(
    session: Session,
    proposal: Proposal,
    place: Place,
    stock: Sequence[Stock],
    submission: Submission,
) -> list[Split]:
    horizon = get(session, HORIZON, place.seller.id)
    lines = proposal.counted
    begins = proposal.ships_from
    if submission.backorder_choice == "complete":
        begins = proposal.ship_on or begins
    far = not place.calendar.within(begins, horizon)
    wants = [
        Want(index, item.product.id, item.line.quantity, item.ship_on)
        for index, item in enumerate(lines)
    ]
    taken: dict[int, list[Taken]] = {}
    for row in () if far else plan(wants, stock, warehouses=place.warehouse_ids):
        taken.setdefault(row.order_line_id, []).append(row)
    splits = []
    for index, item in enumerate(lines):
        got = tuple(taken.get(index, ()))
        splits.append(_split_line(item, got, far=far, choice=submission.backorder_choice))
    if not submission.is_imported:
        _refuse_short(session, pricing_context(place.account, place.seller), lines, splits)
    return splits


def _split_line(item: ProposedLine, got: tuple[Taken, ...], *, far: bool, choice: str) -> Split:
    if item.product.lifecycle == SPECIAL:  # it is bought for this line: always waited for
        return Split(ZERO, item.line.quantity, ZERO, ())
    allocated = sum((row.quantity for row in got), ZERO)
    short = item.line.quantity - allocated
    if far or not short:
        return Split(allocated, ZERO, ZERO, got)
    if choice == CANCEL_REST:
        return Split(allocated, ZERO, short, got)
    return Split(allocated, short, ZERO, got)


def _refuse_short(
    session: Session,
    context: PricingContext,
    lines: tuple[ProposedLine, ...],
    splits: list[Split],
) -> None:
    short = [
        (item, split)
        for item, split in zip(lines, splits, strict=True)
        if split.backordered and not may_backorder(item.product)
    ]
    if short:
        instead = alternatives(session, context, [item.product.id for item, _split in short])
        problems = [
            Problem(_gone(item, split, instead.get(item.product.id)), f"line-{item.line.id}")
            for item, split in short
        ]
        raise Refused("Stock has gone while you were ordering.", problems=problems)
    if all(
        split.cancelled == item.line.quantity for item, split in zip(lines, splits, strict=True)
    ):
        raise Refused("Nothing of this order is in stock, and you chose to cancel what is not.")


def _gone(item: ProposedLine, split: Split, instead: Alternative | None) -> str:
    """What is left of it, and what the buyer can do now."""
    left, choices = "none left", ["leave it out"]
    if split.allocated:
        left, choices = f"only {plain(split.allocated)} left", ["take fewer", "leave it out"]
    if instead is not None:
        choices.append(f"take {instead.sku}, {instead.name}, instead")
    what = " or ".join(choices)
    return f"{item.product.sku}: {left}, somebody was faster. {what[0].upper()}{what[1:]}."


def _keep_stock(
    session: Session,
    order: Order,
    proposal: Proposal,
    splits: list[Split],
    stock: Sequence[Stock],
    line_ids: list[int],
    by: Actor,
) -> None:
    """Allocates what each line takes."""
    taken = [
        Taken(line_ids[item.order_line_id], item.stock_id, item.warehouse_id, item.quantity)
        for split in splits
        for item in split.taken
    ]
    keep(
        session,
        taken,
        stock,
        promises={
            line_id: item.ship_on for line_id, item in zip(line_ids, proposal.counted, strict=True)
        },
        cause=Cause("order", order.id, by.id),
    )


def _place_holds(
    session: Session,
    order: Order,
    proposal: Proposal,
    place: Place,
    submission: Submission,
    by: Actor,
) -> None:
    now = clock.now()
    means = submission.payment_means if proposal.total else ""  # samples alone cost nothing
    if means == "card":
        until = now + timedelta(minutes=get(session, PAYMENT_HOLD_MINUTES, order.seller_id))
        place_hold(session, order, "awaiting_payment", by=None, stock_kept_until=until)
    elif means == "transfer":
        until = now + timedelta(days=get(session, TRANSFER_HOLD_DAYS, order.seller_id))
        place_hold(session, order, "awaiting_payment", by=None, stock_kept_until=until)
        issue_pro_forma(session, order, pay_by=day_at(session, order.seller_id, until))
    else:
        hold_for_credit(session, order)
    if carriage_unknown(proposal.sums):
        place_hold(
            session, order, "address", by=None, reason="No carriage zone covers this address."
        )
    below = [item for item in proposal.counted if is_below_floor(item)]
    if below and not by.can(Permission.PRICE_BELOW_FLOOR):
        skus = ", ".join(item.product.sku for item in below)
        place_hold(session, order, "below_floor", by=None, reason=f"Below the floor price: {skus}")


def is_below_floor(item: ProposedLine) -> bool:
    """Whether its price by hand needs a sales manager. A special's floor is what it costs; a sample
    has none."""
    override, floor = item.line.override_price, item.price.floor_price
    if item.product.lifecycle == SPECIAL:
        floor = item.product.cost
    if item.line.is_sample:
        return False
    return override is not None and floor is not None and override < floor


def _finish(session: Session, order: Order, cart: Cart, by: Actor) -> None:
    tell(
        session, order.id, "order.placed", by=by, channel=order.channel, caller=order.caller,
        total=order.total_amount, po_number=order.po_number,
    )  # fmt: skip
    activity.record(
        session, "order.placed", by=by, subject=order, account_id=order.account_id,
        on_behalf_of=by.acting_for_id, number=order.number, total=order.total_amount,
    )  # fmt: skip
    refresh(session, order)
    cart.ordered_at, cart.order_id, cart.is_current = clock.now(), order.id, False
    announce(session, "order.placed", account_id=order.account_id, order_id=order.id)
    session.flush()


def _move_undecided_rows(session: Session, cart: Cart, by: Actor) -> None:
    """Rows that still need a decision go to a new pad, so that nothing pasted is lost."""
    fresh = Cart(
        account_id=cart.account_id,
        owner_id=cart.owner_id,
        is_staff_cart=cart.is_staff_cart,
        is_current=not cart.source,
        source=cart.source,
        caller=cart.caller,
        currency=cart.currency,
        ship_to_id=cart.ship_to_id,
        changed_at=clock.now(),
    )
    session.add(fresh)
    session.flush()
    session.execute(
        update(UndecidedRow)
        .where(UndecidedRow.cart_id == cart.id)
        .values(cart_id=fresh.id)
        .execution_options(synchronize_session=False)
    )
