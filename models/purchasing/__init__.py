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
from models.purchasing.receiving import receive_goods

__all__ = [
    "PurchaseOrder",
    "PurchaseOrderLine",
    "Receipt",
    "ReceiptLine",
    "Vendor",
    "VendorProduct",
    "Wanted",
    "change_date",
    "expect_rest",
    "raise_purchase_order",
    "receive_goods",
    "send_purchase_order",
]
