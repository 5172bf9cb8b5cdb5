"""A company of its own for every import, and what the database holds after it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobs.importing.mapping import DEFAULT, read_mapping
from jobs.importing.running import Prepared, prepare, write
from models.accounts import Account
from models.catalog import Product
from models.inventory import StockMovement
from models.kernel.activity import Activity
from models.ledger import JournalEntry, JournalLine
from models.orders import Order, OrderLine
from models.receivables import Application, Invoice, InvoiceCharge, InvoiceLine, Payment
from tests.jobs.importing.messy import write_csv
from tests.world import World

TABLES = (
    Account, Product, Order, OrderLine, Invoice, InvoiceLine, InvoiceCharge, Payment, Application,
    JournalEntry, JournalLine, StockMovement, Activity,
)  # fmt: skip

Run = Callable[..., Prepared]


@pytest.fixture
def past(tmp_path: Path) -> Path:
    """The messy file."""
    return write_csv(tmp_path)


@pytest.fixture
def run(session: Session, world: World) -> Run:
    """Imports a file into the world's company, or only plans it."""

    def import_file(path: Path, *, mapping: Path = DEFAULT, dry: bool = False, **how: Any) -> Any:
        prepared = prepare(
            session, path, read_mapping(mapping), to_today=how.get("to_today", False), say=str
        )
        if not dry:
            write(session, prepared, say=str)
        return prepared

    return import_file


@pytest.fixture
def count_rows(session: Session) -> Callable[[], dict[str, int | None]]:
    """How many rows there are, table by table."""
    return lambda: {
        table.__tablename__: session.scalar(select(func.count()).select_from(table))
        for table in TABLES
    }
