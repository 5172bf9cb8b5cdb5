"""The history of a wholesaler: past sales, brought in as finished documents."""

from models.history.booking import book_months
from models.history.books import (
    AccountPolicy,
    Books,
    books_of,
    earlier_shift,
    numbers_taken,
    numbers_there,
)
from models.history.breaks import Paid, ProposedTier, Support, find_tiers
from models.history.customers import counter, write_accounts
from models.history.documents import Gathered, Numbering, PastDocument, gather
from models.history.goods import write_goods
from models.history.kinds import NAMEABLE, Count, Kind, Rules
from models.history.past import PastLine, Rejection, fault_of_figures
from models.history.planning import Customer, Plan, make_plan, whole_weeks
from models.history.proposing_tiers import (
    PROPOSING_TIERS,
    accept_tiers,
    ask_for_tiers,
    latest_search,
    propose_tiers,
)
from models.history.tier_proposal import TierProposal, TierSearch
from models.history.tiers import count_proposals, proposals
from models.history.writing import Writer

__all__ = [
    "NAMEABLE",
    "PROPOSING_TIERS",
    "AccountPolicy",
    "Books",
    "Count",
    "Customer",
    "Gathered",
    "Kind",
    "Numbering",
    "Paid",
    "PastDocument",
    "PastLine",
    "Plan",
    "ProposedTier",
    "Rejection",
    "Rules",
    "Support",
    "TierProposal",
    "TierSearch",
    "Writer",
    "accept_tiers",
    "ask_for_tiers",
    "book_months",
    "books_of",
    "count_proposals",
    "counter",
    "earlier_shift",
    "fault_of_figures",
    "find_tiers",
    "gather",
    "latest_search",
    "make_plan",
    "numbers_taken",
    "numbers_there",
    "proposals",
    "propose_tiers",
    "whole_weeks",
    "write_accounts",
    "write_goods",
]
