"""A change of an order is kept, told on its timeline and has the news mailed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from models.accounts import Actor
from models.kernel import activity, clock
from models.kernel.outbox import announce
from models.orders.amendment import OrderAmendment
from models.orders.order import Order
from models.orders.timeline import tell


def note_amendment(
    session: Session,
    order: Order,
    kind: str,
    *,
    key: str,
    reason: str,
    changes: Sequence[dict[str, Any]],
    total_before: Decimal,
    by: Actor | None,
) -> OrderAmendment:
    """Keeps what was changed, tells it on the timeline, and has the news mailed.

    `by` None is the program. The caller has locked the order and written what it comes to.
    """
    order.revision += 1
    made = OrderAmendment(
        order_id=order.id, account_id=order.account_id, revision=order.revision, kind=kind,
        submission_key=key, made_at=clock.now(), made_by_id=by.id if by else None,
        on_behalf=by is not None and by.acting_for_id is not None, reason=reason.strip(),
        changes=list(changes), total_before=total_before, total_after=order.total_amount,
    )  # fmt: skip
    session.add(made)
    session.flush()
    told = "order.amended" if kind == "amended" else "order.cancelled"
    facts: dict[str, Any] = {
        "revision": order.revision, "changes": changes, "total_before": total_before,
        "total_after": order.total_amount, "reason": made.reason, "rest": kind == "rest_cancelled",
    }  # fmt: skip
    tell(session, order.id, told, by=by, **facts)
    activity.record(
        session, told, by=by, subject=order, account_id=order.account_id,
        on_behalf_of=by.acting_for_id if by else None, number=order.number, **facts,
    )  # fmt: skip
    announce(session, told, account_id=order.account_id, order_id=order.id, amendment_id=made.id)
    return made
