"""Tax numbers: whether their check digits can be right. Whether one is registered, only an
authority knows."""

from __future__ import annotations

from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as gb_vat
from stdnum.us import ein

from models.kernel.errors import Refused


def checked_tax_number(number: str, country: str) -> str:
    """The number without blanks. Refused where its check digits show a slip of the pen."""
    number = number.strip()
    if not number:
        return ""
    try:
        if country == "GB":
            digits = str(gb_vat.validate(number))
            return digits if digits.startswith("GB") else f"GB{digits}"
        if country == "US":
            return str(ein.validate(number))
        if country.lower() in eu_vat.MEMBER_STATES or country == "GR":
            return str(eu_vat.validate(number))
    except ValidationError:
        raise Refused(
            f"“{number}” cannot be a tax number of {country}: check its digits.",
            field="tax_number",
        ) from None
    return " ".join(number.split())
