"""Orders: what was asked for, why it waits, and everything that happened to it."""

from models.orders.order import (
    CHANNELS,
    HOLD_CODES,
    STATUSES,
    Order,
    OrderCharge,
    OrderEvent,
    OrderHold,
    OrderLine,
)

__all__ = [
    "CHANNELS",
    "HOLD_CODES",
    "STATUSES",
    "Order",
    "OrderCharge",
    "OrderEvent",
    "OrderHold",
    "OrderLine",
]
