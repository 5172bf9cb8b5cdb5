"""The lines of a delivery note: what was ordered, came before, is in this delivery, and follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from models.fulfilment import Shipment, ShipmentLine
from models.kernel.money import ZERO, line_amount
from models.orders import OrderLine


@dataclass(frozen=True, slots=True)
class Delivered:
    """A line of the order on a delivery note; `amount` is what the goods in it come to."""

    line: OrderLine
    before: Decimal
    here: Decimal
    amount: Decimal

    @property
    def to_follow(self) -> Decimal:
        """What is still to come after this delivery, whenever the note is printed."""
        return max(self.line.live - self.before - self.here, ZERO)


def delivered_lines(
    session: Session, shipment: Shipment, lines: Sequence[OrderLine], currency: str
) -> list[Delivered]:
    """The order's lines as this delivery leaves them.

    Counted over the deliveries up to this one, so that a note printed before the goods leave says
    the same as one printed after the rest has come.
    """
    is_here = ShipmentLine.shipment_id == shipment.id
    rows = session.execute(
        select(
            ShipmentLine.order_line_id,
            func.sum(case((is_here, ShipmentLine.quantity), else_=0)),
            func.sum(case((is_here, 0), else_=ShipmentLine.quantity)),
        )
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(
            Shipment.order_id == shipment.order_id,
            Shipment.id <= shipment.id,
            (Shipment.state != "cancelled") | is_here,
        )
        .group_by(ShipmentLine.order_line_id)
    )
    sent = {line_id: (here, before) for line_id, here, before in rows}
    return [_delivered(line, *sent.get(line.id, (ZERO, ZERO)), currency) for line in lines]


def _delivered(line: OrderLine, here: Decimal, before: Decimal, currency: str) -> Delivered:
    amount = line_amount(line.unit_price, here, line.price_per, currency)
    return Delivered(line, before, here, amount)
