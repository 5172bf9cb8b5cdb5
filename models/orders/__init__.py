"""Orders: what was asked for, why it waits, and everything that happened to it."""

from models.orders.backordering import (
    HORIZON,
    fill_backorders,
    lose_stock,
    repromise,
    restate_demand,
)
from models.orders.holding import place_hold, release_hold
from models.orders.noting import add_note
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
from models.orders.status import Progress, progress_of, refresh, status_of
from models.orders.timeline import tell

__all__ = [
    "CHANNELS",
    "HOLD_CODES",
    "HORIZON",
    "STATUSES",
    "Order",
    "OrderCharge",
    "OrderEvent",
    "OrderHold",
    "OrderLine",
    "Progress",
    "add_note",
    "fill_backorders",
    "lose_stock",
    "place_hold",
    "progress_of",
    "refresh",
    "release_hold",
    "repromise",
    "restate_demand",
    "status_of",
    "tell",
]
