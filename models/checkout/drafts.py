"""Drafts of the order desk: orders being taken down while somebody calls or from what they wrote.

A draft is a cart of the person at the desk for one account. Any number of them stay open; the
account's buyers and their pads have nothing to do with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, or_, select, true
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Permission
from models.checkout.alerts import alerts_of
from models.checkout.cart import Cart, UndecidedRow
from models.checkout.order_rows import Submission
from models.checkout.pads import Choices
from models.checkout.placing import place_order
from models.checkout.proposing import place_for
from models.checkout.shopper import Shopper, shopper_for
from models.kernel import activity, clock
from models.kernel.errors import Conflict, NotFound, Refused
from models.orders import Order, keep_read

SOURCES = ("phone", "mail")
LONGEST_CALLER = 80
MOST_DRAFTS = 50
TAKEN_BACK_WITHIN = timedelta(days=1)


def begin_draft(session: Session, account: Account, source: str, caller: str, *, by: Actor) -> Cart:
    """A new draft for the account; one of this person's that nothing was typed on yet is it.

    `by` acts for the account. Refused for another source than phone or mail, or a caller's name
    of more than 80 signs.
    """
    by.require(Permission.ORDERS_TAKE, "Your role does not include taking orders.")
    source, caller = _source(source), _caller(caller)
    draft = session.scalars(
        _mine(by)
        .where(
            Cart.account_id == account.id,
            Cart.discarded_at.is_(None),
            Cart.line_count == 0,
            Cart.po_number == "",
            Cart.message == "",
            ~select(UndecidedRow.id).where(UndecidedRow.cart_id == Cart.id).exists(),
        )
        .order_by(Cart.id)
        .limit(1)
    ).first()
    if draft is None:
        draft = Cart(
            account_id=account.id, owner_id=by.id, is_staff_cart=True, is_current=False,
            currency=account.currency,
        )  # fmt: skip
        session.add(draft)
    draft.source, draft.caller = source, caller
    draft.backorder_choice = account.backorder_policy
    draft.created_at = draft.changed_at = clock.now()
    session.flush()
    return draft


def draft_of(session: Session, cart_id: int, by: Actor) -> Cart:
    """An open draft of this person. NotFound for any other; Conflict for one that is ordered."""
    draft = session.scalars(_mine(by, is_open=False).where(Cart.id == cart_id)).first()
    if draft is None or draft.discarded_at is not None:
        raise NotFound("This draft does not exist any more.")
    if draft.ordered_at is not None:
        raise Conflict("This order has been placed.")
    return draft


def order_of_draft(session: Session, cart_id: int, by: Actor) -> str:
    """The number of the order that a draft of this person became, "" where it did not."""
    number = session.scalar(
        select(Order.number)
        .join(Cart, Cart.order_id == Order.id)
        .where(Cart.id == cart_id, Cart.owner_id == by.id, Cart.source != "")
    )
    return number or ""


def open_drafts(session: Session, by: Actor, *, account_id: int | None = None) -> Sequence[Any]:
    """This person's drafts, of one account or of all, the last touched first, with their accounts
    and what waits for a decision; those discarded within a day among them. One statement."""
    undecided = (
        select(func.count())
        .select_from(UndecidedRow)
        .where(UndecidedRow.cart_id == Cart.id)
        .scalar_subquery()
    )
    return session.execute(
        select(
            Cart.id, Cart.source, Cart.caller, Cart.line_count, Cart.goods_amount, Cart.currency,
            Cart.created_at, Cart.changed_at, Cart.discarded_at, Account.name, Account.number,
            undecided.label("undecided"),
        )
        .join(Account, Account.id == Cart.account_id)
        .where(
            Cart.owner_id == by.id,
            Cart.source != "",
            Cart.ordered_at.is_(None),
            true() if account_id is None else Cart.account_id == account_id,
            or_(
                Cart.discarded_at.is_(None), Cart.discarded_at > clock.now() - TAKEN_BACK_WITHIN
            ),
        )
        .order_by(Cart.changed_at.desc(), Cart.id.desc())
        .limit(MOST_DRAFTS)
    ).all()  # fmt: skip


def shopper_of(session: Session, draft: Cart, by: Actor) -> Shopper:
    """The account as it is shopped for on this draft: its ship-to, who serves that, its prices."""
    shopper = shopper_for(session, draft.account_id, by, sees_prices=True)
    place = place_for(session, shopper.seller, shopper.place.account, draft.ship_to_id)
    return replace(
        shopper, cart=draft, ship_to=place.ship_to, warehouse_ids=place.warehouse_ids,
        calendar=place.calendar,
    )  # fmt: skip


def name_caller(session: Session, draft: Cart, source: str, caller: str) -> None:
    """Says who ordered and how. Refused as at `begin_draft`."""
    draft.source, draft.caller = _source(source), _caller(caller)
    draft.changed_at = clock.now()
    session.flush()


def discard_draft(session: Session, draft: Cart, *, by: Actor) -> None:
    """Puts a draft away. It can be taken back within a day."""
    draft.discarded_at = clock.now()
    activity.record(
        session, "draft.discarded", by=by, subject=draft, account_id=draft.account_id,
        lines=draft.line_count, amount=draft.goods_amount,
    )  # fmt: skip
    session.flush()


def take_back_draft(session: Session, cart_id: int, *, by: Actor) -> Cart:
    """Opens a discarded draft again. NotFound for one that is not there to be taken back."""
    draft = session.scalars(_mine(by).where(Cart.id == cart_id)).first()
    if draft is None or draft.discarded_at is None:
        raise NotFound("This draft does not exist any more.")
    draft.discarded_at, draft.changed_at = None, clock.now()
    activity.record(session, "draft.taken_back", by=by, subject=draft, account_id=draft.account_id)
    session.flush()
    return draft


def place_draft(
    session: Session,
    draft: Cart,
    key: str,
    shown_total: Decimal,
    choices: Choices,
    *,
    source: str,
    caller: str,
    by: Actor,
) -> Order:
    """Places the draft as every order is placed, with its caller and how it came.

    Writes nothing before `place_order` has its locks. Refused while an alert has not been read,
    and for all that `place_order` refuses. What was read on the draft is read on its order, too.
    """
    told = alerts_of(session, draft)
    if not all(alert.is_read for alert in told):
        raise Refused("Read the alert first: it stands above the rows.", field="alerts")
    submission = Submission(
        key=key, shown_total=shown_total, po_number=choices.po_number, message=choices.message,
        payment_means=choices.payment_means, backorder_choice=choices.backorder_choice,
        channel=_source(source), caller=_caller(caller),
    )  # fmt: skip
    order = place_order(session, draft.id, draft.account_id, submission, by=by, choices=choices)
    keep_read(session, order.id, [alert.id for alert in told], by=by)
    return order


def _mine(by: Actor, *, is_open: bool = True) -> Select[Cart]:
    mine = select(Cart).where(Cart.owner_id == by.id, Cart.source != "")
    mine = mine.execution_options(populate_existing=True)
    return mine.where(Cart.ordered_at.is_(None)) if is_open else mine


def _source(source: str) -> str:
    if source not in SOURCES:
        raise Refused("Say whether the order came by phone or by mail.", field="source")
    return source


def _caller(caller: str) -> str:
    caller = " ".join(caller.split())
    if len(caller) > LONGEST_CALLER:
        raise Refused("A caller's name has at most 80 signs.", field="caller")
    return caller
