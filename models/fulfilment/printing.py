"""Printing the papers of many orders at once: what belongs in the PDF, and what is a copy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.accounts import User
from models.accounts.actor import Actor
from models.accounts.permissions import Permission
from models.fulfilment.print_run import PAPERS, PrintedPaper, PrintRun
from models.fulfilment.shipment import PickLine, PickList, Shipment
from models.inventory import Bin
from models.kernel import clock
from models.kernel.activity import record
from models.kernel.bulk import insert_rows
from models.kernel.errors import NotFound, Refused
from models.kernel.files import StoredFile
from models.kernel.outbox import defer
from models.orders import Order

PRINTING = "print.make"
ONE_AT_A_TIME = "print"
"""Runs are made one after the other: so the second one knows what the first has printed."""
Paper = tuple[str, int, int, int, str]
"""Kind, subject, revision, order and number."""


def ask_to_print(
    session: Session,
    order_ids: Iterable[int],
    kinds: Sequence[str],
    *,
    submission_key: str,
    by: Actor,
) -> PrintRun:
    """Collects these papers of these orders for one PDF, which a task makes after the commit.

    Pick lists come in walking order of their first bin. The same submission again is the same run.
    Refused where these orders have no such paper.
    """
    papers = _collected(session, sorted(set(order_ids)), kinds, by)
    own = {"asked_by_id": by.id, "submission_key": submission_key}
    made_id = session.scalar(
        insert(PrintRun).values(own).on_conflict_do_nothing().returning(PrintRun.id)
    )
    run = session.scalars(select(PrintRun).filter_by(**own)).one()
    if made_id is None:
        return run
    insert_rows(
        session,
        PrintedPaper,
        [
            {"run_id": run.id, "position": position, "kind": kind, "subject_id": subject_id,
             "revision": revision, "order_id": order_id, "number": number}
            for position, (kind, subject_id, revision, order_id, number) in enumerate(papers, 1)
        ],
    )  # fmt: skip
    record(session, "print_run.asked", by=by, subject=run, papers=[number for *_, number in papers])
    defer(session, PRINTING, queue="documents", lock=ONE_AT_A_TIME, run_id=run.id)
    return run


def _collected(
    session: Session, order_ids: list[int], kinds: Sequence[str], by: Actor
) -> list[Paper]:
    wanted = [kind for kind in PAPERS if kind in kinds]
    if not wanted:
        raise Refused("Choose what to print.", field="papers")
    if "pick_list" in wanted:
        by.require(Permission.PICK, "Only the warehouse prints pick lists.")
    papers: list[Paper] = []
    for kind in wanted:
        rows = session.execute(COLLECTING[kind](order_ids))
        papers += [(kind, *row[:4]) for row in rows]
    if not papers:
        raise Refused(NONE_OF_THEM[wanted[0]] if len(wanted) == 1 else NOTHING, field="papers")
    return papers


def _pick_lists(order_ids: list[int]) -> Select[*tuple[Any, ...]]:
    first = (
        select(Bin.walking_order, Bin.code)
        .join(PickLine, PickLine.bin_id == Bin.id)
        .where(PickLine.pick_list_id == PickList.id)
        .order_by(PickLine.position)
        .limit(1)
        .lateral("first")
    )
    return (
        select(PickList.id, literal(0), PickList.order_id, PickList.number)
        .join(first, true(), isouter=True)
        .where(PickList.order_id.in_(order_ids), PickList.state.in_(("released", "picking")))
        .order_by(PickList.warehouse_id, first.c.walking_order, first.c.code, PickList.id)
    )


def _delivery_notes(order_ids: list[int]) -> Select[*tuple[Any, ...]]:
    """What is packed or on its way and not printed yet; of an order without that its last one."""
    printed = select(PrintedPaper.subject_id).where(
        PrintedPaper.kind == "delivery_note", PrintedPaper.copy.is_not(None)
    )
    place = func.row_number().over(
        partition_by=Shipment.order_id,
        order_by=(Shipment.id.in_(printed), Shipment.id.desc()),
    )
    ranked = (
        select(Shipment.id, Shipment.order_id, Shipment.number, place.label("place"),
               Shipment.id.in_(printed).label("is_printed"))
        .where(Shipment.order_id.in_(order_ids), Shipment.state != "cancelled")
        .subquery()
    )  # fmt: skip
    return (
        select(ranked.c.id, literal(0), ranked.c.order_id, ranked.c.number)
        .where((ranked.c.place == 1) | ~ranked.c.is_printed)
        .order_by(ranked.c.id)
    )


def _acknowledgements(order_ids: list[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(Order.id, Order.revision, Order.id, Order.number)
        .where(Order.id.in_(order_ids), Order.status != "cancelled")
        .order_by(Order.id)
    )


COLLECTING = {
    "pick_list": _pick_lists,
    "delivery_note": _delivery_notes,
    "acknowledgement": _acknowledgements,
}
NOTHING = "There is nothing of that to print for these orders."
NONE_OF_THEM = {
    "pick_list": "None of these orders has an open pick list. Release them first.",
    "delivery_note": "None of these orders has goods picked for a delivery yet.",
    "acknowledgement": "These orders are cancelled: there is nothing to acknowledge.",
}


def print_run(session: Session, run_id: int, by: Actor) -> PrintRun:
    """A run that this person may see: their own, or with every account. NotFound otherwise."""
    run = session.get(PrintRun, run_id)
    if run is None or not (run.asked_by_id == by.id or by.can(Permission.SEE_ALL_ACCOUNTS)):
        raise NotFound("There is no such print.")
    return run


def print_runs(session: Session, by: Actor, *, most: int = 50) -> Sequence[Any]:
    """The latest runs with who asked, how many papers they hold, and how many are copies."""
    statement = (
        select(
            PrintRun, User.name,
            func.count().label("papers"),
            func.count().filter(PrintedPaper.copy > 0).label("copies"),
            func.array_agg(func.distinct(PrintedPaper.kind)).label("kinds"),
        )
        .join(User, User.id == PrintRun.asked_by_id)
        .join(PrintedPaper, PrintedPaper.run_id == PrintRun.id)
        .group_by(PrintRun.id, User.name)
        .order_by(PrintRun.id.desc())
        .limit(most)
    )  # fmt: skip
    if not by.can(Permission.SEE_ALL_ACCOUNTS):
        statement = statement.where(PrintRun.asked_by_id == by.id)
    return session.execute(statement).all()


def papers_of(session: Session, run: PrintRun) -> Sequence[PrintedPaper]:
    """What a run holds, as it lies in the PDF."""
    return session.scalars(
        select(PrintedPaper).where(PrintedPaper.run_id == run.id).order_by(PrintedPaper.position)
    ).all()


def number_copies(session: Session, papers: Sequence[PrintedPaper]) -> None:
    """Says of each paper whether this is its original or how often it was printed before.

    Called by the task that makes the PDF, of which one runs at a time.
    """
    by_kind: dict[str, list[PrintedPaper]] = defaultdict(list)
    for paper in papers:
        by_kind[paper.kind].append(paper)
    _take_up_revisions(session, by_kind["acknowledgement"])
    before: dict[tuple[str, int, int], int] = {}
    for kind, rows in by_kind.items():
        before |= times_printed(session, kind, [each.subject_id for each in rows])
    for paper in papers:
        paper.copy = before.get((paper.kind, paper.subject_id, paper.revision), 0)
    session.flush()


def _take_up_revisions(session: Session, papers: Sequence[PrintedPaper]) -> None:
    """An order that was changed since it was ticked is acknowledged as it stands now."""
    ids = [each.subject_id for each in papers]
    rows = session.execute(select(Order.id, Order.revision).where(Order.id.in_(ids)))
    revisions: dict[int, int] = {row.id: row.revision for row in rows}
    for paper in papers:
        paper.revision = revisions[paper.subject_id]


def mark_printed(
    session: Session, run: PrintRun, papers: Sequence[PrintedPaper], stored: StoredFile
) -> None:
    """From now on these papers count as printed, in this file."""
    run.made_at, run.document_file_id = clock.now(), stored.id
    listed = [each.subject_id for each in papers if each.kind == "pick_list"]
    for pick_list in session.scalars(select(PickList).where(PickList.id.in_(listed))):
        pick_list.printed_at = pick_list.printed_at or run.made_at


def times_printed(
    session: Session, kind: str, subject_ids: Sequence[int]
) -> dict[tuple[str, int, int], int]:
    """How often each of these papers was printed, by kind, subject and revision."""
    rows = session.execute(
        select(PrintedPaper.subject_id, PrintedPaper.revision, func.count())
        .where(
            PrintedPaper.kind == kind,
            PrintedPaper.subject_id.in_(subject_ids),
            PrintedPaper.copy.is_not(None),
        )
        .group_by(PrintedPaper.subject_id, PrintedPaper.revision)
    )
    return {(kind, subject_id, revision): count for subject_id, revision, count in rows}


def is_printed(session: Session, kind: str, subject_id: int, revision: int = 0) -> bool:
    """Whether the original was printed: whatever is printed after it says that it is a copy."""
    return (kind, subject_id, revision) in times_printed(session, kind, [subject_id])


def last_printed(
    session: Session, kind: str, order_ids: Sequence[int]
) -> dict[int, tuple[datetime, str]]:
    """When, and by whom, a kind of paper was last printed for each of these orders."""
    rows = session.execute(
        select(PrintedPaper.order_id, PrintRun.made_at, User.name)
        .join(PrintRun, PrintRun.id == PrintedPaper.run_id)
        .join(User, User.id == PrintRun.asked_by_id)
        .where(
            PrintedPaper.kind == kind,
            PrintedPaper.order_id.in_(order_ids),
            PrintRun.made_at.is_not(None),
        )
        .order_by(PrintRun.id)
    )
    return {order_id: (made_at, name) for order_id, made_at, name in rows if made_at}
