"""The alerts that whoever takes an order down reads on its draft."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.accounts import Note, notes_about, notes_on_products
from models.catalog import Product, is_noted, named_text
from models.checkout.cart import Cart, CartLine
from models.checkout.proposing import delivered_to
from models.kernel import clock

JUST_BEFORE = timedelta(microseconds=1)


def alerts_of(session: Session, draft: Cart) -> Sequence[Any]:
    """The alerts on the account, on where the draft goes and on the products in its rows, these
    with the SKU before the text, each with whether it was read."""
    read_at = draft.alerts_read_at
    is_read = Note.created_at <= read_at if read_at else Note.id.is_(None)
    goes_to = delivered_to(draft.account_id, draft.ship_to_id).scalar_subquery()
    products = select(CartLine.product_id).where(CartLine.cart_id == draft.id)
    return session.execute(
        select(
            Note.id, named_text().label("text"), Note.created_at, is_read.label("is_read")
        )
        .outerjoin(Product, is_noted())
        .where(
            Note.kind == "alert",
            or_(notes_about(draft.account_id, goes_to), notes_on_products(products)),
        )
        .order_by(Note.id)
    ).all()  # fmt: skip


def read_alerts(session: Session, draft: Cart) -> None:
    """Notes that the person has read all alerts there are."""
    draft.alerts_read_at = clock.now()
    session.flush()


def bring_alerts(session: Session, cart: Cart, product_ids: Collection[int]) -> None:
    """Makes the alerts on products that come onto a draft unread, however long ago they were
    written.

    The draft keeps up to which moment alerts were read: it goes back to before the first of
    theirs. What else was written since then is read once more.
    """
    if cart.alerts_read_at is None or not product_ids:
        return
    first = session.scalar(
        select(func.min(Note.created_at)).where(
            Note.kind == "alert", notes_on_products(product_ids)
        )
    )
    if first is not None and first <= cart.alerts_read_at:
        cart.alerts_read_at = first - JUST_BEFORE
