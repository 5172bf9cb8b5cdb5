"""Available to promise: the first date from which supply covers a demand for good."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    Subquery,
    Text,
    any_,
    bindparam,
    delete,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.inventory.stock import ExpectedSupply, OpenDemand, Stock
from models.inventory.warehouse import Warehouse
from models.kernel import clock
from models.kernel.bulk import insert_rows
from models.kernel.database import columns_of
from models.kernel.money import ZERO

Flow = list[tuple[date, Decimal]]


class Outlook(NamedTuple):
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


NOTHING = Outlook(ZERO)


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
    ids = list(set(product_ids))
    row = columns_of(session, _flow(), {"products": ids, "warehouses": list(warehouse_ids)}).one()
    found = {
        product_id: Outlook(units)
        for product_id, units in zip(row.products or (), row.units or (), strict=True)
    }
    supplies, demands = _by_product(row.supplies), _by_product(row.demands)
    for product_id in supplies.keys() | demands.keys():
        found[product_id] = Outlook(
            found[product_id].available if product_id in found else ZERO,
            tuple(supplies.get(product_id, ())),
            tuple(demands.get(product_id, ())),
        )
    return found if len(found) == len(ids) else {id_: found.get(id_, NOTHING) for id_ in ids}


def _by_product(rows: Sequence[Sequence[Any]] | None) -> dict[int, Flow]:
    """Dated changes by product, in the order of their days."""
    flows: dict[int, Flow] = {}
    for product_id, day, units in rows or ():
        flows.setdefault(product_id, []).append((date.fromisoformat(day), Decimal(units)))
    return flows


@cache
def _flow() -> Any:
    """Stock as columns of one row, and the few supplies and demands by day. Prepared once."""
    free = func.greatest(Stock.on_hand - Stock.allocated - Stock.safety_stock, 0)
    stock = (
        select(Stock.product_id, func.sum(free).label("units"))
        .where(*_asked(Stock))
        .group_by(Stock.product_id)
        .subquery()
    )
    return select(
        func.array_agg(stock.c.product_id).label("products"),
        func.array_agg(stock.c.units).label("units"),
        _dated(ExpectedSupply, ExpectedSupply.expected_on).label("supplies"),
        _dated(OpenDemand, OpenDemand.ship_on).label("demands"),
    )


@cache
def outlook_table() -> Subquery:
    """The outlooks as a table to join, for statements about products: a row of arrays for each.

    Its columns are `product_id`, and `kinds`, `days` and `units` for `outlook_from`. Binds
    `products` and `warehouses`.
    """
    free = func.greatest(Stock.on_hand - Stock.allocated - Stock.safety_stock, 0)
    rows = union_all(
        _changes("stock", Stock, null().cast(Date), free),
        _changes("supply", ExpectedSupply, ExpectedSupply.expected_on, ExpectedSupply.quantity),
        _changes("demand", OpenDemand, OpenDemand.ship_on, OpenDemand.quantity),
    ).subquery()
    arrays = [
        func.array_agg(aggregate_order_by(column, rows.c.day, rows.c.kind)).label(name)
        for name, column in (("kinds", rows.c.kind), ("days", rows.c.day), ("units", rows.c.units))
    ]
    return select(rows.c.product_id, *arrays).group_by(rows.c.product_id).subquery("outlook")


def _changes(
    kind: str, model: type[Stock | ExpectedSupply | OpenDemand], day: Any, units: Any
) -> Select[Any]:
    """What there is of one kind by product and day. Stock may be none, the others are more."""
    total = func.sum(units)
    columns: list[Any] = [literal(kind, Text).label("kind"), model.product_id, day.label("day")]
    statement = select(*columns, total.label("units")).where(*_asked(model))
    if model is Stock:
        return statement.group_by(model.product_id)
    return statement.where(units > 0).group_by(model.product_id, day)


def outlook_from(row: Any) -> Outlook:
    """The outlook that a row with the columns of `outlook_table` tells."""
    if row.kinds is None:
        return NOTHING
    flow = list(zip(row.kinds, row.days, row.units, strict=True))
    return Outlook(
        next((units for kind, _, units in flow if kind == "stock"), ZERO),
        tuple((day, units) for kind, day, units in flow if kind == "supply"),
        tuple((day, units) for kind, day, units in flow if kind == "demand"),
    )


def _dated(
    model: type[ExpectedSupply] | type[OpenDemand], day: InstrumentedAttribute[date]
) -> ScalarSelect[Any]:
    """Product, day and units of each change to come, by day."""
    units = func.sum(model.quantity)
    changes = (
        select(
            func.jsonb_build_array(model.product_id, day, units.cast(Text)).label("change"),
            day.label("day"),
        )
        .where(*_asked(model), model.quantity > 0)
        .group_by(model.product_id, day)
        .subquery()
    )
    in_order = aggregate_order_by(changes.c.change, changes.c.day)
    return select(func.jsonb_agg(in_order)).select_from(changes).scalar_subquery()


def _asked(model: type[Stock | ExpectedSupply | OpenDemand]) -> list[ColumnElement[bool]]:
    ids = ARRAY(BigInteger)
    return [
        model.product_id == any_(bindparam("products", type_=ids)),
        model.warehouse_id == any_(bindparam("warehouses", type_=ids)),
    ]


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


@dataclass(frozen=True, slots=True)
class Supply:
    """What is on its way from one source; a quantity of zero says that nothing is."""

    source_kind: str
    source_id: int
    product_id: int
    warehouse_id: int
    quantity: Decimal
    expected_on: date


def expect(session: Session, supplies: Sequence[Supply]) -> None:
    """Says (or corrects) what is on its way, in one statement."""
    insert_rows(
        session,
        ExpectedSupply,
        [{name: getattr(item, name) for name in Supply.__slots__} for item in supplies],
        on_conflict=(
            "ON CONFLICT (source_kind, source_id) DO UPDATE "
            "SET quantity = excluded.quantity, expected_on = excluded.expected_on"
        ),
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
    """Writes what these lines still need, replacing what was said before.

    A line that waited before keeps its place in the queue.
    """
    if not demands:
        return
    ids = literal([item.order_line_id for item in demands], ARRAY(BigInteger))
    before = session.execute(
        delete(OpenDemand)
        .where(OpenDemand.order_line_id == any_(ids))
        .returning(OpenDemand.order_line_id, OpenDemand.since)
        .execution_options(synchronize_session=False)
    )
    since = {row.order_line_id: row.since for row in before}
    now = clock.now()
    rows = [
        {name: getattr(item, name) for name in Demand.__slots__}
        | {"since": since.get(item.order_line_id, now)}
        for item in demands
        if item.quantity > 0
    ]
    insert_rows(session, OpenDemand, rows)
