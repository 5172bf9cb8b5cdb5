"""The seller that everything belongs to, a number series, and somebody who acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.kernel.numbering import NumberSeries
from models.kernel.seller import Seller


@dataclass(frozen=True)
class Person:
    """Somebody with an id, where a whole user would add nothing."""

    id: int = 7


def make_seller(session: Session, **changes: Any) -> Seller:
    facts = {
        "legal_name": "Northgate Supply Ltd",
        "trading_name": "Northgate",
        "address_line_1": "1 Dock Road",
        "city": "Hull",
        "postcode": "HU1 2AB",
        "country": "GB",
        "email": "office@northgate.example",
        "base_currency": "GBP",
        "time_zone": "Europe/London",
    }
    seller = Seller(**{**facts, **changes})
    session.add(seller)
    session.flush()
    return seller


def make_series(session: Session, seller: Seller, kind: str, **look: Any) -> NumberSeries:
    series = NumberSeries(seller_id=seller.id, kind=kind, **look)
    session.add(series)
    session.flush()
    return series
