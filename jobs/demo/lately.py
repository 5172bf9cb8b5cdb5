"""What stands open as the story ends: a special and a sample that were asked for by phone, a call
that was interrupted, and new prices that the accounts are yet to be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from jobs.demo.cast import Cast, at
from jobs.demo.products import Item
from models.accounts import ACTING_CAPABILITIES, Actor
from models.checkout import (
    Cart,
    CartLine,
    Shopper,
    SpecialFacts,
    Submission,
    add_special,
    add_to_cart,
    begin_draft,
    cart_lines,
    place_order,
    propose,
    send_as_sample,
    shopper_of,
)
from models.kernel import clock
from models.pricing import PriceEntry, PriceList, plan_notice, set_price

SPECIAL = SpecialFacts(
    "Oak luggage trolley, brass rail, name plate for each house", Decimal(2), Decimal(148),
    Decimal("236.50"), None, part_number="LT-OAK-B",
)  # fmt: skip
DEARER = Decimal("1.04")
TOLD_DAYS_AHEAD = 14


def take_calls(cast: Cast) -> None:
    """Harbour Hotels order a special, with something to try; Thistle & Thyme ring off half way."""
    day = cast.working_days_ago(1)
    with clock.travelling(at(day, 14, 20)):
        _order_a_special(cast, day)
    with clock.travelling(at(day, 15, 5)):
        olu, draft, shopper = _begin(cast, "thistle", "Imogen")
        _add(cast, draft, shopper, olu, [(item, 2) for item in cast.favourites["thistle"][:3]])


def _order_a_special(cast: Cast, day: date) -> None:
    session = cast.session
    olu, draft, shopper = _begin(cast, "harbour", "Dan in purchasing")
    liked = cast.favourites["harbour"]
    _add(cast, draft, shopper, olu, [(item, item.inner) for item in liked[:3]])
    special = replace(SPECIAL, vendor_id=cast.vendors["home"].id)
    add_special(session, draft, special, today=day, by=olu)
    to_try = liked[0].product
    line = session.scalars(
        select(CartLine).where(CartLine.cart_id == draft.id, CartLine.product_id == to_try.id)
    ).one()
    send_as_sample(
        session, draft, line, to_try, shopper=shopper,
        reason="For the new house in Filey to try", by=olu,
    )  # fmt: skip
    shown = propose(session, draft, shopper.place, lines=cart_lines(session, draft)).total
    submission = Submission(
        key=f"demo-special-{day:%Y%m%d}", shown_total=shown, po_number=f"HH-{day:%y%m%d}-S",
        payment_means="on_account", backorder_choice="partial", channel="phone",
        caller=draft.caller,
    )  # fmt: skip
    place_order(session, draft.id, draft.account_id, submission, by=olu)


def _begin(cast: Cast, account: str, caller: str) -> tuple[Actor, Cart, Shopper]:
    """Olu with the phone at his ear."""
    olu = replace(
        cast.staff["olu"], capabilities=ACTING_CAPABILITIES, account_id=cast.accounts[account].id
    )
    draft = begin_draft(cast.session, cast.accounts[account], "phone", caller, by=olu)
    return olu, draft, shopper_of(cast.session, draft, olu)


def _add(
    cast: Cast, draft: Cart, shopper: Shopper, by: Actor, wanted: list[tuple[Item, int]]
) -> None:
    add_to_cart(
        cast.session, draft, {item.product.id: Decimal(units) for item, units in wanted},
        context=shopper.context, warehouse_ids=shopper.warehouse_ids, by=by,
    )  # fmt: skip


def plan_next_prices(cast: Cast) -> None:
    """The dearest of the base list go up with the month after next, and the accounts are to be told
    two weeks ahead."""
    session, mia, today = cast.session, cast.staff["mia"], cast.today
    starts_on = date(today.year + (today.month > 10), (today.month + 1) % 12 + 1, 1)
    base = session.scalars(select(PriceList).where(PriceList.code == "BASE")).one()
    dearest = sorted(cast.items, key=lambda item: -item.product.cost)[:12]
    entries = session.scalars(
        select(PriceEntry)
        .where(
            PriceEntry.list_id == base.id,
            PriceEntry.product_id.in_([item.product.id for item in dearest]),
        )
        .order_by(PriceEntry.product_id, PriceEntry.min_quantity)
    ).all()
    for entry in entries:
        set_price(
            session, base.id, entry.product_id, min_quantity=entry.min_quantity,
            unit_price=(entry.unit_price * DEARER).quantize(Decimal("0.01")),
            effective_from=starts_on, by=mia,
        )  # fmt: skip
    plan_notice(session, base.id, starts_on, TOLD_DAYS_AHEAD, seller=cast.seller, by=mia)
