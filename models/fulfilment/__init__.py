"""Fulfilment: picking, packing, labels and shipping."""

from models.fulfilment.picking import SHORT_REASONS, confirm_all, confirm_pick, take_pick_list
from models.fulfilment.queries import (
    carton_rows,
    pick_list_head,
    pick_list_lines,
    shipment_contents,
    shipment_head,
    waiting_pick_lists,
    waiting_shipments,
)
from models.fulfilment.releasing import release_to_picking
from models.fulfilment.shipment import (
    Carton,
    CartonLine,
    Label,
    PickLine,
    PickList,
    Shipment,
    ShipmentLine,
)
from models.fulfilment.shipping import BUYING_LABEL, CartonSpec, pack, ship_shipment, unpack
from models.fulfilment.sscc import check_digit, is_sscc, make_sscc
from models.fulfilment.stocktaking import Adjusted, adjust_stock
from models.fulfilment.tracking import shipments_of

__all__ = [
    "BUYING_LABEL",
    "SHORT_REASONS",
    "Adjusted",
    "Carton",
    "CartonLine",
    "CartonSpec",
    "Label",
    "PickLine",
    "PickList",
    "Shipment",
    "ShipmentLine",
    "adjust_stock",
    "carton_rows",
    "check_digit",
    "confirm_all",
    "confirm_pick",
    "is_sscc",
    "make_sscc",
    "pack",
    "pick_list_head",
    "pick_list_lines",
    "release_to_picking",
    "ship_shipment",
    "shipment_contents",
    "shipment_head",
    "shipments_of",
    "take_pick_list",
    "unpack",
    "waiting_pick_lists",
    "waiting_shipments",
]
