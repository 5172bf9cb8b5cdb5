"""The wholesaler itself: founded, set up part by part, and what is still missing."""

from models.company.founding import (
    IS_SET_UP,
    currency_of,
    found_company,
    found_empty,
    open_warehouse,
    time_zone_of,
)

__all__ = [
    "IS_SET_UP",
    "currency_of",
    "found_company",
    "found_empty",
    "open_warehouse",
    "time_zone_of",
]
