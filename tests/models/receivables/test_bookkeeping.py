"""The bookkeeper's file: every document once, adding up to the ledger, the same for ever."""

from __future__ import annotations

import csv
import io
from collections import Counter
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.kernel import clock
from models.kernel.errors import Denied, NotFound, Refused
from models.kernel.files import FileStore, StoredFile
from models.ledger import JournalEntry, JournalLine, LedgerAccount
from models.receivables import (
    BookkeepingExport,
    CreditRequest,
    Invoice,
    InvoiceLine,
    LineCredit,
    Payment,
    ask_refund,
    credit_invoice,
    export_by_id,
    export_for_bookkeeping,
    record_payment,
    return_payment,
)
from tests.models.fulfilment.conftest import Desk
from tests.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def paid(world: World, amount: str, **facts: str) -> Payment:
    return record_payment(
        world.session, world.acme, seller=world.seller, amount=Decimal(amount),
        means=facts.pop("means", "cheque"), received_on=clock.today("Europe/London"),
        by=world.nora, **facts,
    )  # fmt: skip


def read(world: World, files: FileStore, export: BookkeepingExport) -> list[dict[str, str]]:
    stored = world.session.get_one(StoredFile, export.document_file_id)
    with files.open(stored) as content:
        return list(csv.DictReader(io.StringIO(content.read().decode())))


def credited(world: World, invoice: Invoice) -> Invoice:
    line = world.session.scalars(
        select(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id)
    ).first()
    assert line is not None
    request = CreditRequest(
        lines=(LineCredit(line.id, Decimal(1), None),), submission_key="one", reason="Broken"
    )
    return credit_invoice(world.session, invoice.id, request, by=world.nora)


def test_every_document_goes_out_once_and_adds_up_to_the_ledger(
    world: World, desk: Desk, files: FileStore
) -> None:
    _order, invoice = desk.shipped({world.product("TR-1", price="3.33"): 7})
    note = credited(world, invoice)
    bounced, refunded = paid(world, "20.00"), paid(world, "30.00")
    return_payment(world.session, bounced.id, reason="Refer to drawer", by=world.nora)
    ask_refund(
        world.session, refunded.id, Decimal(12), reason="Too much", submission_key="x",
        by=world.nora,
    )  # fmt: skip
    export = export_for_bookkeeping(world.session, files, world.seller, by=world.nora)
    rows = read(world, files, export)
    assert export.document_count == 6
    assert Counter(row["type"] for row in rows) == {
        "invoice": 2, "credit_note": 1, "receipt": 2, "refund": 1, "returned_receipt": 1,
    }  # fmt: skip
    assert len({row["external_id"] for row in rows}) == len(rows)
    for document in (invoice, note):
        mine = [row for row in rows if row["document"] == document.number]
        assert sum(Decimal(row["gross"]) for row in mine) == document.total_amount
        assert sum(Decimal(row["tax"]) for row in mine) == document.tax_amount
    assert {row["ledger_account"] for row in rows if row["type"] == "invoice"} == {"4000", "4100"}
    assert next(row for row in rows if row["type"] == "credit_note")["corrects"] == invoice.number
    _adds_up(world, rows)


def _adds_up(world: World, rows: list[dict[str, str]]) -> None:
    """Per ledger account, what the file says is what the ledger has."""
    sign = {"invoice": -1, "credit_note": 1, "receipt": 1, "refund": -1, "returned_receipt": -1}
    said: Counter[str] = Counter()
    for row in rows:
        said[row["ledger_account"]] += sign[row["type"]] * Decimal(row["net"])  # type: ignore[assignment]
    booked = dict(
        world.session.execute(
            select(LedgerAccount.code, func.sum(JournalLine.amount))
            .join(JournalLine, JournalLine.ledger_account_id == LedgerAccount.id)
            .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
            .where(LedgerAccount.code.in_(list(said)))
            .group_by(LedgerAccount.code)
        ).all()
    )
    assert dict(said) == booked


def test_the_next_file_has_only_what_is_new_and_the_old_one_stays(
    world: World, desk: Desk, files: FileStore
) -> None:
    paid(world, "20.00")
    first = export_for_bookkeeping(world.session, files, world.seller, by=world.nora)
    with pytest.raises(Refused, match="nothing new"):
        export_for_bookkeeping(world.session, files, world.seller, by=None)
    world.session.expunge_all()
    later = paid(world, "35.00")
    second = export_for_bookkeeping(world.session, files, world.seller, by=None)
    assert [row["document"] for row in read(world, files, second)] == [later.number]
    again = export_by_id(world.session, first.id)
    assert [row["gross"] for row in read(world, files, again)] == ["20.00"]
    with pytest.raises(NotFound):
        export_by_id(world.session, 999_999)


def test_nothing_in_the_file_runs_as_a_formula(world: World, files: FileStore) -> None:
    paid(world, "20.00", reference="=HYPERLINK(1)")
    export = export_for_bookkeeping(world.session, files, world.seller, by=world.nora)
    assert read(world, files, export)[0]["reference"] == "'=HYPERLINK(1)"


def test_making_a_file_needs_its_permission(world: World, files: FileStore) -> None:
    with pytest.raises(Denied):
        export_for_bookkeeping(world.session, files, world.seller, by=world.olu)
