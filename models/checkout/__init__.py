"""Checkout: from the order pad to the placed order."""

from models.checkout.amending import PASSING_ON, amend_order
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
from models.checkout.cancelling import cancel_order
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
from models.checkout.change import (
    Addition,
    Amendment,
    Change,
    HeadWish,
    LinePlan,
    LineWish,
    PriceOffer,
    Wishes,
)
from models.checkout.change_adding import addition_of, folded
from models.checkout.change_money import Foresight, foresee
from models.checkout.change_window import BUYERS_CHANGE, ChangeWindow, change_window
from models.checkout.credit_holding import CREDIT_HOLD_DAYS
from models.checkout.deciding import decide, undecided_rows
from models.checkout.filling import add_to_cart
from models.checkout.nearest import nearest_products
from models.checkout.order_rows import Split, Submission, write_demand, write_head, write_lines
from models.checkout.pad_lines import PadRow, cart_lines
from models.checkout.pads import (
    Beside,
    Choices,
    Question,
    ShipTo,
    beside_lines,
    choose,
    payer,
    rename,
    ship_tos,
)
from models.checkout.placing import (
    PAYMENT_HOLD_MINUTES,
    TRANSFER_HOLD_DAYS,
    place_order,
)
from models.checkout.product_facts import ProductPage, product_page
from models.checkout.proposing import (
    Proposal,
    ProposedLine,
    earliest_ship_date,
    may_backorder,
    place_for,
    pricing_context,
    problem_of,
    propose,
    proposed_line,
)
from models.checkout.proposing_change import propose_change
from models.checkout.quick_order import Outcome, add_rows
from models.checkout.reordering import Repeat, repeat_order, repeats
from models.checkout.row_reading import TypedRow, read_cells, read_text
from models.checkout.setting_aside import begin_copy, pads_aside, take_up
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
    "BUYERS_CHANGE",
    "CHARGE_TAX_CATEGORY",
    "CREDIT_HOLD_DAYS",
    "MINIMUM_ORDER",
    "NUDGE_WITHIN",
    "PAGE_ROWS",
    "PASSING_ON",
    "PAYMENT_HOLD_MINUTES",
    "SMALL_ORDER_CHARGE",
    "SORTS",
    "TRANSFER_HOLD_DAYS",
    "Addition",
    "Aisle",
    "Amendment",
    "Beside",
    "Cart",
    "CartLine",
    "Change",
    "ChangeWindow",
    "Choices",
    "Foresight",
    "HeadWish",
    "LineChange",
    "LinePlan",
    "LineWish",
    "Outcome",
    "PadRow",
    "Place",
    "PriceOffer",
    "ProductPage",
    "Proposal",
    "ProposedCharge",
    "ProposedLine",
    "Question",
    "Repeat",
    "Shelf",
    "ShelfRow",
    "ShipTo",
    "Shopper",
    "Split",
    "Submission",
    "Sums",
    "TypedRow",
    "UndecidedRow",
    "Wish",
    "Wishes",
    "add_rows",
    "add_to_cart",
    "addition_of",
    "aisles",
    "amend_order",
    "begin_copy",
    "beside_lines",
    "brands_on",
    "browse",
    "cancel_order",
    "carriage_unknown",
    "cart_lines",
    "change_window",
    "choose",
    "current_cart",
    "decide",
    "earliest_ship_date",
    "empty_cart",
    "folded",
    "foresee",
    "line_of",
    "line_on_pad",
    "may_backorder",
    "nearest_products",
    "override_price",
    "pads_aside",
    "payer",
    "place_for",
    "place_order",
    "pricing_context",
    "problem_of",
    "product_page",
    "propose",
    "propose_change",
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
    "take_up",
    "undecided_rows",
    "visible_product",
    "visitor",
    "write_demand",
    "write_head",
    "write_lines",
]
