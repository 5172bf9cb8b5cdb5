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
from models.history.customers import counter, write_accounts
from models.history.documents import Gathered, Numbering, PastDocument, gather
from models.history.goods import write_goods
from models.history.kinds import NAMEABLE, Count, Kind, Rules
from models.history.past import PastLine, Rejection, fault_of_figures
from models.history.planning import Customer, Plan, make_plan, whole_weeks
from models.history.writing import Writer

__all__ = [
    "NAMEABLE",
    "AccountPolicy",
    "Books",
    "Count",
    "Customer",
    "Gathered",
    "Kind",
    "Numbering",
    "PastDocument",
    "PastLine",
    "Plan",
    "Rejection",
    "Rules",
    "Writer",
    "book_months",
    "books_of",
    "counter",
    "earlier_shift",
    "fault_of_figures",
    "gather",
    "make_plan",
    "numbers_taken",
    "numbers_there",
    "whole_weeks",
    "write_accounts",
    "write_goods",
]
