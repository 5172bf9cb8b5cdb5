"""Orders: what was asked for, why it waits, and everything that happened to it."""

from models.orders.amendment import OrderAmendment, OrderRequest
from models.orders.backordering import (
    HORIZON,
    fill_backorders,
    lose_stock,
    repromise,
    restate_demand,
)
from models.orders.changing import close_order, end_holds, take_off, wait_for_their_day
from models.orders.history import (
    OrderFilter,
    OrderPage,
    count_open,
    events_of,
    is_buyers,
    list_orders,
    order_page,
    order_page_of,
    recent_orders,
)
from models.orders.holding import place_hold, release_hold
from models.orders.keeping import (
    end_keeping,
    give_back_stock,
    lift_hold,
    orders_coming_due,
    orders_kept_too_long,
    pass_on,
    settle_short,
    take_stock_again,
    take_what_is_due,
    within_horizon,
)
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
from models.orders.requesting import (
    answer_by_doing,
    answer_request,
    ask_desk,
    open_request,
)
from models.orders.rhythm import Habit, habits
from models.orders.status import (
    Progress,
    hold_codes,
    progress_of,
    refresh,
    status_of,
    told_status,
)
from models.orders.timeline import tell

__all__ = [
    "CHANNELS",
    "HOLD_CODES",
    "HORIZON",
    "STATUSES",
    "Habit",
    "Order",
    "OrderAmendment",
    "OrderCharge",
    "OrderEvent",
    "OrderFilter",
    "OrderHold",
    "OrderLine",
    "OrderPage",
    "OrderRequest",
    "Progress",
    "add_note",
    "answer_by_doing",
    "answer_request",
    "ask_desk",
    "close_order",
    "count_open",
    "end_holds",
    "end_keeping",
    "events_of",
    "fill_backorders",
    "give_back_stock",
    "habits",
    "hold_codes",
    "is_buyers",
    "lift_hold",
    "list_orders",
    "lose_stock",
    "open_request",
    "order_page",
    "order_page_of",
    "orders_coming_due",
    "orders_kept_too_long",
    "pass_on",
    "place_hold",
    "progress_of",
    "recent_orders",
    "refresh",
    "release_hold",
    "repromise",
    "restate_demand",
    "settle_short",
    "status_of",
    "take_off",
    "take_stock_again",
    "take_what_is_due",
    "tell",
    "told_status",
    "wait_for_their_day",
    "within_horizon",
]
