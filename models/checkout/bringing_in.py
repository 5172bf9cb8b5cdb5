"""Orders that customers placed in the system before and that are still to be shipped.

They become orders like any other, by the same operation: stock, promises and credit are worked out
here. What was agreed there stays agreed: price, quantity, carriage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ARRAY, BigInteger, any_, func, literal, select
from sqlalchemy.orm import Session

from models.accounts import Account, Actor, Permission
from models.checkout.cart import IMPORTED, Cart, CartLine
from models.checkout.filling import add_to_cart
from models.checkout.order_rows import Submission
from models.checkout.placing import place_order
from models.checkout.proposing import place_for, pricing_context
from models.inventory import lock_stock, serving
from models.kernel import clock
from models.kernel.bulk import update_rows
from models.kernel.database import lock
from models.kernel.errors import Refused
from models.kernel.money import ZERO
from models.kernel.seller import Seller
from models.orders import Order

REASON = "As agreed in the system before"


@dataclass(frozen=True, slots=True)
class AgreedLine:
    """What is still to be shipped of a product, in base units, at the price as the product is
    priced (each, or per hundred)."""

    product_id: int
    quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class AgreedOrder:
    """An order as the system before has it; `carriage` without tax, what is still to be charged."""

    external_id: str
    account_id: int
    lines: Sequence[AgreedLine]
    ordered_at: datetime | None = None
    requested_on: date | None = None
    po_number: str = ""
    ship_to_id: int | None = None
    carriage: Decimal = ZERO


def bring_in_orders(
    session: Session, seller: Seller, orders: Sequence[AgreedOrder], *, by: Actor
) -> Iterator[Order]:
    """Places them one after the other, each once per external id, in the channel `imported`;
    nobody is mailed. Those that come first get stock first.

    All accounts and all stock that they touch are locked before the first, in the house's order:
    one by one they would be taken crosswise to what is ordered in the shop meanwhile.

    What is in stock is allocated and the rest backordered, whatever the product's policy or the
    account's wish for what is short; credit holds it as any order. Refused for an account that
    takes no orders, without a PO number where the account asks for one, for a product twice.
    """
    by.require(Permission.ORDERS_TAKE, "Your role does not include taking orders.")
    by.require(Permission.PRICE_OVERRIDE, "Changing a price needs the permission for it.")
    accounts = _lock(session, seller, orders)
    for agreed in orders:
        yield _place(session, seller, accounts[agreed.account_id], agreed, by)


def _lock(session: Session, seller: Seller, orders: Sequence[AgreedOrder]) -> dict[int, Account]:
    ids = {agreed.account_id for agreed in orders}
    pays = select(func.coalesce(Account.bill_to_id, Account.id)).where(
        Account.id == any_(literal(list(ids), ARRAY(BigInteger)))
    )
    accounts = {row.id: row for row in lock(session, Account, ids | set(session.scalars(pays)))}
    products = {line.product_id for agreed in orders for line in agreed.lines}
    lock_stock(session, products, serving(session, seller.id, None))
    return accounts


def _place(
    session: Session, seller: Seller, account: Account, agreed: AgreedOrder, by: Actor
) -> Order:
    clerk = replace(by, account_id=account.id)
    if len({line.product_id for line in agreed.lines}) < len(agreed.lines):
        raise Refused(f"{agreed.external_id} has a product twice.")
    pad = _pad(session, account, agreed, clerk)
    place = place_for(session, seller, account, agreed.ship_to_id)
    add_to_cart(
        session, pad, {line.product_id: line.quantity for line in agreed.lines},
        context=pricing_context(account, seller), warehouse_ids=place.warehouse_ids, by=clerk,
    )  # fmt: skip
    _keep_prices(session, pad, agreed, clerk)
    submission = Submission(
        key=f"imported-{agreed.external_id.upper()}", shown_total=None,
        po_number=agreed.po_number, backorder_choice=pad.backorder_choice, channel=IMPORTED,
        external_id=agreed.external_id, ordered_at=agreed.ordered_at,
    )  # fmt: skip
    return place_order(session, pad.id, account.id, submission, by=clerk)


def _pad(session: Session, account: Account, agreed: AgreedOrder, by: Actor) -> Cart:
    """What is short stays on the order: the customer was told so by the system before."""
    is_whole = account.backorder_policy == "complete"
    pad = Cart(
        account_id=account.id, owner_id=by.id, is_staff_cart=True, is_current=False,
        source=IMPORTED, currency=account.currency, ship_to_id=agreed.ship_to_id,
        requested_on=agreed.requested_on, po_number=agreed.po_number,
        backorder_choice="complete" if is_whole else "partial", carriage_amount=agreed.carriage,
        carriage_reason=REASON, changed_at=clock.now(),
    )  # fmt: skip
    session.add(pad)
    session.flush()
    return pad


def _keep_prices(session: Session, pad: Cart, agreed: AgreedOrder, by: Actor) -> None:
    """The agreed price, where ours of today is another."""
    prices = {line.product_id: line.unit_price for line in agreed.lines}
    lines = session.execute(
        select(CartLine.id, CartLine.product_id, CartLine.unit_price).where(
            CartLine.cart_id == pad.id
        )
    )
    update_rows(
        session, CartLine,
        [
            {"id": line.id, "override_price": prices[line.product_id], "override_reason": REASON,
             "overridden_by_id": by.id, "problem": ""}
            for line in lines
            if line.unit_price != prices[line.product_id]
        ],
    )  # fmt: skip
