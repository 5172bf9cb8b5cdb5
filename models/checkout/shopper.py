"""Who stands before the shelves: the account, its terms, its open pad and who serves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from models.accounts import Account, AccountGroup, Actor, Address, PaymentTerms
from models.checkout.cart import Cart
from models.checkout.proposing import delivered_to, in_serving_order
from models.checkout.summing import Place
from models.inventory import Calendar, calendars_column, calendars_from, calendars_of
from models.kernel import clock
from models.kernel.errors import NotFound
from models.kernel.seller import Seller, first_seller
from models.pricing import PricingContext


@dataclass(frozen=True, slots=True)
class Shopper:
    """What every shop page starts from. For a visitor, account, group, terms and cart are None."""

    seller: Seller
    account: Account | None
    group: AccountGroup | None
    terms: PaymentTerms | None
    ship_to: Address | None
    cart: Cart | None
    sees_prices: bool
    warehouse_ids: tuple[int, ...]
    calendar: Calendar

    @property
    def account_id(self) -> int | None:
        return self.account.id if self.account else None

    @property
    def stock_display(self) -> str:
        """How stock is told to them: exact, capped or in words."""
        return self.group.stock_display if self.group else "words"

    @property
    def currency(self) -> str:
        return self.account.currency if self.account else self.seller.base_currency

    @property
    def today(self) -> date:
        """The seller's business day."""
        return clock.today(self.seller.time_zone)

    @property
    def context(self) -> PricingContext:
        """Whose prices hold, in which currency, on which day."""
        return PricingContext(self.account_id, self.currency, self.today)

    @property
    def place(self) -> Place:
        """Where an order of this account would go. NotFound for a visitor."""
        if self.account is None:
            raise NotFound("Sign in to order.")
        return Place(self.seller, self.account, self.ship_to, self.warehouse_ids, self.calendar)


def visitor(session: Session) -> Shopper:
    """Somebody who is not signed in: the whole catalogue, no prices, stock in words."""
    seller = first_seller(session)
    served = calendars_of(session, seller.id)
    ids = in_serving_order(served, None)
    return Shopper(seller, None, None, None, None, None, False, ids, served[ids[0]])


def shopper_for(session: Session, account_id: int, by: Actor, *, sees_prices: bool) -> Shopper:
    """The account as this person shops for it, in one statement.

    NotFound where the account does not exist or no company is set up.
    """
    row = session.execute(_shopper(), {"account": account_id, "person": by.id}).first()
    if row is None:
        raise NotFound("There is no such account.")
    seller, account, group, terms, cart, address, calendars = row
    served = calendars_from(calendars)
    ids = in_serving_order(served, address.home_warehouse_id if address else None)
    return Shopper(seller, account, group, terms, address, cart, sees_prices, ids, served[ids[0]])


@cache
def _shopper() -> Any:
    """Everything in one row; prepared once."""
    current = and_(
        Cart.account_id == Account.id,
        Cart.owner_id == bindparam("person", type_=BigInteger),
        Cart.is_current,
        Cart.ordered_at.is_(None),
    )
    ship_to = aliased(Address)
    goes_to = delivered_to(Account.id, Cart.ship_to_id).scalar_subquery()
    return (
        select(Seller, Account, AccountGroup, PaymentTerms, Cart, ship_to, calendars_column())
        .select_from(Seller)
        .join(Account, Account.id == bindparam("account", type_=BigInteger))
        .join(AccountGroup, AccountGroup.id == Account.group_id)
        .join(PaymentTerms, PaymentTerms.id == Account.terms_id)
        .outerjoin(Cart, current)
        .outerjoin(ship_to, ship_to.id == goes_to)
        .order_by(Seller.id)
        .limit(1)
    )
