"""Many prices of a list put in force on one day, in a handful of statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Row,
    any_,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from models.kernel.bulk import insert_rows, update_rows
from models.pricing.price_entry import PriceEntry

Tier = tuple[int, Decimal]
"""A product and the quantity from which its price counts."""


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A price of a tier, and its floor where it states one."""

    unit_price: Decimal
    floor_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PriceInForce:
    """What a list says on a day."""

    entry_id: int
    unit_price: Decimal
    floor_price: Decimal | None


def prices_in_force(
    session: Session, list_id: int, product_ids: Iterable[int], on: date
) -> dict[Tier, PriceInForce]:
    """What the list says about these products on the day, by tier."""
    rows = session.execute(
        select(
            PriceEntry.product_id, PriceEntry.min_quantity, PriceEntry.id,
            PriceEntry.unit_price, PriceEntry.floor_price,
        )
        .where(
            PriceEntry.list_id == list_id,
            PriceEntry.product_id == any_(literal(list(product_ids), ARRAY(BigInteger))),
            PriceEntry.valid_from <= on,
            or_(PriceEntry.valid_to.is_(None), PriceEntry.valid_to > on),
        )
    )  # fmt: skip
    return {
        (product, at): PriceInForce(id_, price, floor) for product, at, id_, price, floor in rows
    }


def put_prices(
    session: Session, list_id: int, wanted: Mapping[Tier, NewPrice], effective_from: date
) -> None:
    """Old entries of the tiers end on the day, new ones last as long as those would have.

    The list must be locked by the caller. Loaded entries are stale afterwards.
    """
    left = dict(wanted)
    until: dict[Tier, date | None] = {}
    replaced: list[dict[str, Any]] = []
    ended: list[int] = []
    for entry in _later(session, list_id, {product for product, _ in wanted}, effective_from):
        key = (entry.product_id, entry.min_quantity)
        if key not in left or key in until:
            continue
        until[key] = entry.valid_to if entry.valid_from <= effective_from else entry.valid_from
        if entry.valid_from < effective_from:
            ended.append(entry.id)
        elif entry.valid_from == effective_from:
            new = left.pop(key)
            replaced.append(
                {"id": entry.id, "unit_price": new.unit_price, "floor_price": new.floor_price}
            )
    # Endings first, so that no statement leaves two prices of one tier side by side.
    update_rows(session, PriceEntry, [{"id": id_, "valid_to": effective_from} for id_ in ended])
    update_rows(session, PriceEntry, replaced)
    insert_rows(
        session,
        PriceEntry,
        [
            {"list_id": list_id, "product_id": key[0], "min_quantity": key[1]}
            | {"unit_price": new.unit_price, "floor_price": new.floor_price}
            | {"valid_from": effective_from, "valid_to": until.get(key)}
            for key, new in left.items()
        ],
    )
    session.expire_all()


def replace_tiers(
    session: Session, list_id: int, wanted: Mapping[Tier, NewPrice], effective_from: date
) -> dict[Tier, Decimal]:
    """From the day on these are all the tiers of their products; gives what the list said then.

    A floor that a tier has is kept where it is not above the new price; other tiers in force on the
    day end. The caller has locked the list, and found nothing that `planned_after` the day.
    """
    now = prices_in_force(session, list_id, {product for product, _ in wanted}, effective_from)
    over = [each.entry_id for key, each in now.items() if key not in wanted]
    end_prices(session, over, effective_from)
    changed = {}
    for key, new in wanted.items():
        old = now.get(key)
        if old is None:
            changed[key] = new
        elif old.unit_price != new.unit_price:
            keeps = old.floor_price is not None and old.floor_price <= new.unit_price
            changed[key] = NewPrice(new.unit_price, old.floor_price if keeps else new.floor_price)
    put_prices(session, list_id, changed, effective_from)
    return {key: each.unit_price for key, each in now.items()}


def planned_after(
    session: Session, list_id: int, product_ids: Collection[int], on: date
) -> dict[int, date]:
    """Those of the products of which the list says otherwise after the day, because a price of
    theirs begins or ends then: the last day on which one does."""
    begins = case((PriceEntry.valid_from > on, PriceEntry.valid_from))
    last = func.max(func.greatest(begins, PriceEntry.valid_to))
    rows = session.execute(
        select(PriceEntry.product_id, last.label("last"))
        .where(
            PriceEntry.list_id == list_id,
            PriceEntry.product_id == any_(literal(list(product_ids), ARRAY(BigInteger))),
            or_(PriceEntry.valid_from > on, PriceEntry.valid_to > on),
        )
        .group_by(PriceEntry.product_id)
    )
    return {row.product_id: row.last for row in rows}


def end_prices(session: Session, entry_ids: Sequence[int], on: date) -> None:
    """Out of force from the day on; what begins on that very day was never in force."""
    named = PriceEntry.id == any_(literal(list(entry_ids), ARRAY(BigInteger)))
    whole = {"synchronize_session": False}
    begun = delete(PriceEntry).where(named, PriceEntry.valid_from >= on)
    session.execute(begun.execution_options(**whole))
    session.execute(update(PriceEntry).where(named).values(valid_to=on).execution_options(**whole))


def _later(
    session: Session, list_id: int, product_ids: Collection[int], on: date
) -> Iterable[Row[tuple[int, int, Decimal, date, date | None]]]:
    """The entries in force on the day or planned after it, earliest first."""
    return session.execute(
        select(
            PriceEntry.id, PriceEntry.product_id, PriceEntry.min_quantity,
            PriceEntry.valid_from, PriceEntry.valid_to,
        )
        .where(
            PriceEntry.list_id == list_id,
            PriceEntry.product_id == any_(literal(list(product_ids), ARRAY(BigInteger))),
            or_(PriceEntry.valid_to.is_(None), PriceEntry.valid_to > on),
        )
        .order_by(PriceEntry.valid_from)
    )  # fmt: skip
