"""What has left of an order, and how to follow it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.fulfilment.shipment import Carton, Shipment, ShipmentLine


def shipments_of(session: Session, order_id: int) -> list[Any]:
    """The order's shipments with their cartons and units, oldest first, in one statement."""
    cartons = select(func.count()).where(Carton.shipment_id == Shipment.id).scalar_subquery()
    units = (
        select(func.coalesce(func.sum(ShipmentLine.quantity), 0))
        .where(ShipmentLine.shipment_id == Shipment.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Shipment.id, Shipment.number, Shipment.state, Shipment.carrier, Shipment.service,
            Shipment.tracking_number, Shipment.shipped_at, Shipment.delivered_at,
            cartons.label("cartons"), units.label("units"),
        )
        .where(Shipment.order_id == order_id, Shipment.state != "cancelled")
        .order_by(Shipment.id)
    )  # fmt: skip
    return list(rows)
