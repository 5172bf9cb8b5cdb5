"""Promising units to order lines. Two buyers never get the same unit.

All stock rows that an operation may touch are locked in id order before anything is checked.
The number of statements does not grow with the number of lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.inventory.moving import Cause, Change, lock_stock, record
from models.inventory.stock import Allocation, Stock
from models.kernel import clock
from models.kernel.bulk import insert_rows
from models.kernel.database import lock
from models.kernel.money import ZERO


@dataclass(frozen=True, slots=True)
class Want:
    """Units that an order line asks for, and the ship date it is promised."""

    order_line_id: int
    product_id: int
    quantity: Decimal
    promised_on: date | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Units of a stock row that a line has got, or has lost."""

    order_line_id: int
    stock_id: int
    warehouse_id: int
    quantity: Decimal


def allocate(
    session: Session, wants: Sequence[Want], *, warehouses: Sequence[int], cause: Cause
) -> list[Taken]:
    """Promises what is available to the lines, in their order, and says what each one got.

    `warehouses` are those that serve, the home one first. A line is served whole by the first of
    them that can; if none can, it takes what there is, warehouse by warehouse. What a line did
    not get is the caller's to backorder or refuse. Safety stock is never promised.
    """
    wants = [want for want in wants if want.quantity > 0]
    if not wants:
        return []
    rows = lock_stock(session, [want.product_id for want in wants], warehouses)
    return give(session, wants, rows, warehouses=warehouses, cause=cause)


def give(
    session: Session,
    wants: Sequence[Want],
    rows: Sequence[Stock],
    *,
    warehouses: Sequence[int],
    cause: Cause,
) -> list[Taken]:
    """As `allocate`, from stock rows that the caller has locked already."""
    taken = plan(wants, rows, warehouses=warehouses)
    promises = {want.order_line_id: want.promised_on for want in wants}
    keep(session, taken, rows, promises=promises, cause=cause)
    return taken


def plan(wants: Sequence[Want], rows: Sequence[Stock], *, warehouses: Sequence[int]) -> list[Taken]:
    """What each want would get of these locked rows, in turn; nothing is changed.

    `order_line_id` may be any number that tells the wants apart.
    """
    left = {row.id: row.available for row in rows}
    by_product: dict[int, list[Stock]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: warehouses.index(row.warehouse_id)):
        by_product[row.product_id].append(row)
    taken: list[Taken] = []
    for want in wants:
        taken += _serve(want, by_product[want.product_id], left)
    return taken


def keep(
    session: Session,
    taken: Sequence[Taken],
    rows: Sequence[Stock],
    *,
    promises: dict[int, date | None],
    cause: Cause,
) -> None:
    """Writes down what was planned: allocations, levels and movements, in three statements."""
    insert_rows(
        session,
        Allocation,
        [
            {
                "stock_id": item.stock_id,
                "order_line_id": item.order_line_id,
                "quantity": item.quantity,
                "promised_on": promises.get(item.order_line_id),
                "created_at": clock.now(),
            }
            for item in taken
        ],
        on_conflict=(
            "ON CONFLICT (order_line_id, stock_id) WHERE closed_at IS NULL "
            "DO UPDATE SET quantity = allocation.quantity + excluded.quantity"
        ),
    )
    record(
        session,
        {row.id: row for row in rows},
        [
            Change(
                item.stock_id,
                "allocated",
                allocated=item.quantity,
                order_line_id=item.order_line_id,
            )
            for item in taken
        ],
        cause,
    )


def release(
    session: Session,
    quantities: dict[int, Decimal],
    *,
    cause: Cause,
    kept: Mapping[tuple[int, int], Decimal] = MappingProxyType({}),
    stock_id: int | None = None,
) -> list[Taken]:
    """Takes back up to so many units per order line that are not picked yet, latest first; with
    `stock_id` from that stock row alone.

    Returns what was taken back. Picked units stay: they are in staging and leave by shipping, or
    go back to a bin first. So do the units in `kept`, by order line and stock row.
    """
    wanted = {line_id: units for line_id, units in quantities.items() if units > 0}
    if not wanted:
        return []
    stocks = _lock_for_lines(session, list(wanted))
    freed: list[Taken] = []
    for allocation in _open_allocations(session, list(wanted)):
        stays = kept.get((allocation.order_line_id, allocation.stock_id), ZERO)
        free = allocation.quantity - allocation.picked - stays
        units = min(wanted[allocation.order_line_id], free)
        if units > 0 and stock_id in (None, allocation.stock_id):
            wanted[allocation.order_line_id] -= units
            freed.append(_reduce(allocation, units, stocks))
    _record_released(session, stocks, freed, cause)
    return freed


def release_overpromised(
    session: Session, stock: Stock, *, excess: Decimal, cause: Cause
) -> list[Taken]:
    """Frees `excess` unpicked units of a locked stock row, those with the latest promise first.

    Called before the level falls below what is allocated, so that no CHECK sees a false state;
    the lines that lost are the caller's to tell.
    """
    if excess <= 0:
        return []
    losers = session.scalars(
        select(Allocation)
        .where(Allocation.stock_id == stock.id, Allocation.closed_at.is_(None))
        .order_by(Allocation.promised_on.desc().nulls_first(), Allocation.id.desc())
        .execution_options(populate_existing=True)
    ).all()
    freed: list[Taken] = []
    for allocation in losers:
        units = min(excess, allocation.quantity - allocation.picked)
        if units > 0:
            excess -= units
            freed.append(_reduce(allocation, units, {stock.id: stock}))
    _record_released(session, {stock.id: stock}, freed, cause)
    return freed


def _serve(want: Want, rows: list[Stock], left: dict[int, Decimal]) -> list[Taken]:
    whole = next((row for row in rows if left[row.id] >= want.quantity), None)
    missing = want.quantity
    taken: list[Taken] = []
    for row in [whole] if whole else rows:
        units = min(missing, left[row.id])
        if units > 0:
            left[row.id] -= units
            missing -= units
            taken.append(Taken(want.order_line_id, row.id, row.warehouse_id, units))
    return taken


def _lock_for_lines(session: Session, line_ids: list[int]) -> dict[int, Stock]:
    ids = session.scalars(
        select(Allocation.stock_id).where(
            Allocation.order_line_id.in_(line_ids), Allocation.closed_at.is_(None)
        )
    ).all()
    return {row.id: row for row in lock(session, Stock, ids)}


def _open_allocations(session: Session, line_ids: list[int]) -> Sequence[Allocation]:
    return session.scalars(
        select(Allocation)
        .where(Allocation.order_line_id.in_(line_ids), Allocation.closed_at.is_(None))
        .order_by(Allocation.id.desc())
        .execution_options(populate_existing=True)
    ).all()


def _reduce(allocation: Allocation, units: Decimal, stocks: dict[int, Stock]) -> Taken:
    allocation.quantity -= units
    if allocation.quantity == ZERO:
        allocation.closed_at = clock.now()
    warehouse_id = stocks[allocation.stock_id].warehouse_id
    return Taken(allocation.order_line_id, allocation.stock_id, warehouse_id, units)


def _record_released(
    session: Session, stocks: dict[int, Stock], freed: list[Taken], cause: Cause
) -> None:
    record(
        session,
        stocks,
        [
            Change(item.stock_id, "released", allocated=-item.quantity,
                   order_line_id=item.order_line_id)
            for item in freed
        ],
        cause,
    )  # fmt: skip
