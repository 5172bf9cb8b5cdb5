"""The pages under measurement: who asks for what, and the most it may cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from benchmarks.driving import Ask
from benchmarks.people import Person, fill_pad, sign_in_person, some_buyers
from models.accounts import User
from models.checkout import CartLine

BUYERS = 40


@dataclass(slots=True)
class Cast:
    """Everybody who is signed in for the run."""

    app: Flask
    session: Session
    buyers: Sequence[Person]
    staff: Person


@dataclass(frozen=True, slots=True)
class Page:
    """A page or fragment, its reference, and its targets.

    `most_ratio` is CPU against `reference`, `most_queries` the SQL statements.
    """

    name: str
    asks: Callable[[Cast], list[Ask]]
    most_ratio: float
    most_queries: int
    reference: str = "/catalogue"
    requests: int = 160


def make_cast(app: Flask, session: Session) -> Cast:
    """Forty buyers of as many accounts, and one member of staff."""
    buyers = [
        sign_in_person(app, session, user, "/products") for user in some_buyers(session, BUYERS)
    ]
    keeper = session.scalars(select(User).where(User.kind == "staff")).one()
    return Cast(app, session, buyers, sign_in_person(app, session, keeper, "/admin/orders"))


def _shop(path: str) -> Callable[[Cast], list[Ask]]:
    return lambda cast: [Ask(path, buyer.headers) for buyer in cast.buyers]


def _office(path: str) -> Callable[[Cast], list[Ask]]:
    return lambda cast: [Ask(path, cast.staff.headers)]


def _product(cast: Cast) -> list[Ask]:
    slugs = cast.session.scalars(text("SELECT slug FROM product ORDER BY id LIMIT 400")).all()
    return [
        Ask(f"/p/{slug}", buyer.headers)
        for slug, buyer in zip(slugs[::10], cast.buyers, strict=False)
    ]


def _pad(lines: int) -> Callable[[Cast], list[Ask]]:
    def asks(cast: Cast) -> list[Ask]:
        some = cast.buyers[:8]
        for buyer in some:
            fill_pad(cast.session, buyer.actor, lines)
        return [Ask("/order", buyer.headers) for buyer in some]

    return asks


def _change(lines: int) -> Callable[[Cast], list[Ask]]:
    def asks(cast: Cast) -> list[Ask]:
        sent = []
        for buyer in cast.buyers[:8]:
            cart = fill_pad(cast.session, buyer.actor, lines)
            first = select(CartLine.id).where(CartLine.cart_id == cart.id).order_by(CartLine.id)
            line_id = cast.session.scalars(first.limit(1)).one()
            for units in ("24", "12"):
                headers = {**buyer.headers, "HX-Request": "true"}
                sent.append(Ask(f"/order/lines/{line_id}", headers, {"quantity": units}))
        return sent

    return asks


PAGES = (
    Page("catalogue", _shop("/products"), 2.5, 8),
    Page("category", _shop("/c/shelf-3"), 2.5, 8),
    Page("search, one word", _shop("/search?q=lantern"), 3, 8, "/search?q=lantern"),
    Page("search, three words", _shop("/search?q=red+garden+lantern"), 3, 8,
         "/search?q=red+garden+lantern"),
    Page("search, misspelt", _shop("/search?q=lantren"), 3, 8, "/search?q=lantern"),
    Page("product", _product, 1.5, 8),
    Page("quantity changed, 10 lines", _change(10), 1.5, 10, requests=96),
    Page("quantity changed, 1,000 lines", _change(1000), 1.5, 10, requests=96),
    Page("order pad, 1,000 lines", _pad(1000), 12, 10, requests=32),
    Page("office order list", _office("/admin/orders?view=all"), 2.5, 8),
    Page("office order list, by total", _office("/admin/orders?view=all&sort=total"), 2.5, 8),
    Page("office order list, one account",
         _office("/admin/orders?view=all&account=7&sort=-promised"), 2.5, 8),
)  # fmt: skip
