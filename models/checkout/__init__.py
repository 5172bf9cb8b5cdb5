"""Checkout: from the order pad to the placed order."""

from models.checkout.cart import Cart, CartLine, UndecidedRow
from models.checkout.carting import (
    LineChange,
    current_cart,
    empty_cart,
    line_of,
    override_price,
    recount,
    set_quantity,
)
from models.checkout.filling import add_to_cart
from models.checkout.order_rows import Split, Submission, write_demand, write_head, write_lines
from models.checkout.placing import (
    CREDIT_HOLD_DAYS,
    PAYMENT_HOLD_MINUTES,
    TRANSFER_HOLD_DAYS,
    place_order,
)
from models.checkout.proposing import (
    CHARGE_TAX_CATEGORY,
    MINIMUM_ORDER,
    SMALL_ORDER_CHARGE,
    Place,
    Proposal,
    ProposedCharge,
    ProposedLine,
    carriage_unknown,
    cart_lines,
    may_backorder,
    place_for,
    pricing_context,
    problem_of,
    propose,
)

__all__ = [
    "CHARGE_TAX_CATEGORY",
    "CREDIT_HOLD_DAYS",
    "MINIMUM_ORDER",
    "PAYMENT_HOLD_MINUTES",
    "SMALL_ORDER_CHARGE",
    "TRANSFER_HOLD_DAYS",
    "Cart",
    "CartLine",
    "LineChange",
    "Place",
    "Proposal",
    "ProposedCharge",
    "ProposedLine",
    "Split",
    "Submission",
    "UndecidedRow",
    "add_to_cart",
    "carriage_unknown",
    "cart_lines",
    "current_cart",
    "empty_cart",
    "line_of",
    "may_backorder",
    "override_price",
    "place_for",
    "place_order",
    "pricing_context",
    "problem_of",
    "propose",
    "recount",
    "set_quantity",
    "write_demand",
    "write_head",
    "write_lines",
]
