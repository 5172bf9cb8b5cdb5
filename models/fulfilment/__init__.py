"""Fulfilment: picking, packing, labels and shipping."""

from models.fulfilment.crediting_returns import credit_return, propose_return_credit
from models.fulfilment.goods_return import (
    RETURN_REASONS,
    RETURN_STATES,
    GoodsReturn,
    ReturnLine,
    ReturnReceipt,
    ReturnReceiptLine,
)
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
from models.fulfilment.recalling import begun_with, listed_units, recall_pick_lists
from models.fulfilment.releasing import release_to_picking
from models.fulfilment.return_queries import (
    QUEUES,
    in_queue,
    return_by_number,
    return_facts,
    return_lines,
    return_list,
    return_receipts,
    returnable,
    returns_of_order,
)
from models.fulfilment.returning import (
    approve_return,
    close_return,
    refuse_return,
    request_return,
)
from models.fulfilment.shipment import (
    Carton,
    CartonLine,
    Label,
    PickLine,
    PickList,
    Shipment,
    ShipmentLine,
)
from models.fulfilment.shipping import (
    BUYING_LABEL,
    CartonSpec,
    how_heavy,
    pack,
    ship_shipment,
    unpack,
)
from models.fulfilment.sscc import check_digit, is_sscc, make_sscc
from models.fulfilment.stocktaking import Adjusted, adjust_stock
from models.fulfilment.taking_back import Came, receive_return
from models.fulfilment.tracking import shipments_of

__all__ = [
    "BUYING_LABEL",
    "QUEUES",
    "RETURN_REASONS",
    "RETURN_STATES",
    "SHORT_REASONS",
    "Adjusted",
    "Came",
    "Carton",
    "CartonLine",
    "CartonSpec",
    "GoodsReturn",
    "Label",
    "PickLine",
    "PickList",
    "ReturnLine",
    "ReturnReceipt",
    "ReturnReceiptLine",
    "Shipment",
    "ShipmentLine",
    "adjust_stock",
    "approve_return",
    "begun_with",
    "carton_rows",
    "check_digit",
    "close_return",
    "confirm_all",
    "confirm_pick",
    "credit_return",
    "how_heavy",
    "in_queue",
    "is_sscc",
    "listed_units",
    "make_sscc",
    "pack",
    "pick_list_head",
    "pick_list_lines",
    "propose_return_credit",
    "recall_pick_lists",
    "receive_return",
    "refuse_return",
    "release_to_picking",
    "request_return",
    "return_by_number",
    "return_facts",
    "return_lines",
    "return_list",
    "return_receipts",
    "returnable",
    "returns_of_order",
    "ship_shipment",
    "shipment_contents",
    "shipment_head",
    "shipments_of",
    "take_pick_list",
    "unpack",
    "waiting_pick_lists",
    "waiting_shipments",
]
