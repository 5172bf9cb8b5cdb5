"""Stock: what is in the building, what is promised, what is on its way."""

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
    "ClosedDay",
    "ExpectedSupply",
    "OpenDemand",
    "Stock",
    "StockMovement",
    "Warehouse",
]
