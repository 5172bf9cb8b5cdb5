"""Purchasing: vendors, purchase orders and what came in."""

from models.purchasing.ordering import (
    Wanted,
    change_date,
    expect_rest,
    raise_purchase_order,
    send_purchase_order,
)
from models.purchasing.purchase_order import (
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    ReceiptLine,
    Vendor,
    VendorProduct,
)
from models.purchasing.queries import (
    DUE_STATES,
    PurchaseFilter,
    count_purchases,
    needed_from,
    purchase_head,
    purchase_lines,
    purchase_rows,
    receipt_rows,
    vendor_options,
)
from models.purchasing.receiving import receive_goods
from models.purchasing.revising import revise_purchase_order

__all__ = [
    "DUE_STATES",
    "PurchaseFilter",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "Receipt",
    "ReceiptLine",
    "Vendor",
    "VendorProduct",
    "Wanted",
    "change_date",
    "count_purchases",
    "expect_rest",
    "needed_from",
    "purchase_head",
    "purchase_lines",
    "purchase_rows",
    "raise_purchase_order",
    "receipt_rows",
    "receive_goods",
    "revise_purchase_order",
    "send_purchase_order",
    "vendor_options",
]
