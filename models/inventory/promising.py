"""Available to promise: the first date from which supply covers a demand for good."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, func, literal, null, select, union_all
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.inventory.stock import ExpectedSupply, OpenDemand, Stock
from models.inventory.warehouse import Warehouse
from models.kernel import clock
from models.kernel.bulk import insert_rows
from models.kernel.money import ZERO

Flow = list[tuple[date, Decimal]]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can be had of a product: units available now, and dated changes to come."""

    available: Decimal
    supplies: tuple[tuple[date, Decimal], ...] = ()
    demands: tuple[tuple[date, Decimal], ...] = ()

    def first_date(self, quantity: Decimal, *, today: date) -> date | None:
        """The first date from which the balance covers `quantity` on all later dates.

        None when what is on order never covers it. Demand that is due counts as of today.
        """
        flow: dict[date, Decimal] = defaultdict(Decimal)
        for day, units in self.supplies:
            flow[max(day, today)] += units
        for day, units in self.demands:
            flow[max(day, today)] -= units
        flow[today] += self.available
        return _covered_from(sorted(flow.items()), quantity)

    @property
    def next_supply(self) -> tuple[date, Decimal] | None:
        """The next delivery on its way, with its units."""
        return self.supplies[0] if self.supplies else None


def _covered_from(flow: Flow, quantity: Decimal) -> date | None:
    balance = ZERO
    since: date | None = None
    for day, units in flow:
        balance += units
        if balance < quantity:
            since = None
        elif since is None:
            since = day
    return since


def outlooks(
    session: Session, product_ids: Iterable[int], warehouse_ids: Sequence[int]
) -> dict[int, Outlook]:
    """The outlook of each product summed over the warehouses, in one statement.

    Purchase orders count from their date on; open demand (backorders and orders beyond the
    allocation horizon) counts against them on its ship date.
    """
    ids = set(product_ids)
    available: dict[int, Decimal] = {}
    supplies: dict[int, Flow] = defaultdict(list)
    demands: dict[int, Flow] = defaultdict(list)
    for kind, product_id, day, units in session.execute(_flows(ids, warehouse_ids)):
        if kind == "stock":
            available[product_id] = units
        else:
            (supplies if kind == "supply" else demands)[product_id].append((day, units))
    return {
        product_id: Outlook(
            available.get(product_id, ZERO),
            tuple(supplies.get(product_id, ())),
            tuple(demands.get(product_id, ())),
        )
        for product_id in ids
    }


def _flows(ids: set[int], warehouse_ids: Sequence[int]) -> Any:
    """What is free now, what comes and what is still to go out, each by product and day."""
    free = func.greatest(Stock.on_hand - Stock.allocated - Stock.safety_stock, 0)
    return union_all(
        select(
            literal("stock").label("kind"),
            Stock.product_id.label("product_id"),
            null().cast(Date).label("day"),
            func.sum(free).label("units"),
        )
        .where(Stock.product_id.in_(ids), Stock.warehouse_id.in_(warehouse_ids))
        .group_by(Stock.product_id),
        _dated("supply", ExpectedSupply, ExpectedSupply.expected_on, ids, warehouse_ids),
        _dated("demand", OpenDemand, OpenDemand.ship_on, ids, warehouse_ids),
    ).order_by("kind", "product_id", "day")


def _dated(
    kind: str,
    model: type[ExpectedSupply] | type[OpenDemand],
    day: InstrumentedAttribute[date],
    ids: set[int],
    warehouse_ids: Sequence[int],
) -> Any:
    return (
        select(literal(kind), model.product_id, day, func.sum(model.quantity))
        .where(
            model.product_id.in_(ids),
            model.warehouse_id.in_(warehouse_ids),
            model.quantity > 0,
        )
        .group_by(model.product_id, day)
    )


def serving(session: Session, seller_id: int, home_id: int | None) -> list[int]:
    """The warehouses that serve a place: its home first, then the seller's others in order."""
    ids = list(
        session.scalars(
            select(Warehouse.id)
            .where(Warehouse.seller_id == seller_id)
            .order_by(Warehouse.position, Warehouse.id)
        )
    )
    if home_id in ids:
        ids.remove(home_id)
        ids.insert(0, home_id)
    return ids


def expect(
    session: Session,
    *,
    source_kind: str,
    source_id: int,
    product_id: int,
    warehouse_id: int,
    quantity: Decimal,
    on: date,
) -> None:
    """Says (or corrects) what is on its way; a quantity of zero says that nothing is."""
    values = {
        "source_kind": source_kind,
        "source_id": source_id,
        "product_id": product_id,
        "warehouse_id": warehouse_id,
        "quantity": quantity,
        "expected_on": on,
    }
    statement = upsert(ExpectedSupply).values(values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[ExpectedSupply.source_kind, ExpectedSupply.source_id],
            set_={"quantity": quantity, "expected_on": on},
        )
    )


@dataclass(frozen=True, slots=True)
class Demand:
    """Units that a line still needs without stock behind them; zero where it needs none."""

    order_line_id: int
    product_id: int
    warehouse_id: int
    quantity: Decimal
    ship_on: date
    is_backorder: bool = False
    account_priority: int = 0
    first_promised_on: date | None = None


def state_demand(session: Session, demands: Sequence[Demand]) -> None:
    """Writes what these lines still need, replacing what was said before."""
    if not demands:
        return
    session.query(OpenDemand).where(
        OpenDemand.order_line_id.in_([item.order_line_id for item in demands])
    ).delete(synchronize_session=False)
    rows = [
        {name: getattr(item, name) for name in Demand.__slots__} | {"since": clock.now()}
        for item in demands
        if item.quantity > 0
    ]
    insert_rows(session, OpenDemand, rows)
