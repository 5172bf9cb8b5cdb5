"""Serial Shipping Container Codes: 18 digits that name one parcel for ever (GS1 General
Specifications, section 2.2.1; check digit 7.9)."""

from __future__ import annotations

from models.kernel.errors import Refused


def check_digit(digits: str) -> str:
    """The GS1 check digit of the 17 digits before it: weights 3 and 1, from the right."""
    total = sum(
        int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(digits))
    )
    return str(-total % 10)


def make_sscc(company_prefix: str, serial: int, *, extension: int = 0) -> str:
    """The SSCC of a serial number under a GS1 company prefix of 7 to 10 digits.

    Refused when the prefix is not digits of that length, or the serial number does not fit.
    """
    if not company_prefix.isdigit() or not 7 <= len(company_prefix) <= 10:
        raise Refused("The GS1 company prefix has 7 to 10 digits. Correct it in settings.")
    room = 16 - len(company_prefix)
    if serial >= 10**room:
        raise Refused("The SSCC serial numbers of this company prefix are used up.")
    digits = f"{extension}{company_prefix}{serial:0{room}d}"
    return digits + check_digit(digits)


def is_sscc(code: str) -> bool:
    """Whether a code is 18 digits with the right check digit."""
    return len(code) == 18 and code.isdigit() and check_digit(code[:-1]) == code[-1]
