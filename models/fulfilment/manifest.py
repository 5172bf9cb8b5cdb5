"""Manifests: the parcels that a driver takes away together, listed to be signed for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.accounts import Actor, Permission, User
from models.fulfilment.shipment import Carton, Shipment
from models.inventory import Warehouse
from models.kernel import activity, clock
from models.kernel.base import Base, BigInt, Id, Moment
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.numbering import next_number
from models.kernel.seller import Seller
from models.orders import Order

LONGEST_NAME = 80


class Manifest(Base):
    """What left one warehouse by one service together. Append-only, by a trigger."""

    __tablename__ = "manifest"
    __table_args__ = (
        UniqueConstraint("seller_id", "number"),
        CheckConstraint("shipment_count > 0 AND parcel_count > 0", name="counts"),
    )

    id: Mapped[Id]
    number: Mapped[str]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    service: Mapped[str]
    handed_to: Mapped[str] = mapped_column(server_default="", default="")
    shipment_count: Mapped[BigInt]
    parcel_count: Mapped[BigInt]
    weight_grams: Mapped[BigInt]
    closed_at: Mapped[Moment]
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


def loads_waiting(session: Session) -> Sequence[Any]:
    """What has left and stands on no manifest yet, by warehouse and service.

    Rows of (warehouse_id, warehouse, service, shipments, parcels, grams, since).
    """
    cartons = _cartons()
    return session.execute(
        select(
            Warehouse.id.label("warehouse_id"), Warehouse.name.label("warehouse"),
            Shipment.service, func.count().label("shipments"),
            func.sum(cartons.c.parcels).label("parcels"), func.sum(cartons.c.grams).label("grams"),
            func.min(Shipment.shipped_at).label("since"),
        )
        .join(Warehouse, Warehouse.id == Shipment.warehouse_id)
        .join(cartons, true())
        .where(Shipment.awaits_manifest)
        .group_by(Warehouse.id, Shipment.service)
        .order_by(Warehouse.name, Shipment.service)
    ).all()  # fmt: skip


def close_manifest(
    session: Session, seller: Seller, warehouse_id: int, service: str, *, by: Actor,
    handed_to: str = "",
) -> Manifest:  # fmt: skip
    """Lists everything that left this warehouse by this service since the manifest before.

    A shipment stands on one manifest, however many are closed at once: Conflict where a colleague
    has just taken them all. Refused for the name of a driver over 80 characters.
    """
    by.require(Permission.SHIP, "Closing a manifest needs the permission to ship.")
    name = handed_to.strip()
    if len(name) > LONGEST_NAME:
        raise Refused("A driver's name has at most 80 characters.", field="handed_to")
    taken = session.scalars(
        select(Shipment)
        .where(
            Shipment.awaits_manifest,
            Shipment.warehouse_id == warehouse_id,
            Shipment.service == service,
        )
        .order_by(Shipment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not taken:
        raise Conflict("Nothing waits for this manifest. It may have been closed already.")
    parcels, grams = session.execute(
        select(func.count(), func.coalesce(func.sum(Carton.weight_grams), 0)).where(
            Carton.shipment_id.in_([shipment.id for shipment in taken])
        )
    ).one()
    now = clock.now()
    number = next_number(
        session, seller_id=seller.id, kind="manifest", on=clock.today(seller.time_zone)
    )
    made = Manifest(
        number=number.text, seller_id=seller.id, warehouse_id=warehouse_id, service=service,
        handed_to=name, shipment_count=len(taken), parcel_count=parcels, weight_grams=grams,
        closed_at=now, closed_by_id=by.id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    for shipment in taken:
        shipment.awaits_manifest, shipment.manifest_id = False, made.id
    activity.record(
        session, "manifest.closed", by=by, subject=made, number=made.number, service=service,
        count=len(taken),
    )  # fmt: skip
    session.flush()
    return made


def manifests_made(session: Session, *, limit: int = 20) -> Sequence[Any]:
    """The manifests closed last, latest first: (Manifest, warehouse, closed_by)."""
    return session.execute(
        select(Manifest, Warehouse.name.label("warehouse"), User.name.label("closed_by"))
        .join(Warehouse, Warehouse.id == Manifest.warehouse_id)
        .join(User, User.id == Manifest.closed_by_id)
        .order_by(Manifest.closed_at.desc(), Manifest.id.desc())
        .limit(limit)
    ).all()


def manifest_by_id(session: Session, manifest_id: int) -> Manifest:
    """The manifest. NotFound without one."""
    found = session.get(Manifest, manifest_id)
    if found is None:
        raise NotFound("There is no such manifest.")
    return found


def manifest_rows(session: Session, manifest_id: int) -> Sequence[Any]:
    """Its shipments in the order they left: number, order, ship-to, parcels, grams, SSCCs."""
    cartons = _cartons()
    return session.execute(
        select(
            Shipment.number, Shipment.ship_to, Shipment.tracking_number,
            Order.number.label("order_number"), cartons.c.parcels, cartons.c.grams,
            cartons.c.codes,
        )
        .join(Order, Order.id == Shipment.order_id)
        .join(cartons, true())
        .where(Shipment.manifest_id == manifest_id)
        .order_by(Shipment.shipped_at, Shipment.id)
    ).all()  # fmt: skip


def _cartons() -> Any:
    return (
        select(
            func.count().label("parcels"),
            func.coalesce(func.sum(Carton.weight_grams), Decimal(0)).label("grams"),
            func.array_agg(Carton.sscc).label("codes"),
        )
        .where(Carton.shipment_id == Shipment.id)
        .lateral("cartons")
    )
