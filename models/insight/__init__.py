"""Insight: how the business and its customers are doing. Reads only."""

from models.insight.account_health import (
    AccountLine,
    Months,
    Payer,
    account_in_care,
    contacts_and_notes,
    open_orders,
    payment_habit,
    rank_of,
    rep_accounts,
    twelve_months,
)
from models.insight.invariants import INVARIANTS, check_invariants

__all__ = [
    "INVARIANTS",
    "AccountLine",
    "Months",
    "Payer",
    "account_in_care",
    "check_invariants",
    "contacts_and_notes",
    "open_orders",
    "payment_habit",
    "rank_of",
    "rep_accounts",
    "twelve_months",
]
