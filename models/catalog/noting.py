"""What staff note on a product, and what of it is said beside its lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, case, select
from sqlalchemy.orm import Session

from models.accounts import (
    Actor,
    Note,
    Noted,
    Permission,
    add_note_about,
    end_note,
    notes_on_products,
)
from models.catalog.product import SPECIAL, Product
from models.kernel.errors import Refused

NEEDS = "Notes on products need the permission to edit them."


def note_on_product(session: Session, product: Product, kind: str, text: str, *, by: Actor) -> Note:
    """Notes what is read beside the product's lines where its kind belongs, until it is taken off.

    Refused for a special: it stands on one order alone, and that order takes the note.
    """
    if product.lifecycle == SPECIAL:
        raise Refused(
            f"{product.sku} was bought for one order and is not in the catalogue. "
            "Write the note on that order."
        )
    return add_note_about(session, _noted(product), kind, text, by=by)


def end_product_note(session: Session, product: Product, note_id: int, *, by: Actor) -> Note:
    """Takes one of the product's notes off all pages. NotFound for any other."""
    return end_note(session, note_id, _noted(product), by=by)


def notes_at_lines(
    session: Session, kind: str, product_ids: Collection[int | None]
) -> Mapping[int, list[str]]:
    """The notes of a kind to stand beside the lines of these products, oldest first:
    {product id: texts}. One statement for all of them, None among the ids is left out."""
    told: dict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(Note.subject_id, Note.text)
        .where(Note.kind == kind, notes_on_products({id_ for id_ in product_ids if id_}))
        .order_by(Note.id)
    )
    for product_id, text in rows:
        told[product_id].append(text)
    return dict(told)


def is_noted() -> ColumnElement[bool]:
    """A condition to join `Product` to the notes that are on one."""
    return and_(Note.subject_kind == "product", Product.id == Note.subject_id)


def named_text() -> ColumnElement[Any]:
    """A note's text, after the SKU where it is on a product; needs the join by `is_noted`."""
    return case((Note.subject_kind == "product", Product.sku + ": " + Note.text), else_=Note.text)


def _noted(product: Product) -> Noted:
    return Noted("product", product.id, Permission.PRODUCTS_EDIT, NEEDS, {"sku": product.sku})
