"""Changing a placed order, in one transaction: lines, place, day, PO number; money and stock along.

Locks are taken in the house's order: accounts, what specials are bought on, the order, its lines,
stock by id. The warehouse locks the order before its lines, too: it sees the order as it was, or as
it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Address, Permission
from models.catalog import Product
from models.checkout.change import Amendment, Change, LinePlan
from models.checkout.change_charges import write_charges
from models.checkout.change_money import settle_money
from models.checkout.change_window import change_window
from models.checkout.order_rows import Split, line_values
from models.checkout.pad_lines import LineFacts, own_number
from models.checkout.proposing import ProposedLine
from models.checkout.proposing_change import propose_change
from models.fulfilment import listed_units
from models.inventory import NOTHING, Cause, lock_stock, serving
from models.kernel.bulk import insert_rows
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.failpoint import fail_at
from models.kernel.money import ZERO
from models.kernel.outbox import defer
from models.orders import (
    Order,
    OrderAmendment,
    OrderHold,
    OrderLine,
    answer_by_doing,
    last_day,
    note_amendment,
    refresh,
    restate_demand,
    take_off,
    take_what_is_due,
    wait_for_their_day,
    within_horizon,
)
from models.purchasing import follow_order, lock_bought_for

PASSING_ON = "stock.pass_on"


def amend_order(session: Session, order_id: int, amendment: Amendment, *, by: Actor) -> Order:
    """Makes the change that somebody confirmed, as `propose_change` says it.

    Stock is taken or given back, charges, tax and credit are reckoned anew, money is asked for or
    refunded, and a revised acknowledgement goes out. The same form again changes nothing more.
    Refused, changing nothing, with a sentence per problem, where nothing would change, and where
    the total is not the one shown. Conflict where the order has changed since the form was opened.
    Denied for who may not change it any more.
    """
    order = lock_order(session, order_id, by)
    if made_before(session, order, amendment.key) is not None:
        return order
    require_window(session, order, by)
    if amendment.version != order.version:
        raise Conflict(
            f"{order.number} has changed since you opened it. Look at what it is now and "
            "make your change again."
        )
    lines = lock_lines(session, order)
    _lock_stock(session, order, lines, amendment)
    change = propose_change(session, order, amendment.wishes, by=by)
    _require_possible(session, order, change, amendment)
    before = order.total_amount
    kept = listed_units(session, order.id)
    was_given_back = gave_back(session, order, lines)
    cause = Cause("order", order.id, by.id, "Order changed")
    freed = take_off(session, order, _less(change), kept=kept, cause=cause)
    _write_lines(session, order, change, amendment.reason.strip())
    write_sums(session, order, change, reason=amendment.reason.strip(), by=by)
    _write_head(session, order, change, amendment)
    _write_days(session, order, change)
    _restate_demand(session, order, change)
    if change.moves_dates:
        freed |= wait_for_their_day(session, order, kept=kept, cause=cause)
    if not was_given_back:
        take_what_is_due(session, order, keeps_promises=True)
    fail_at("amend.stock_moved")
    note_amendment(
        session, order, "amended", key=amendment.key, reason=amendment.reason,
        changes=change.changes, total_before=before, by=by,
    )  # fmt: skip
    settle_money(session, order, change, by=by)
    finish(session, order, freed, by=by)
    fail_at("amend.before_commit")
    return order


def lock_order(session: Session, order_id: int, by: Actor) -> Order:
    """The order, locked after its accounts and what its specials are bought on.

    NotFound for a buyer of another account.
    """
    found = session.execute(
        select(Order.account_id, Order.bill_to_account_id).where(Order.id == order_id)
    ).first()
    is_desk = by.can(Permission.ORDERS_EDIT) or by.can(Permission.ORDERS_CANCEL)
    if found is None or not (is_desk or found.account_id == by.account_id or by.covers_branches):
        raise NotFound("There is no such order.")
    lock(session, Account, found)
    lock_bought_for(session, order_id)
    return lock(session, Order, [order_id])[0]


def lock_lines(session: Session, order: Order) -> Sequence[OrderLine]:
    """The order's lines, locked and read afresh."""
    ids = session.scalars(select(OrderLine.id).where(OrderLine.order_id == order.id)).all()
    return lock(session, OrderLine, ids)


def require_window(session: Session, order: Order, by: Actor) -> None:
    """Conflict with the sentence of the window where this person may not change the order now."""
    window = change_window(session, order, by)
    if not window.is_open:
        raise Conflict(window.why_not)


def made_before(session: Session, order: Order, key: str) -> OrderAmendment | None:
    """The change that this form has made already. Refused without a key."""
    if not key:
        raise Refused("Load the form again and send it once more.")
    return session.scalars(
        select(OrderAmendment).where(
            OrderAmendment.order_id == order.id, OrderAmendment.submission_key == key
        )
    ).first()


def finish(session: Session, order: Order, freed: set[int], *, by: Actor) -> None:
    """Writes the status, settles with it what was asked for, has what was given back go to those
    who wait for it, and what is bought for the order alone follow."""
    answer_by_doing(session, order, by=by)
    follow_order(session, order, by=by)
    refresh(session, order)
    if freed:
        defer(session, PASSING_ON, product_ids=sorted(freed), order_id=order.id)
    session.flush()


def gave_back(session: Session, order: Order, lines: Sequence[OrderLine]) -> bool:
    """Whether the order waits and has given its stock back: it takes none until it goes on."""
    held = session.scalar(
        select(func.count()).where(OrderHold.order_id == order.id, OrderHold.released_at.is_(None))
    )
    return bool(held) and any(line.unpromised > 0 for line in within_horizon(session, order, lines))


def write_sums(session: Session, order: Order, change: Change, *, reason: str, by: Actor) -> None:
    """Writes what the order comes to, and its charges."""
    order.goods_amount, order.charges_amount = change.goods, change.charged
    order.tax_amount, order.total_amount = change.tax, change.total
    write_charges(session, order, change, reason=reason, by=by)


def _lock_stock(
    session: Session, order: Order, lines: Sequence[OrderLine], amendment: Amendment
) -> None:
    """Every stock row that may be taken from: what is in stock then stays so until the end."""
    wished = {wish.line_id for wish in amendment.wishes.lines}
    ids = {line.product_id for line in lines if line.id in wished and line.product_id}
    ids |= {each.product_id for each in amendment.wishes.added}
    lock_stock(session, ids, serving(session, order.seller_id, None))


def _require_possible(session: Session, order: Order, change: Change, amendment: Amendment) -> None:
    account = session.get_one(Account, order.account_id)
    if change.rises and account.status in {"closed", "declined", "applied"}:
        raise Refused("This account is closed for new orders: nothing can be added.")
    if change.problems:
        raise Refused(change.problems[0].sentence, problems=list(change.problems))
    if change.is_empty:
        raise Refused("Nothing is different from the order as it is.")
    if change.newly_split and not amendment.reason.strip():
        raise Refused("Say why a pack is split, for those who look at it later.", field="reason")
    if change.sets_charges and not amendment.reason.strip():
        raise Refused(
            "Say why a charge is changed, for those who look at it later.", field="reason"
        )
    if change.total != amendment.shown_total:
        raise Refused(
            f"The total is {change.total:,.2f} now, not {amendment.shown_total:,.2f}: prices or "
            "charges have changed. Look at it once more.",
            field="total",
        )


def _less(change: Change) -> dict[int, Decimal]:
    return {
        plan.line.id: plan.before - plan.after
        for plan in change.plans
        if plan.line is not None and plan.after < plan.before
    }


def _write_lines(session: Session, order: Order, change: Change, reason: str) -> None:
    restates = change.changes_lines
    for plan in change.plans:
        line = plan.line
        if line is None:
            continue
        line.ordered += max(ZERO, plan.after - plan.before)
        if restates:
            line.line_amount = plan.amount
            line.pack_reason = (line.pack_reason or reason) if plan.is_split else ""
        if plan.price is not None and plan.unit_price != line.unit_price:
            line.unit_price, line.tier = plan.unit_price, plan.price.tier
            line.price_list_id = plan.price.list_id
            line.explanation = _explained(plan)
    session.flush()
    _add_lines(session, order, [plan for plan in change.plans if plan.line is None], reason)


def _explained(plan: LinePlan) -> dict[str, object]:
    price = plan.price
    if price is None:
        return {}
    tier = str(price.tier) if price.tier is not None else None
    return {"list_id": price.list_id, "entry_id": price.entry_id, "rule_id": price.rule_id,
            "tier": tier}  # fmt: skip


def _add_lines(session: Session, order: Order, plans: Sequence[LinePlan], reason: str) -> None:
    if not plans:
        return
    last = session.scalar(
        select(func.max(OrderLine.position)).where(OrderLine.order_id == order.id)
    )
    found = session.execute(
        select(Product, own_number(order.account_id)).where(
            Product.id.in_([plan.product_id for plan in plans])
        )
    )
    products = {row[0].id: (row[0], row[1] or "") for row in found}
    rows = []
    for position, plan in enumerate(plans, (last or 0) + 1):
        item = _as_proposed(plan, *products[plan.product_id], reason)
        values = line_values(order, item, Split(ZERO, ZERO, ZERO), position)
        rows.append({**values, "first_ordered": ZERO})
    insert_rows(session, OrderLine, rows)


def _as_proposed(plan: LinePlan, product: Product, own: str, reason: str) -> ProposedLine:
    facts = LineFacts(
        0,
        product.id,
        0,
        1,
        plan.after,
        "",
        None,
        plan.unit_price,
        plan.unit_price,
        None,
        "",
        None,
        is_sample=False,
        pack_reason=reason if plan.is_split else "",
    )
    if plan.price is None:
        raise AssertionError("What is added is priced today.")
    return ProposedLine(
        facts, product, own, plan.price, plan.unit_price, plan.amount, plan.tax, NOTHING,
        plan.short, plan.ship_on, "", (),
    )  # fmt: skip


def _restate_demand(session: Session, order: Order, change: Change) -> None:
    """What was raised, added or moved wants its goods by the new day."""
    stays = {
        plan.line.id
        for plan in change.plans
        if plan.line is not None and plan.after <= plan.before and not change.moves_dates
    }
    lines = session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id, OrderLine.id.not_in(stays))
    )
    restate_demand(session, order, lines.all())


def _write_head(session: Session, order: Order, change: Change, amendment: Amendment) -> None:
    head = amendment.wishes.head
    if head is not None:
        order.po_number, order.freight_choice = head.po_number.strip(), head.freight_choice
        order.requested_on = head.requested_on
    if change.ship_to is not None:
        order.ship_to_address_id, order.ship_to = change.ship_to.id, change.ship_to.copy()
        order.warehouse_id = change.warehouse_id
    session.flush()


def _write_days(session: Session, order: Order, change: Change) -> None:
    """A day that the customer has changed is a new first promise; other days stay as they are."""
    renewed = change.moves_dates
    for plan in change.plans:
        line = plan.line
        raised = line is None or plan.after > plan.before
        renewed |= raised
        if line is not None and (raised or change.moves_dates) and line.open > 0:
            line.promised_on = line.first_promised_on = plan.ship_on
    session.flush()
    if not (renewed or change.changes_lines):
        return
    order.promised_on = last_day(session, order)
    account_place = change.ship_to or _place(session, order)
    takes_on = account_place.delivery_weekdays if account_place else "12345"
    day = order.promised_on
    order.deliver_on = change.calendar.delivery_date(day, takes_on) if day else None
    if renewed:
        order.first_promised_on = day
    session.flush()


def _place(session: Session, order: Order) -> Address | None:
    return session.get(Address, order.ship_to_address_id) if order.ship_to_address_id else None
