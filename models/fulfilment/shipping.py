"""Packing in cartons and shipping: goods out, cost of goods posted, the invoice made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Permission
from models.fulfilment.shipment import Carton, CartonLine, Label, PickList, Shipment, ShipmentLine
from models.fulfilment.sscc import make_sscc
from models.inventory import Cause, ship
from models.kernel import activity, clock
from models.kernel.bulk import insert_rows
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.failpoint import fail_at
from models.kernel.money import ZERO, round_amount
from models.kernel.numbering import next_number
from models.kernel.outbox import announce, defer
from models.kernel.seller import Seller, today_of
from models.kernel.settings import define, get
from models.ledger import Chart, Document, Posting, post
from models.orders import Order, OrderLine, tell
from models.receivables import Invoice, Shipped, issue_invoice

GS1_PREFIX = define("gs1.company_prefix", "5060012", "GS1 company prefix, for parcels' SSCC")
BUYING_LABEL = "labels.buy"
HEAVY_KG = define("parcels.heavy_kg", Decimal(15), "Kilograms above which a parcel is marked heavy")
TWO_PEOPLE_KG = define(
    "parcels.two_people_kg", Decimal(25), "Kilograms above which a parcel is marked for two people"
)
"""The defaults follow the lifting filter of the British HSE's guide INDG143: close to the body and
between knuckle and elbow height, 16 kg for women and 25 kg for men need no closer assessment."""


@dataclass(frozen=True, slots=True)
class CartonSpec:
    """A carton as packed: weight in grams, sides in millimetres, contents by shipment line."""

    contents: dict[int, Decimal]
    weight_grams: int = 0
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0


def how_heavy(session: Session, carton: Carton) -> str:
    """`two` for a parcel that one person should not lift, `one` for a heavy one, else empty."""
    weight = Decimal(carton.weight_grams) / 1000
    if weight > get(session, TWO_PEOPLE_KG):
        return "two"
    return "one" if weight > get(session, HEAVY_KG) else ""


def pack(
    session: Session, shipment_id: int, cartons: Sequence[CartonSpec], *, by: Actor
) -> Shipment:
    """Records the cartons, gives each its SSCC, and asks for their labels.

    Every unit goes in one carton once: Refused when contents do not add up to the shipment's
    lines, or a carton is empty. Conflict when it is packed already. An empty list of cartons
    packs all in one.
    """
    by.require(Permission.SHIP, "Packing needs the permission for it.")
    order, shipment = _lock(session, shipment_id)
    if shipment.state != "packing":
        raise Conflict(f"{shipment.number} is {shipment.state} already.")
    lines = _lines(session, shipment.id)
    specs = list(cartons) or [_all_in_one(session, lines)]
    _require_each_unit_once(lines, specs)
    for position, spec in enumerate(specs, start=1):
        _add_carton(session, shipment, position, spec)
    now = clock.now()
    shipment.state, shipment.packed_at, shipment.packed_by_id = "packed", now, by.id
    order.packed_at = order.packed_at or now
    tell(
        session, order.id, "shipment.packed", by=by, document=("shipment", shipment.id),
        number=shipment.number, cartons=len(specs),
    )  # fmt: skip
    session.flush()
    fail_at("label.intent")
    return shipment


def unpack(session: Session, shipment_id: int, *, by: Actor) -> Shipment:
    """Opens a packed shipment again; its labels are void and its SSCCs are not used again."""
    by.require(Permission.SHIP, "Packing needs the permission for it.")
    order, shipment = _lock(session, shipment_id)
    if shipment.state != "packed":
        raise Conflict(f"{shipment.number} is {shipment.state}; only packed goods can be opened.")
    cartons = session.scalars(select(Carton).where(Carton.shipment_id == shipment.id)).all()
    for label in session.scalars(
        select(Label).where(Label.carton_id.in_([carton.id for carton in cartons]))
    ):
        session.delete(label)
    session.flush()
    for carton in cartons:
        for row in session.scalars(select(CartonLine).where(CartonLine.carton_id == carton.id)):
            session.delete(row)
        session.flush()
        session.delete(carton)
    shipment.state, shipment.packed_at = "packing", None
    tell(session, order.id, "shipment.unpacked", by=by, number=shipment.number)
    session.flush()
    return shipment


def ship_shipment(
    session: Session, shipment_id: int, *, by: Actor, tracking_number: str = ""
) -> Invoice | None:
    """Sends a packed shipment off: stock out, cost of goods posted, the invoice issued.

    The invoice comes with it where the account is invoiced per shipment. Conflict when it has
    left already or is not packed; Refused when the account is on stop. The carriage is charged
    once per order. Everything happens in one transaction or not at all.
    """
    by.require(Permission.SHIP, "Shipping needs the permission for it.")
    order, shipment = _lock(session, shipment_id)
    if shipment.state != "packed":
        raise Conflict(f"{shipment.number} is {shipment.state}; only packed goods can leave.")
    account = session.get_one(Account, order.bill_to_account_id)
    if account.status == "stopped":
        raise Refused(f"{account.name} is on stop. Finance must lift it before goods leave.")
    lines = _lines(session, shipment.id)
    moved = {(row.order_line_id, row.stock_id or 0): row.quantity for row in lines}
    ship(session, moved, cause=Cause("shipment", shipment.id, by.id))
    fail_at("ship.stock_moved")
    rows = _advance_order(session, lines)
    now = clock.now()
    shipment.state, shipment.shipped_at, shipment.shipped_by_id = "shipped", now, by.id
    shipment.tracking_number = tracking_number.strip() or shipment.tracking_number
    shipment.awaits_manifest = order.freight_choice == "delivery"
    order.shipped_at = order.shipped_at or now
    _post_cost(session, order, shipment, lines, rows, by)
    _settle_picking(session, order)
    tell(
        session, order.id, "shipment.shipped", by=by, document=("shipment", shipment.id),
        number=shipment.number, tracking=shipment.tracking_number,
    )  # fmt: skip
    activity.record(
        session, "shipment.shipped", by=by, subject=shipment, account_id=order.account_id,
        number=shipment.number,
    )  # fmt: skip
    announce(session, "shipment.shipped", account_id=order.account_id, shipment_id=shipment.id)
    fail_at("ship.before_invoice")
    return issue_invoice(
        session,
        order,
        [Shipped(row.order_line_id, row.id, row.quantity) for row in lines],
        delivery_note_number=shipment.number,
        shipment_id=shipment.id,
        by=by,
    )


def _lock(session: Session, shipment_id: int) -> tuple[Order, Shipment]:
    order_id = session.scalar(select(Shipment.order_id).where(Shipment.id == shipment_id))
    if order_id is None:
        raise NotFound("There is no such shipment.")
    order = lock(session, Order, [order_id])[0]
    return order, lock(session, Shipment, [shipment_id])[0]


def _lines(session: Session, shipment_id: int) -> Sequence[ShipmentLine]:
    return session.scalars(
        select(ShipmentLine)
        .where(ShipmentLine.shipment_id == shipment_id)
        .order_by(ShipmentLine.id)
    ).all()


def _all_in_one(session: Session, lines: Sequence[ShipmentLine]) -> CartonSpec:
    weights = {
        row.id: row.weight_grams
        for row in session.execute(
            select(OrderLine.id, OrderLine.weight_grams).where(
                OrderLine.id.in_([line.order_line_id for line in lines])
            )
        )
    }
    weight = sum((weights[line.order_line_id] * line.quantity for line in lines), ZERO)
    return CartonSpec({line.id: line.quantity for line in lines}, weight_grams=int(weight))


def _require_each_unit_once(lines: Sequence[ShipmentLine], specs: Sequence[CartonSpec]) -> None:
    packed: dict[int, Decimal] = defaultdict(Decimal)
    for number, spec in enumerate(specs, start=1):
        if not any(units > 0 for units in spec.contents.values()):
            raise Refused(f"Carton {number} is empty. Put something in it or take it away.")
        for line_id, units in spec.contents.items():
            packed[line_id] += units
    wrong = [line for line in lines if packed.pop(line.id, ZERO) != line.quantity]
    if wrong or any(packed.values()):
        raise Refused("The cartons do not add up to what was picked. Each unit goes in one carton.")


def _add_carton(session: Session, shipment: Shipment, position: int, spec: CartonSpec) -> None:
    serial = next_number(
        session, seller_id=shipment.seller_id, kind="sscc", on=today_of(session, shipment.seller_id)
    ).sequence
    carton = Carton(
        shipment_id=shipment.id,
        position=position,
        sscc=make_sscc(get(session, GS1_PREFIX, shipment.seller_id), serial),
        weight_grams=spec.weight_grams,
        length_mm=spec.length_mm,
        width_mm=spec.width_mm,
        height_mm=spec.height_mm,
    )
    session.add(carton)
    session.flush()
    insert_rows(
        session,
        CartonLine,
        [
            {"carton_id": carton.id, "shipment_line_id": line_id, "quantity": units}
            for line_id, units in spec.contents.items()
            if units > 0
        ],
    )
    label = Label(
        key=f"label-{carton.sscc}",
        carton_id=carton.id,
        carrier=shipment.carrier,
        created_at=clock.now(),
    )
    session.add(label)
    session.flush()
    defer(session, BUYING_LABEL, label_id=label.id)


def _advance_order(session: Session, lines: Sequence[ShipmentLine]) -> dict[int, OrderLine]:
    rows = {row.id: row for row in lock(session, OrderLine, [line.order_line_id for line in lines])}
    for line in lines:
        row = rows[line.order_line_id]
        row.allocated -= line.quantity
        row.picked -= line.quantity
        row.shipped += line.quantity
    return rows


def _settle_picking(session: Session, order: Order) -> None:
    session.flush()
    waiting = session.scalar(
        select(func.count())
        .select_from(PickList)
        .outerjoin(Shipment, Shipment.id == PickList.shipment_id)
        .where(
            PickList.order_id == order.id,
            PickList.state.in_(("released", "picking", "picked")),
            func.coalesce(Shipment.state, "packing").in_(("packing", "packed")),
        )
    )
    if not waiting:
        order.picking_since = None


def _post_cost(
    session: Session,
    order: Order,
    shipment: Shipment,
    lines: Sequence[ShipmentLine],
    rows: dict[int, OrderLine],
    by: Actor | None,
) -> None:
    """What is sold is a cost of sales, what is given to be tried a cost of its own."""
    seller = session.get_one(Seller, order.seller_id)
    costs = {Chart.COST_OF_GOODS: ZERO, Chart.SAMPLES: ZERO}
    for line in lines:
        row = rows[line.order_line_id]
        account = Chart.SAMPLES if row.is_sample else Chart.COST_OF_GOODS
        costs[account] += row.unit_cost / row.price_per * line.quantity
    rounded = {account: round_amount(cost, seller.base_currency) for account, cost in costs.items()}
    post(
        session,
        seller_id=seller.id,
        on=clock.today(seller.time_zone),
        kind="cost_of_goods",
        document=Document("shipment", shipment.id),
        currency=seller.base_currency,
        postings=[
            *(Posting(account, amount) for account, amount in rounded.items()),
            Posting(Chart.INVENTORY, -sum(rounded.values(), ZERO)),
        ],
        text=shipment.number,
        by=by.id if by else None,
    )
