"""What the program itself wrote into records (a charge, a unit, the built-in terms), in words.

Such a text is kept in English, so that a record says the same whoever reads it; on a paper it is
said in the account's language. What somebody typed is said as it was typed.
"""

from __future__ import annotations

from models.checkout import WAIVED
from web.i18n import gettext as _
from web.i18n import lazy

COINED = {
    str(words): words
    for words in (
        lazy("Carriage"),
        lazy("Carriage as agreed"),
        lazy("Small-order charge"),
        lazy("Split-pack charge"),
        lazy("Restocking fee"),
        lazy("Own fleet"),
        lazy("Not in stock"),
        lazy("30 days net"),
        lazy("14 days net"),
        lazy("30 days from end of month"),
        lazy("Payment before dispatch"),
        lazy("Card with order"),
        lazy("Exempt from VAT"),
        lazy("Exempt from VAT by the customer's certificate"),
        lazy("Reverse charge: the customer accounts for the VAT"),
        lazy("Export: outside the scope of domestic VAT"),
    )
}
UNITS = {
    "each": lazy("each"),
    "metre": lazy("m"),
    "square metre": lazy("m²"),
    "kilogram": lazy("kg"),
    "gram": lazy("g"),
    "litre": lazy("l"),
    "pair": lazy("pair"),
    "set": lazy("set"),
    "box": lazy("box"),
    "pack": lazy("pack"),
    "roll": lazy("roll"),
    "sheet": lazy("sheet"),
    "hour": lazy("hour"),
}
"""How a unit is written beside a quantity; one that is not here is written as it was entered."""
_ZONE = "Carriage, "


def coined(text: str) -> str:
    """The text in the reader's language where the program wrote it, else as it is."""
    if text.endswith(WAIVED):
        return _("%(charge)s, waived", charge=coined(text.removesuffix(WAIVED)))
    if text.startswith(_ZONE):
        return _("Carriage, %(zone)s", zone=text.removeprefix(_ZONE))
    return str(COINED.get(text, text))


def unit_words(unit: str) -> str:
    """A unit as it stands beside a quantity: `m` for metre."""
    return str(UNITS.get(unit.casefold(), unit))
