"""Checkout: from the order pad to the placed order."""

from models.checkout.browsing import (
    PAGE_ROWS,
    SORTS,
    Aisle,
    Shelf,
    Wish,
    aisles,
    brands_on,
    browse,
)
from models.checkout.cart import Cart, CartLine, UndecidedRow
from models.checkout.carting import (
    LineChange,
    current_cart,
    empty_cart,
    line_of,
    line_on_pad,
    override_price,
    recount,
    set_quantity,
)
from models.checkout.deciding import decide, undecided_rows
from models.checkout.filling import add_to_cart
from models.checkout.nearest import nearest_products
from models.checkout.order_rows import Split, Submission, write_demand, write_head, write_lines
from models.checkout.pad_lines import PadRow, cart_lines
from models.checkout.pads import Choices, choose, payer, rename, ship_tos
from models.checkout.placing import (
    CREDIT_HOLD_DAYS,
    PAYMENT_HOLD_MINUTES,
    TRANSFER_HOLD_DAYS,
    place_order,
)
from models.checkout.product_facts import ProductPage, product_page
from models.checkout.proposing import (
    Proposal,
    ProposedLine,
    may_backorder,
    place_for,
    pricing_context,
    problem_of,
    propose,
    proposed_line,
)
from models.checkout.quick_order import Outcome, add_rows
from models.checkout.reordering import Repeat, repeat_order, repeats
from models.checkout.row_reading import TypedRow, read_cells, read_text
from models.checkout.shelf import NUDGE_WITHIN, ShelfRow, shelf_rows, visible_product
from models.checkout.shopper import Shopper, shopper_for, visitor
from models.checkout.summing import (
    CHARGE_TAX_CATEGORY,
    MINIMUM_ORDER,
    SMALL_ORDER_CHARGE,
    Place,
    ProposedCharge,
    Sums,
    carriage_unknown,
    stored_sums,
    sums_of,
)

__all__ = [
    "CHARGE_TAX_CATEGORY",
    "CREDIT_HOLD_DAYS",
    "MINIMUM_ORDER",
    "NUDGE_WITHIN",
    "PAGE_ROWS",
    "PAYMENT_HOLD_MINUTES",
    "SMALL_ORDER_CHARGE",
    "SORTS",
    "TRANSFER_HOLD_DAYS",
    "Aisle",
    "Cart",
    "CartLine",
    "Choices",
    "LineChange",
    "Outcome",
    "PadRow",
    "Place",
    "ProductPage",
    "Proposal",
    "ProposedCharge",
    "ProposedLine",
    "Repeat",
    "Shelf",
    "ShelfRow",
    "Shopper",
    "Split",
    "Submission",
    "Sums",
    "TypedRow",
    "UndecidedRow",
    "Wish",
    "add_rows",
    "add_to_cart",
    "aisles",
    "brands_on",
    "browse",
    "carriage_unknown",
    "cart_lines",
    "choose",
    "current_cart",
    "decide",
    "empty_cart",
    "line_of",
    "line_on_pad",
    "may_backorder",
    "nearest_products",
    "override_price",
    "payer",
    "place_for",
    "place_order",
    "pricing_context",
    "problem_of",
    "product_page",
    "propose",
    "proposed_line",
    "read_cells",
    "read_text",
    "recount",
    "rename",
    "repeat_order",
    "repeats",
    "set_quantity",
    "shelf_rows",
    "ship_tos",
    "shopper_for",
    "stored_sums",
    "sums_of",
    "undecided_rows",
    "visible_product",
    "visitor",
    "write_demand",
    "write_head",
    "write_lines",
]
