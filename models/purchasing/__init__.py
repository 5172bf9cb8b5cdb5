"""Purchasing: vendors, purchase orders and what came in."""

from models.purchasing.purchase_order import (
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    ReceiptLine,
    Vendor,
    VendorProduct,
)

__all__ = [
    "PurchaseOrder",
    "PurchaseOrderLine",
    "Receipt",
    "ReceiptLine",
    "Vendor",
    "VendorProduct",
]
