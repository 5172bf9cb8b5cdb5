"""Goods in hand: received, picked into staging, put back, shipped, adjusted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Select, any_, bindparam, select
from sqlalchemy.orm import Session

from models.inventory.allocating import Taken, release_overpromised
from models.inventory.moving import (
    IDS,
    Cause,
    Change,
    put_in_bins,
    record,
    staging_bins,
    stocks_of,
)
from models.inventory.stock import Allocation, BinStock, Stock
from models.inventory.warehouse import Bin
from models.kernel import clock
from models.kernel.database import lock
from models.kernel.errors import Refused
from models.kernel.money import ZERO


@dataclass(frozen=True, slots=True)
class Pick:
    """Units of an order line taken from a bin."""

    order_line_id: int
    stock_id: int
    bin_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Incoming:
    """Units of a product that came in, and what one base unit of them cost."""

    product_id: int
    quantity: Decimal
    unit_cost: Decimal
    bin_id: int | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """Units of an order line that came back; `kept` of them go on the shelf again."""

    product_id: int
    order_line_id: int
    quantity: Decimal
    kept: Decimal
    unit_cost: Decimal


def receive(
    session: Session, incoming: Sequence[Incoming], *, warehouse_id: int, cause: Cause
) -> None:
    """Adds units to stock: in the named bin, else the product's home bin, else any bin.

    The number of statements does not grow with the products.
    """
    stocks = {
        row.product_id: row
        for row in stocks_of(session, {item.product_id for item in incoming}, warehouse_id)
    }
    anywhere = None
    bins: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    changes: list[Change] = []
    for item in incoming:
        stock = stocks[item.product_id]
        target = item.bin_id or stock.home_bin_id
        if target is None:
            target = anywhere = anywhere or _any_bin(session, warehouse_id)
        stock.home_bin_id = stock.home_bin_id or target
        bins[stock.id, target] += item.quantity
        changes.append(
            Change(stock.id, "received", on_hand=item.quantity, unit_cost=item.unit_cost)
        )
    record(session, {row.id: row for row in stocks.values()}, changes, cause)
    put_in_bins(session, bins)


def take_back(
    session: Session, returned: Sequence[Returned], *, warehouse_id: int, cause: Cause
) -> None:
    """Takes returned units in, and writes out at once what is not kept, each with its movement.

    Kept units lie in the product's home bin, else in any bin.
    """
    stocks = {
        row.product_id: row
        for row in stocks_of(session, {item.product_id for item in returned}, warehouse_id)
    }
    bins: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    changes: list[Change] = []
    for item in returned:
        stock = stocks[item.product_id]
        if item.kept:
            target = stock.home_bin_id or _any_bin(session, warehouse_id)
            stock.home_bin_id = target
            bins[stock.id, target] += item.kept
        changes.append(_back(stock.id, "returned", item, item.quantity))
        if item.quantity > item.kept:
            changes.append(_back(stock.id, "adjusted", item, item.kept - item.quantity))
    record(session, {row.id: row for row in stocks.values()}, changes, cause)
    put_in_bins(session, bins)


def _back(stock_id: int, kind: str, item: Returned, on_hand: Decimal) -> Change:
    return Change(
        stock_id,
        kind,
        on_hand=on_hand,
        order_line_id=item.order_line_id,
        unit_cost=item.unit_cost,
    )


def adjust(
    session: Session,
    *,
    product_id: int,
    warehouse_id: int,
    bin_id: int | None,
    delta: Decimal,
    cause: Cause,
    kind: str = "adjusted",
) -> tuple[Stock, list[Taken]]:
    """Changes what a bin holds by `delta` units, for a reason, and says which promises fell.

    A fall below what is allocated is accepted: allocations with the latest promise lose.
    Refused without a reason, for a delta of zero, and for taking more than the bin holds.
    """
    if not cause.reason.strip():
        raise Refused("Say why the stock changes, for example “damaged”.", field="reason")
    if not delta:
        raise Refused("The stock already is what you entered.", field="quantity")
    stock = stocks_of(session, [product_id], warehouse_id)[0]
    target = bin_id or stock.home_bin_id or _any_bin(session, warehouse_id)
    put_in_bins(session, {(stock.id, target): delta})
    excess = stock.allocated - (stock.on_hand + delta)
    lost = release_overpromised(session, stock, excess=excess, cause=cause)
    record(session, {stock.id: stock}, [Change(stock.id, kind, on_hand=delta)], cause)
    return stock, lost


def pick(session: Session, picks: Sequence[Pick], *, cause: Cause) -> None:
    """Moves allocated units from their bins to staging.

    Refused when a line has fewer unpicked allocated units, or the bin holds fewer.
    """
    stocks = {row.id: row for row in lock(session, Stock, [item.stock_id for item in picks])}
    allocations = _allocations(session, picks)
    staging = staging_bins(session, {row.warehouse_id for row in stocks.values()})
    moves: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for item in picks:
        allocation = allocations.get((item.order_line_id, item.stock_id))
        if allocation is None or allocation.quantity - allocation.picked < item.quantity:
            raise Refused("These units are not promised to this order any more.")
        allocation.picked += item.quantity
        moves[item.stock_id, item.bin_id] -= item.quantity
        moves[item.stock_id, staging[stocks[item.stock_id].warehouse_id]] += item.quantity
    put_in_bins(session, moves)
    changes = [Change(item.stock_id, "picked", order_line_id=item.order_line_id) for item in picks]
    record(session, stocks, changes, cause)


def ship(session: Session, quantities: dict[tuple[int, int], Decimal], *, cause: Cause) -> None:
    """Takes picked units out of staging: {(order line id, stock id): units} leave the building.

    Refused when fewer than that are picked.
    """
    stocks = {row.id: row for row in lock(session, Stock, [key[1] for key in quantities])}
    keys = [Pick(line, stock, 0, units) for (line, stock), units in quantities.items()]
    allocations = _allocations(session, keys)
    staging = staging_bins(session, {row.warehouse_id for row in stocks.values()})
    out: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    changes: list[Change] = []
    for (line_id, stock_id), units in quantities.items():
        allocation = allocations.get((line_id, stock_id))
        if allocation is None or allocation.picked < units:
            raise Refused("Some of these units are not picked. Pick them first.")
        allocation.picked -= units
        allocation.quantity -= units
        if allocation.quantity == ZERO:
            allocation.closed_at = clock.now()
        out[stock_id, staging[stocks[stock_id].warehouse_id]] -= units
        changes.append(
            Change(stock_id, "shipped", on_hand=-units, allocated=-units, order_line_id=line_id)
        )
    put_in_bins(session, out)
    record(session, stocks, changes, cause)


def bins_of(session: Session, stock_ids: Sequence[int]) -> dict[int, list[tuple[Bin, Decimal]]]:
    """For each stock row its bins outside staging with something in them, in walking order."""
    rows = session.execute(_filled_bins(), {"stocks": list(stock_ids)})
    found: dict[int, list[tuple[Bin, Decimal]]] = defaultdict(list)
    for row in rows:
        found[row.stock_id].append((row.Bin, row.quantity))
    return found


@cache
def _filled_bins() -> Select[int, Bin, Decimal]:
    return (
        select(BinStock.stock_id, Bin, BinStock.quantity)
        .join(Bin, Bin.id == BinStock.bin_id)
        .where(
            BinStock.stock_id == any_(bindparam("stocks", type_=IDS)),
            BinStock.quantity > 0,
            Bin.kind != "staging",
        )
        .order_by(Bin.walking_order, Bin.code)
    )


def _allocations(session: Session, picks: Sequence[Pick]) -> dict[tuple[int, int], Allocation]:
    rows = session.scalars(_open_of(), {"lines": list({item.order_line_id for item in picks})})
    return {(row.order_line_id, row.stock_id): row for row in rows}


@cache
def _open_of() -> Select[Any]:
    """Built once: the open allocations of order lines, read afresh."""
    return (
        select(Allocation)
        .where(
            Allocation.order_line_id == any_(bindparam("lines", type_=IDS)),
            Allocation.closed_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )


def _any_bin(session: Session, warehouse_id: int) -> int:
    bin_id = session.scalar(
        select(Bin.id)
        .where(Bin.warehouse_id == warehouse_id, Bin.kind.in_(("pick", "receiving", "bulk")))
        .order_by(Bin.kind != "pick", Bin.walking_order, Bin.id)
        .limit(1)
    )
    if bin_id is None:
        raise Refused("The warehouse has no bin to put goods in. Add one first.")
    return bin_id
