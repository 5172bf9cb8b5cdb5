"""The wholesaler itself: founded, set up part by part, and what is still missing."""

from models.company.checklist import NEEDED, Part, checklist, finish_set_up
from models.company.facts import PARTS, change_company, is_in_use
from models.company.founding import (
    IS_SET_UP,
    currency_of,
    found_company,
    found_empty,
    open_warehouse,
    time_zone_of,
)
from models.company.history import changes_of
from models.company.logo import KIND as LOGO
from models.company.logo import change_logo, remove_logo
from models.company.mailing import change_mail, send_test_mail
from models.company.places import (
    WarehouseFacts,
    add_warehouse,
    bank_holidays,
    change_warehouse,
    set_closed_days,
)
from models.company.practising import make_practice
from models.company.series import SeriesState, change_series, series_of
from models.company.terms import (
    TERMS_BASES,
    TERMS_KINDS,
    TermsFacts,
    ZoneFacts,
    add_terms,
    add_zone,
    change_terms,
    change_zone,
    set_tax_rates,
)

__all__ = [
    "IS_SET_UP",
    "LOGO",
    "NEEDED",
    "PARTS",
    "TERMS_BASES",
    "TERMS_KINDS",
    "Part",
    "SeriesState",
    "TermsFacts",
    "WarehouseFacts",
    "ZoneFacts",
    "add_terms",
    "add_warehouse",
    "add_zone",
    "bank_holidays",
    "change_company",
    "change_logo",
    "change_mail",
    "change_series",
    "change_terms",
    "change_warehouse",
    "change_zone",
    "changes_of",
    "checklist",
    "currency_of",
    "finish_set_up",
    "found_company",
    "found_empty",
    "is_in_use",
    "make_practice",
    "open_warehouse",
    "remove_logo",
    "send_test_mail",
    "series_of",
    "set_closed_days",
    "set_tax_rates",
    "time_zone_of",
]
