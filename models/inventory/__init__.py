"""Stock: what is in the building, what is promised, what is on its way."""

from models.inventory.allocating import Taken, Want, allocate, give, keep, plan, release
from models.inventory.calendar import (
    Calendar,
    calendars,
    calendars_column,
    calendars_from,
    calendars_of,
)
from models.inventory.handling import Incoming, Pick, adjust, bins_of, pick, receive, ship
from models.inventory.moving import Cause, lock_stock, set_home_bin, staging_bins, stocks_of
from models.inventory.promising import (
    Demand,
    Outlook,
    Supply,
    expect,
    outlooks,
    serving,
    state_demand,
)
from models.inventory.stock import (
    MOVEMENTS,
    Allocation,
    BinStock,
    ExpectedSupply,
    OpenDemand,
    Stock,
    StockMovement,
)
from models.inventory.warehouse import Bin, ClosedDay, Warehouse

__all__ = [
    "MOVEMENTS",
    "Allocation",
    "Bin",
    "BinStock",
    "Calendar",
    "Cause",
    "ClosedDay",
    "Demand",
    "ExpectedSupply",
    "Incoming",
    "OpenDemand",
    "Outlook",
    "Pick",
    "Stock",
    "StockMovement",
    "Supply",
    "Taken",
    "Want",
    "Warehouse",
    "adjust",
    "allocate",
    "bins_of",
    "calendars",
    "calendars_column",
    "calendars_from",
    "calendars_of",
    "expect",
    "give",
    "keep",
    "lock_stock",
    "outlooks",
    "pick",
    "plan",
    "receive",
    "release",
    "serving",
    "set_home_bin",
    "ship",
    "staging_bins",
    "state_demand",
    "stocks_of",
]
