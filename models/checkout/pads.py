"""The pad beyond its lines: what was chosen for the order, its name, its undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.accounts import CANCEL_REST, Account, Actor, Address
from models.checkout.cart import Cart
from models.kernel import clock
from models.kernel.errors import Conflict, Refused

LONGEST_NAME = 60
FREIGHT_CHOICES = ("delivery", "collection")
PAYMENT_MEANS = ("on_account", "transfer", "card")
BACKORDER_CHOICES = ("partial", "complete", CANCEL_REST)


def choice_for_short(cart: Cart, account: Account) -> str:
    """What becomes of what is short: as it was chosen for the order, else as the account has it."""
    return cart.backorder_choice or account.backorder_policy


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chooses for the whole order."""

    ship_to_id: int | None
    requested_on: date | None
    po_number: str
    message: str
    freight_choice: str
    payment_means: str
    backorder_choice: str


def choose(session: Session, cart: Cart, choices: Choices, *, today: date) -> None:
    """Keeps the choices on the pad.

    Refused for an address of another account or a day that has passed; Conflict for a pad that
    has been ordered.
    """
    _require_open(cart)
    if choices.ship_to_id is not None:
        mine = {row.id for row in ship_tos(session, cart.account_id)}
        if choices.ship_to_id not in mine:
            raise Refused("Choose one of your delivery addresses.", field="ship_to_id")
    if choices.requested_on is not None and choices.requested_on < today:
        raise Refused("Choose a delivery day from today on.", field="requested_on")
    for value, allowed, name in (
        (choices.freight_choice, FREIGHT_CHOICES, "freight_choice"),
        (choices.payment_means, PAYMENT_MEANS, "payment_means"),
        (choices.backorder_choice, BACKORDER_CHOICES, "backorder_choice"),
    ):
        if value not in allowed:
            raise Refused("Choose one of the offered answers.", field=name)
    cart.ship_to_id, cart.requested_on = choices.ship_to_id, choices.requested_on
    cart.po_number, cart.message = choices.po_number.strip(), choices.message.strip()
    cart.freight_choice, cart.payment_means = choices.freight_choice, choices.payment_means
    cart.backorder_choice = choices.backorder_choice
    cart.changed_at = clock.now()
    session.flush()


def asks_for_po_number(by: Actor) -> str:
    """What is said to who orders without one, for an account that asks for it: to the buyer, or to
    our own people who order for them."""
    if by.is_staff:
        return "Enter the customer's PO number; this account asks for one."
    return "Enter your PO number; your company asks for one."


def rename(session: Session, cart: Cart, name: str) -> None:
    """Gives the pad a name of at most 60 signs; an empty one takes the name away."""
    _require_open(cart)
    if len(name.strip()) > LONGEST_NAME:
        raise Refused("A name has at most 60 signs.", field="name")
    cart.name = name.strip()
    session.flush()


def ship_tos(session: Session, account_id: int) -> list[Address]:
    """The account's delivery addresses in use, the default first."""
    return list(
        session.scalars(
            select(Address)
            .where(
                Address.account_id == account_id,
                Address.is_ship_to,
                Address.replaced_at.is_(None),
            )
            .order_by(Address.is_default.desc(), Address.company, Address.id)
        )
    )


class ShipTo(NamedTuple):
    """A delivery address to choose."""

    id: int
    company: str
    line1: str
    city: str
    postcode: str


class Question(NamedTuple):
    """An `UndecidedRow` as it is asked about."""

    id: int
    row_number: int
    code: str
    quantity_text: str
    problem: str
    offers: dict[str, Any]


class Beside(NamedTuple):
    """What a pad's page shows beside its lines: the rows to decide, each with its product's SKU
    and name where it has one, and the delivery addresses, the default first."""

    questions: list[tuple[Question, str | None, str | None]]
    ship_tos: list[ShipTo]


def beside_lines(session: Session, account_id: int, cart: Cart | None) -> Beside:
    """Both in one statement. Without a pad there are no questions."""
    asked = {"account": account_id, "cart": cart.id if cart else None}
    questions, addresses = session.execute(_BESIDE, asked).one()
    return Beside(
        [(Question._make(row[:6]), row[6], row[7]) for row in questions or ()],
        [ShipTo._make(row) for row in addresses or ()],
    )


_BESIDE = text("""
SELECT
    (SELECT jsonb_agg(jsonb_build_array(question.id, row_number, code, quantity_text, problem,
        offers, sku, product.name) ORDER BY row_number, question.id)
     FROM undecided_row question LEFT JOIN product ON product.id = question.product_id
     WHERE cart_id = CAST(:cart AS bigint)),
    (SELECT jsonb_agg(jsonb_build_array(id, company, line1, city, postcode)
        ORDER BY is_default DESC, company, id)
     FROM address
     WHERE account_id = :account AND is_ship_to AND replaced_at IS NULL)""")


def payer(session: Session, account: Account) -> Account:
    """The account that owes what this one buys."""
    if account.pays_id == account.id:
        return account
    return session.get_one(Account, account.pays_id)


def _require_open(cart: Cart) -> None:
    if cart.ordered_at is not None:
        raise Conflict("This order has been placed. Start a new one.")
