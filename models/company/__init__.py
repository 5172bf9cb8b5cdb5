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
from models.company.mail_kinds import (
    MAIL_KINDS,
    SECRET_KINDS,
    MailKind,
    check_text,
    fill,
    placeholders_in,
)
from models.company.mail_texts import (
    MailText,
    change_mail_text,
    latest_text,
    latest_texts,
    mail_kind,
    reset_mail_text,
    versions_of,
)
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
    "MAIL_KINDS",
    "NEEDED",
    "PARTS",
    "SECRET_KINDS",
    "TERMS_BASES",
    "TERMS_KINDS",
    "MailKind",
    "MailText",
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
    "change_mail_text",
    "change_series",
    "change_terms",
    "change_warehouse",
    "change_zone",
    "changes_of",
    "check_text",
    "checklist",
    "currency_of",
    "fill",
    "finish_set_up",
    "found_company",
    "found_empty",
    "is_in_use",
    "latest_text",
    "latest_texts",
    "mail_kind",
    "make_practice",
    "open_warehouse",
    "placeholders_in",
    "remove_logo",
    "reset_mail_text",
    "send_test_mail",
    "series_of",
    "set_closed_days",
    "set_tax_rates",
    "time_zone_of",
    "versions_of",
]
