"""Fulfilment: picking, packing, labels and shipping."""

from models.fulfilment.shipment import (
    Carton,
    CartonLine,
    Label,
    PickLine,
    PickList,
    Shipment,
    ShipmentLine,
)

__all__ = ["Carton", "CartonLine", "Label", "PickLine", "PickList", "Shipment", "ShipmentLine"]
