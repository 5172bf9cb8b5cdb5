"""What staff do to price lists. Every change is in the audit log, with what was before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from models.catalog import Product
from models.kernel import activity, database
from models.kernel.activity import Actor
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.money import UNIT_PRICE_PLACES, ZERO
from models.kernel.quantity import plain
from models.pricing.price_entry import PriceEntry, QuantityRule
from models.pricing.price_list import (
    AssortmentEntry,
    PriceList,
    PriceListAssignment,
    PriceListRule,
)

DEAREST = Decimal("99999999.9999")
COPIED = (
    "currency", "kind", "is_exclusive", "is_only", "priority", "derived_from_id", "percent",
    "rounding_step", "floor_percent", "adds_variants", "restricts_assortment",
)  # fmt: skip


def create_list(session: Session, *, by: Actor, valid_from: date, **facts: Any) -> PriceList:
    """A new draft list from the columns of `PriceList` (`code`, `name`, `currency`, `kind`...).

    A contract is exclusive unless `is_exclusive` says otherwise. Refused when the code is taken
    or the list it is derived from is in another currency.
    """
    code = str(facts.pop("code", "")).strip()
    if not code:
        raise Refused("A price list needs a code, such as TRADE-2026.", field="code")
    if session.scalar(select(PriceList.id).where(func.upper(PriceList.code) == code.upper())):
        raise Refused(f"There already is a price list {code}. Choose another code.", field="code")
    origin_id = facts.get("derived_from_id")
    if origin_id is not None:
        origin = find_list(session, origin_id)
        if origin.currency != facts.get("currency"):
            raise Refused(
                f"{origin.code} is in {origin.currency}; a list can only be derived from one in "
                "its own currency.",
                field="derived_from_id",
            )
    facts.setdefault("is_exclusive", facts.get("kind") == "contract")
    price_list = PriceList(code=code, status="draft", valid_from=valid_from, **facts)
    session.add(price_list)
    session.flush()
    activity.record(
        session, "price_list.created", by=by, subject=price_list, code=code, after=facts
    )
    return price_list


def copy_list(
    session: Session, list_id: int, *, code: str, name: str, valid_from: date, by: Actor
) -> PriceList:
    """A draft with the same terms, rules, assortment and the entries in force on `valid_from`.

    Assignments are not copied: nobody gets the copy's prices until it is given to them.
    """
    source = find_list(session, list_id)
    facts = {column: getattr(source, column) for column in COPIED}
    copy = create_list(session, by=by, valid_from=valid_from, code=code, name=name, **facts)
    for model, columns in (
        (PriceListRule, ("category_id", "brand_id", "percent", "rounding_step")),
        (AssortmentEntry, ("product_id",)),
        (QuantityRule, ("product_id", "minimum", "multiple", "maximum")),
    ):
        _copy_rows(session, model, columns, source.id, copy.id)
    kept = ("product_id", "min_quantity", "unit_price", "floor_price")
    in_force = (
        PriceEntry.valid_from <= valid_from,
        or_(PriceEntry.valid_to.is_(None), PriceEntry.valid_to > valid_from),
    )
    _copy_rows(session, PriceEntry, kept, source.id, copy.id, *in_force, valid_from=valid_from)
    return copy


def activate(
    session: Session, list_id: int, *, version: int, by: Actor, valid_from: date | None = None
) -> PriceList:
    """Puts a draft in force from its `valid_from`, or from the day given.

    An earlier day takes along the prices and assignments that were to begin with the list.
    Conflict when it changed meanwhile.
    """
    price_list = lock_list(session, list_id)
    if price_list.version != version:
        raise Conflict(f"{price_list.code} was changed meanwhile. Look at it again.")
    if price_list.status == "active":
        raise Conflict(f"{price_list.code} is in force already.")
    if valid_from is not None:
        _move_start(session, price_list, valid_from)
    price_list.status = "active"
    activity.record(
        session, "price_list.activated", by=by, subject=price_list, code=price_list.code,
        effective_from=price_list.valid_from,
    )  # fmt: skip
    return price_list


def set_price(
    session: Session,
    list_id: int,
    product_id: int,
    *,
    min_quantity: Decimal,
    unit_price: Decimal,
    effective_from: date,
    floor_price: Decimal | None = None,
    by: Actor,
) -> PriceEntry:
    """The price of a tier from a day on: changes it, or adds it where there was none.

    What was in force ends on that day and stays as history; the new entry lasts as long as the
    old one would have, or until the next one already planned. A price that starts on that very
    day is replaced. Refused for a price below 0 or finer than four decimals.
    """
    _check_price(unit_price, "unit_price")
    if floor_price is not None:
        _check_price(floor_price, "floor_price")
    if min_quantity <= 0:
        raise Refused("A tier starts from more than 0.", field="min_quantity")
    price_list = lock_list(session, list_id)
    product = _product(session, product_id)
    old, until = _around(session, list_id, product_id, min_quantity, effective_from)
    before = None if old is None else {"unit_price": old.unit_price, "floor": old.floor_price}
    entry = _supersede(session, old, effective_from) or PriceEntry(
        list_id=list_id,
        product_id=product_id,
        min_quantity=min_quantity,
        valid_from=effective_from,
        valid_to=until,
    )
    entry.unit_price, entry.floor_price = unit_price, floor_price
    session.add(entry)
    session.flush()
    activity.record(
        session,
        "price.changed" if before else "price.added",
        by=by,
        subject=price_list,
        code=price_list.code,
        sku=product.sku,
        min_quantity=plain(min_quantity),
        effective_from=effective_from,
        before=before,
        after={"unit_price": unit_price, "floor": floor_price},
    )
    return entry


def _product(session: Session, product_id: int) -> Product:
    product = session.get(Product, product_id)
    if product is None:
        raise NotFound(f"There is no product with the id {product_id}.")
    return product


def change_price(
    session: Session,
    entry_id: int,
    *,
    seen_price: Decimal,
    unit_price: Decimal,
    floor_price: Decimal | None,
    effective_from: date,
    by: Actor,
) -> PriceEntry:
    """Another price for a tier, as typed over the one that was shown.

    Planned entries change from their own start. Conflict, naming both prices, where it is not the
    one that was seen any more; otherwise refused as `set_price` does.
    """
    entry = session.get(PriceEntry, entry_id)
    if entry is None:
        raise Conflict("This price was taken away meanwhile.")
    lock_list(session, entry.list_id)
    session.refresh(entry)
    if entry.unit_price != seen_price:
        raise Conflict(
            f"This price was changed meanwhile: {plain(entry.unit_price)} now, "
            f"{plain(seen_price)} when you looked. Look again, then type yours."
        )
    if entry.valid_to is not None and entry.valid_to <= effective_from:
        raise Refused(f"This price ends on {entry.valid_to.isoformat()}: add one from that day.")
    if (entry.unit_price, entry.floor_price) == (unit_price, floor_price):
        return entry
    return set_price(
        session, entry.list_id, entry.product_id, min_quantity=entry.min_quantity,
        unit_price=unit_price, floor_price=floor_price,
        effective_from=max(effective_from, entry.valid_from), by=by,
    )  # fmt: skip


def end_price(session: Session, entry_id: int, *, effective_from: date, by: Actor) -> None:
    """Takes the entry out of force from a day on; one that has not begun is removed.

    Refused when it has already ended by then.
    """
    entry = session.get(PriceEntry, entry_id)
    if entry is None:
        raise NotFound("There is no such price.")
    price_list = lock_list(session, entry.list_id)
    session.refresh(entry)
    if entry.valid_to is not None and entry.valid_to <= effective_from:
        raise Refused(f"This price already ends on {entry.valid_to.isoformat()}.")
    before = {"unit_price": entry.unit_price, "from": entry.valid_from, "to": entry.valid_to}
    if entry.valid_from >= effective_from:
        session.delete(entry)
    else:
        entry.valid_to = effective_from
    session.flush()
    activity.record(
        session,
        "price.ended",
        by=by,
        subject=price_list,
        code=price_list.code,
        product_id=entry.product_id,
        min_quantity=plain(entry.min_quantity),
        effective_from=effective_from,
        before=before,
    )


def find_list(session: Session, list_id: int) -> PriceList:
    """The list, or NotFound."""
    price_list = session.get(PriceList, list_id)
    if price_list is None:
        raise NotFound(f"There is no price list with the id {list_id}.")
    return price_list


def lock_list(session: Session, list_id: int) -> PriceList:
    """The list, locked until the transaction ends, so that edits of it follow one another."""
    found = database.lock(session, PriceList, [list_id])
    if not found:
        raise NotFound(f"There is no price list with the id {list_id}.")
    return found[0]


def _move_start(session: Session, price_list: PriceList, on: date) -> None:
    """Another first day; an earlier one is also that of what was to begin with the list."""
    if price_list.valid_to is not None and price_list.valid_to <= on:
        raise Refused(
            f"{price_list.code} ends on {price_list.valid_to.isoformat()}; it must start before.",
            field="valid_from",
        )
    if on < price_list.valid_from:
        for model in (PriceEntry, PriceListAssignment):
            session.execute(
                update(model)
                .where(model.list_id == price_list.id, model.valid_from == price_list.valid_from)
                .values(valid_from=on)
                .execution_options(synchronize_session=False)
            )
    price_list.valid_from = on


def _supersede(session: Session, old: PriceEntry | None, on: date) -> PriceEntry | None:
    """The old entry itself where it starts on that very day; otherwise it ends then."""
    if old is None or old.valid_from == on:
        return old
    old.valid_to = on
    session.flush()
    return None


def _around(
    session: Session, list_id: int, product_id: int, min_quantity: Decimal, on: date
) -> tuple[PriceEntry | None, date | None]:
    """The entry in force on the day, and when a new one from that day on has to end."""
    later = session.scalars(
        select(PriceEntry)
        .where(
            PriceEntry.list_id == list_id,
            PriceEntry.product_id == product_id,
            PriceEntry.min_quantity == min_quantity,
            or_(PriceEntry.valid_to.is_(None), PriceEntry.valid_to > on),
        )
        .order_by(PriceEntry.valid_from)
    ).all()
    if not later:
        return None, None
    if later[0].valid_from <= on:
        return later[0], later[0].valid_to
    return None, later[0].valid_from


def _check_price(price: Decimal, field: str) -> None:
    if not price.is_finite() or price < ZERO or price > DEAREST:
        raise Refused("Type a price between 0 and 99,999,999.", field=field)
    if price != price.quantize(UNIT_PRICE_PLACES):
        raise Refused("A price has at most four decimals.", field=field)


def _copy_rows(
    session: Session,
    model: Any,
    columns: tuple[str, ...],
    source_id: int,
    copy_id: int,
    *conditions: Any,
    **constants: Any,
) -> None:
    constants["list_id"] = copy_id
    chosen = [getattr(model, column) for column in columns]
    rows = select(*(literal(value) for value in constants.values()), *chosen).where(
        model.list_id == source_id, *conditions
    )
    session.execute(insert(model).from_select([*constants, *columns], rows))
