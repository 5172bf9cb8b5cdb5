"""Purchasing: vendors, purchase orders and what came in."""

from models.purchasing.buying_specials import day_of, follow_order, tie_specials, vendor_of
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
    specials_of,
    ties_of,
    vendor_options,
)
from models.purchasing.receiving import receive_goods
from models.purchasing.revising import revise_purchase_order
from models.purchasing.special import Special
from models.purchasing.vendors import (
    Supply,
    VendorFacts,
    add_vendor,
    change_vendor,
    end_supply,
    find_vendor,
    put_supply,
    supplies_from,
    vendor_rows,
)

__all__ = [
    "DUE_STATES",
    "PurchaseFilter",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "Receipt",
    "ReceiptLine",
    "Special",
    "Supply",
    "Vendor",
    "VendorFacts",
    "VendorProduct",
    "Wanted",
    "add_vendor",
    "change_date",
    "change_vendor",
    "count_purchases",
    "day_of",
    "end_supply",
    "expect_rest",
    "find_vendor",
    "follow_order",
    "needed_from",
    "purchase_head",
    "purchase_lines",
    "purchase_rows",
    "put_supply",
    "raise_purchase_order",
    "receipt_rows",
    "receive_goods",
    "revise_purchase_order",
    "send_purchase_order",
    "specials_of",
    "supplies_from",
    "tie_specials",
    "ties_of",
    "vendor_of",
    "vendor_options",
    "vendor_rows",
]
