"""A placed order copied to a new draft of the desk, with every line of it: what cannot be had as
before becomes a question that says why, none is dropped in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor
from models.checkout.cart import Cart, UndecidedRow
from models.checkout.drafts import SOURCES, begin_draft, shopper_of
from models.checkout.quick_order import Outcome, add_rows
from models.checkout.reordering import Repeat, repeats
from models.checkout.row_reading import TypedRow
from models.checkout.setting_aside import keep_delivery
from models.kernel.errors import Refused
from models.kernel.quantity import plain
from models.orders import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Copied:
    """The draft and what became of the lines: `repriced` are on it at another price than then,
    `samples` were given away and are left out."""

    draft: Cart
    outcome: Outcome
    repriced: int
    samples: int


def copy_to_draft(session: Session, order: Order, account: Account, *, by: Actor) -> Copied:
    """A new draft with the order's lines, its caller and its delivery, at today's prices.

    `by` acts for the account. Refused as by `begin_draft`, and for an order of samples alone.
    """
    source = order.channel if order.channel in SOURCES else SOURCES[0]
    draft = begin_draft(session, account, source, order.caller, by=by)
    keep_delivery(session, draft, order)
    shopper = shopper_of(session, draft, by)
    found = repeats(session, order.id, shopper)
    if not found:
        raise Refused("There is nothing to copy: the order has samples alone.")
    rows = [TypedRow(n, each.sku, plain(each.quantity)) for n, each in enumerate(found, 1)]
    outcome = add_rows(session, draft, rows, shopper, by=by)
    _say_why(session, draft, found)
    samples = select(func.count()).where(OrderLine.order_id == order.id, OrderLine.is_sample)
    repriced = sum(1 for each in found if each.price_changed and not each.problem)
    return Copied(draft, outcome, repriced, session.scalar(samples) or 0)


def _say_why(session: Session, draft: Cart, found: Sequence[Repeat]) -> None:
    """Gives the questions of what is not sold any more its reason, and its successor to take."""
    gone = {each.sku: each for each in found if each.problem}
    questions = select(UndecidedRow).where(
        UndecidedRow.cart_id == draft.id,
        UndecidedRow.code.in_(gone),
        UndecidedRow.problem == "not_for_sale",
    )
    for row in session.scalars(questions):
        row.offers = _offers(gone[row.code])
    session.flush()


def _offers(line: Repeat) -> dict[str, Any]:
    if line.instead_id is None:
        return {"sentence": line.problem}
    successor = {"id": line.instead_id, "sku": line.instead_sku, "name": line.instead_name}
    return {
        "sentence": f"Replaced by {line.instead_sku}, {line.instead_name}.",
        "products": [successor],
    }
