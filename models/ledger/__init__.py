"""The ledger: double entry, append-only, balanced by the database."""

from models.ledger.chart import ACCOUNTS, Chart, open_books
from models.ledger.journal import JournalEntry, JournalLine, LedgerAccount, Period
from models.ledger.posting import Document, Posting, post

__all__ = [
    "ACCOUNTS",
    "Chart",
    "Document",
    "JournalEntry",
    "JournalLine",
    "LedgerAccount",
    "Period",
    "Posting",
    "open_books",
    "post",
]
