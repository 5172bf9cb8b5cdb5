"""Changing stock: locked rows in, levels and movements out. Used by this context only.

Every change of a level writes its movement in the same statement batch, so that the sums agree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, literal, select, tuple_, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.inventory.stock import BinStock, Stock, StockMovement
from models.inventory.warehouse import Bin
from models.kernel import clock
from models.kernel.bulk import insert_rows, update_rows
from models.kernel.errors import Refused
from models.kernel.money import ZERO


@dataclass(frozen=True, slots=True)
class Cause:
    """Why stock moves: the document, the person, and a reason where there is one."""

    document_kind: str
    document_id: int | None
    by: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one stock row, in base units."""

    stock_id: int
    kind: str
    on_hand: Decimal = ZERO
    allocated: Decimal = ZERO
    order_line_id: int | None = None
    unit_cost: Decimal | None = None


def lock_stock(
    session: Session, product_ids: Iterable[int], warehouse_ids: Iterable[int]
) -> Sequence[Stock]:
    """The stock rows of these products in these warehouses, locked in id order, read afresh."""
    return session.scalars(
        select(Stock)
        .where(
            Stock.product_id == _one_of(product_ids), Stock.warehouse_id == _one_of(warehouse_ids)
        )
        .order_by(Stock.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _one_of(ids: Iterable[int]) -> Any:
    """As an array: the text of the statement stays the same, however many there are."""
    return any_(literal(list(set(ids)), ARRAY(BigInteger)))


def record(session: Session, stocks: dict[int, Stock], changes: list[Change], cause: Cause) -> None:
    """Applies the changes to the locked rows and writes one movement for each.

    The database refuses a level below zero or an allocation above what is on hand.
    """
    if not changes:
        return
    _change_levels(session, stocks, changes)
    at = clock.now()
    insert_rows(
        session,
        StockMovement,
        [
            {
                "stock_id": change.stock_id,
                "kind": change.kind,
                "on_hand_delta": change.on_hand,
                "allocated_delta": change.allocated,
                "unit_cost": change.unit_cost,
                "document_kind": cause.document_kind,
                "document_id": cause.document_id,
                "order_line_id": change.order_line_id,
                "reason": cause.reason,
                "actor_id": cause.by,
                "at": at,
            }
            for change in changes
        ],
    )


def _change_levels(session: Session, stocks: dict[int, Stock], changes: list[Change]) -> None:
    """One statement; the loaded rows, which are locked, follow without being read again."""
    session.flush()
    sums: dict[int, list[Decimal]] = {}
    for change in changes:
        both = sums.setdefault(change.stock_id, [ZERO, ZERO])
        both[0] += change.on_hand
        both[1] += change.allocated
    update_rows(
        session,
        Stock,
        [
            {"id": stock_id, "on_hand": on_hand, "allocated": allocated}
            for stock_id, (on_hand, allocated) in sorted(sums.items())
            if on_hand or allocated
        ],
        add=True,
    )
    for stock_id, (on_hand, allocated) in sums.items():
        stock = stocks[stock_id]
        set_committed_value(stock, "on_hand", stock.on_hand + on_hand)
        set_committed_value(stock, "allocated", stock.allocated + allocated)


def put_in_bins(session: Session, deltas: dict[tuple[int, int], Decimal]) -> None:
    """Adds to (or takes from) bins: {(stock id, bin id): units}. The stock rows are locked.

    Refused when a bin holds less than is taken from it.
    """
    wanted = {key: delta for key, delta in deltas.items() if delta}
    if not wanted:
        return
    rows = {
        (row.stock_id, row.bin_id): row
        for row in session.execute(
            select(BinStock.id, BinStock.stock_id, BinStock.bin_id, BinStock.quantity).where(
                tuple_(BinStock.stock_id, BinStock.bin_id).in_(list(wanted)),
                BinStock.lot.is_(None),
                BinStock.serial.is_(None),
            )
        )
    }
    missing = [key for key in wanted if key not in rows]
    _make_bins(session, missing, wanted)
    if any(row.quantity + wanted[key] < 0 for key, row in rows.items()):
        raise Refused("The bin holds less than that. Count the bin, then try again.")
    update_rows(
        session,
        BinStock,
        [{"id": row.id, "quantity": wanted[key]} for key, row in sorted(rows.items())],
        add=True,
    )


def _make_bins(
    session: Session, keys: list[tuple[int, int]], deltas: dict[tuple[int, int], Decimal]
) -> None:
    if not keys:
        return
    if any(deltas[key] < 0 for key in keys):
        raise Refused("The bin holds none of this product. Count the bin, then try again.")
    stocks = {
        row.id: row
        for row in session.execute(
            select(Stock.id, Stock.product_id, Stock.warehouse_id).where(
                Stock.id.in_({stock_id for stock_id, _ in keys})
            )
        )
    }
    insert_rows(
        session,
        BinStock,
        [
            {
                "stock_id": stock_id,
                "product_id": stocks[stock_id].product_id,
                "warehouse_id": stocks[stock_id].warehouse_id,
                "bin_id": bin_id,
                "quantity": deltas[stock_id, bin_id],
            }
            for stock_id, bin_id in keys
        ],
    )


def staging_bins(session: Session, warehouse_ids: Iterable[int]) -> dict[int, int]:
    """The staging bin of each warehouse. Refused where a warehouse has none."""
    wanted = set(warehouse_ids)
    found = {
        row.warehouse_id: row.id
        for row in session.execute(
            select(Bin.warehouse_id, Bin.id)
            .where(Bin.warehouse_id.in_(wanted), Bin.kind == "staging")
            .order_by(Bin.id.desc())
        )
    }
    if wanted - found.keys():
        raise Refused("The warehouse has no staging bin. Add one before picking.")
    return found


def stocks_of(session: Session, product_ids: Collection[int], warehouse_id: int) -> Sequence[Stock]:
    """The stock rows of products in a warehouse, made where there are none, locked in id order."""
    insert_rows(
        session,
        Stock,
        [{"product_id": key, "warehouse_id": warehouse_id} for key in sorted(product_ids)],
        on_conflict="ON CONFLICT (product_id, warehouse_id) DO NOTHING",
    )
    return lock_stock(session, product_ids, [warehouse_id])


def set_home_bin(session: Session, stock_id: int, bin_id: int) -> None:
    """Where a product lies in a warehouse, if it lies anywhere in particular."""
    session.execute(update(Stock).where(Stock.id == stock_id).values(home_bin_id=bin_id))
