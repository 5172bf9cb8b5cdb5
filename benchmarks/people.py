"""Who asks: buyers and staff with real sessions, and pads with lines on them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.accounts import (
    BUYER_ROLES,
    SECOND_FACTOR_FOR_STAFF,
    Account,
    Actor,
    Browser,
    BuyerRole,
    User,
    sign_in,
)
from models.checkout import Cart, add_to_cart, current_cart, place_for, pricing_context
from models.kernel import settings
from models.kernel.seller import first_seller

TOKEN = re.compile(r'"X-CSRFToken": "([^"]+)"')


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in: the headers their browser sends."""

    actor: Actor
    headers: dict[str, str]


def sign_in_person(app: Flask, session: Session, user: User, page: str) -> Person:
    """Opens a session for the user; `page` is one they may read, for the form token."""
    if settings.get(session, SECOND_FACTOR_FOR_STAFF):
        settings.change(session, SECOND_FACTOR_FOR_STAFF, False, by=None)
    opened = sign_in(session, user, browser=Browser("127.0.0.1", "bench"))
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = opened.token
        cookie["_fresh"] = True
    answer = client.get(page)
    token = TOKEN.search(answer.get_data(as_text=True))
    sid = client.get_cookie("sid")
    if answer.status_code != 200 or token is None or sid is None:
        raise RuntimeError(f"{page} answered {answer.status_code} to {user.email}.")
    headers = {"Cookie": f"sid={sid.value}", "X-CSRFToken": token[1]}
    return Person(actor_of(user), headers)


def actor_of(user: User) -> Actor:
    """A buyer of the account that has their number; staff get what their session says."""
    account_id = int(re.sub(r"\D", "", user.email) or 0) or None
    return Actor(
        id=user.id, name=user.name, is_staff=user.kind == "staff",
        capabilities=BUYER_ROLES[BuyerRole.COMPANY_ADMIN], account_id=account_id,
    )  # fmt: skip


def some_buyers(session: Session, count: int, *, after: int = 0) -> list[User]:
    """Buyers of as many accounts, from the `after`th on."""
    found = select(User).where(User.kind == "buyer").order_by(User.id).offset(after).limit(count)
    return list(session.scalars(found))


def fill_pad(session: Session, by: Actor, lines: int) -> Cart:
    """The buyer's pad with exactly so many lines of twelve units. Commits."""
    account = session.get_one(Account, by.account_id or 0)
    cart = current_cart(session, account, by)
    session.execute(text("DELETE FROM cart_line WHERE cart_id = :cart"), {"cart": cart.id})
    seller = first_seller(session)
    chosen = session.scalars(
        text("SELECT id FROM product WHERE id % 5 = :part ORDER BY id LIMIT :lines"),
        {"part": account.id % 5, "lines": lines},
    ).all()
    add_to_cart(
        session, cart, dict.fromkeys(chosen, Decimal(12)),
        context=pricing_context(account, seller),
        warehouse_ids=place_for(session, seller, account, cart.ship_to_id).warehouse_ids, by=by,
    )  # fmt: skip
    session.commit()
    return cart
