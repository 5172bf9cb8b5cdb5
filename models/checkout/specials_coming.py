"""Specials as they are promised: from their vendor, on the day that the vendor has named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.inventory import Outlook
from models.kernel.money import ZERO
from models.purchasing import Special, Vendor, day_of


def with_specials(
    session: Session, outlook: dict[int, Outlook], units: Mapping[int, Decimal], today: date
) -> dict[int, Outlook]:
    """The outlook with each special as it would be bought today: {product id: units}.

    What is here of one, or on its way, is another matter: it stands on the line already.
    """
    if not units:
        return outlook
    rows = session.execute(
        select(Special, Vendor)
        .join(Vendor, Vendor.id == Special.vendor_id)
        .where(Special.product_id.in_(units))
    )
    coming = {
        special.product_id: Outlook(
            ZERO, ((day_of(special, vendor, today), units[special.product_id]),)
        )
        for special, vendor in rows
    }
    return {**outlook, **coming}
