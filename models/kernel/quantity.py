"""Quantities: base units of a product with up to three decimals, read from what people type."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from models.kernel.errors import Refused

MOST = Decimal("9999999")


def parse_quantity(text: str, *, decimals: int = 0, field: str = "quantity") -> Decimal:
    """The quantity a person typed, 0 to 9,999,999, with at most `decimals` decimals.

    Thousands separators (comma, blank, apostrophe) are allowed. An empty text is 0.
    Refused, naming `field`, for anything else: letters, a negative number, too many decimals.
    """
    cleaned = text.strip().replace(",", "").replace(" ", "").replace("'", "").replace("\u00a0", "")
    if not cleaned:
        return Decimal(0)
    try:
        value = Decimal(cleaned)
    except InvalidOperation:
        raise Refused(
            f"“{text.strip()[:40]}” is not a quantity. Type a number such as 24.", field=field
        ) from None
    if not value.is_finite() or value < 0 or value > MOST:
        raise Refused("Type a quantity between 0 and 9,999,999.", field=field)
    if value != value.quantize(Decimal(1).scaleb(-decimals)):
        raise Refused(
            "This product is sold in whole units."
            if decimals == 0
            else f"This product is sold with at most {decimals} decimals.",
            field=field,
        )
    return value


def plain(quantity: Decimal) -> str:
    """A quantity without trailing zeros: `24`, `2.5`."""
    text = format(quantity.normalize(), "f")
    return text if text != "-0" else "0"
