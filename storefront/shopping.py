"""Who shops in this request, and what the frame around their pages shows."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from flask import g

from models.accounts import Account, Actor, Capability
from models.checkout import Cart, Shopper, current_cart, shopper_for, visitor
from models.kernel import clock
from models.kernel.errors import Denied
from web.access import current_actor
from web.transactions import session


def buyer_actor() -> Actor:
    """The signed-in person. Denied for a visitor; the routes that call it are for buyers."""
    actor = current_actor()
    if actor is None:
        raise Denied("Sign in first.")
    return cast("Actor", actor)


def current_shopper() -> Shopper:
    """The account that this request shops for, or a visitor; read once per request."""
    if "shopper" not in g:
        g.shopper = _read()
    return cast("Shopper", g.shopper)


def read_shopper_again() -> Shopper:
    """After a change of the pad: the account and its cart as they are now."""
    g.pop("shopper", None)
    return current_shopper()


def own_day(at: datetime) -> date:
    """The company's day that a moment falls on."""
    return clock.day_of(at, current_shopper().seller.time_zone)


def buying_account() -> Account:
    """The account being bought for."""
    return current_shopper().place.account


def open_cart() -> Cart:
    """The pad to write on, made when there is none yet. Only in a request that may write."""
    cart = current_shopper().cart
    if cart is None:
        cart = current_cart(session(), buying_account(), buyer_actor())
        read_shopper_again()
    return cart


def may_order() -> bool:
    """Whether this person may put products on the pad."""
    actor = current_actor()
    return actor is not None and actor.account_id is not None and actor.can(Capability.PLACE_ORDERS)


def _read() -> Shopper:
    actor = cast("Actor | None", current_actor())
    if actor is None or actor.account_id is None:
        return visitor(session())
    sees_prices = actor.can(Capability.SEE_PRICES)
    return shopper_for(session(), actor.account_id, actor, sees_prices=sees_prices)
