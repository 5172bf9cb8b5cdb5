"""Checkout: from the order pad to the placed order."""

from models.checkout.cart import Cart, CartLine, UndecidedRow

__all__ = ["Cart", "CartLine", "UndecidedRow"]
