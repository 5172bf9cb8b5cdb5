"""An order's timeline: who did what, for whom and when. Append-only, one for all who look."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy.orm import Session

from models.kernel import clock
from models.kernel.activity import as_json
from models.orders.order import OrderEvent


class Person(Protocol):
    """Whoever acts; `acting_for_id` is the account on whose behalf."""

    @property
    def id(self) -> int: ...
    @property
    def acting_for_id(self) -> int | None: ...


def tell(
    session: Session,
    order_id: int,
    kind: str,
    *,
    by: Person | None,
    staff_only: bool = False,
    document: tuple[str, int] | None = None,
    **facts: Any,
) -> OrderEvent:
    """Adds an event such as `shipment.shipped` to the order's timeline.

    `by` None is the program itself. `facts` fill the sentence that the page makes of it; amounts
    and dates are kept as text. `staff_only` events never reach a buyer.
    """
    event = OrderEvent(
        order_id=order_id,
        at=clock.now(),
        kind=kind,
        audience="staff" if staff_only else "all",
        actor_id=by.id if by else None,
        on_behalf=bool(by and by.acting_for_id),
        facts=as_json(facts),
        document_kind=document[0] if document else "",
        document_id=document[1] if document else None,
    )
    session.add(event)
    return event
