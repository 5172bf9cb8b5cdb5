"""Selling at the counter: scanned, paid, goods out and invoiced in one transaction, or not at all.

Nothing here is a way of its own: the sale is placed, picked, packed, shipped and invoiced by the
same operations as any order, one after the other, under the locks that placing takes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import CANCEL_REST, Account, Actor, Permission, User
from models.catalog import Product, match_codes
from models.checkout.below_tiers import is_below_tiers
from models.checkout.cart import Cart, CartLine
from models.checkout.carting import LineChange, set_quantity
from models.checkout.change_packs import may_split
from models.checkout.drafts import shopper_of
from models.checkout.order_rows import Submission
from models.checkout.overriding import sell_any_quantity
from models.checkout.pads import Choices
from models.checkout.placing import place_order
from models.checkout.proposing import ProposedLine, place_for, pricing_context
from models.fulfilment import confirm_all, pack, release_to_picking, ship_shipment
from models.inventory import Allocation, Stock
from models.kernel import clock
from models.kernel.database import lock
from models.kernel.errors import Problem, Refused
from models.kernel.failpoint import fail_at
from models.kernel.money import ZERO
from models.kernel.quantity import parse_quantity, plain
from models.kernel.seller import Seller, first_seller
from models.kernel.settings import define, get
from models.orders import Order, OrderEvent, OrderHold, OrderLine, release_hold, tell
from models.receivables import record_payment

CASH_ACCOUNT = define(
    "counter.cash_account", "", "Number of the account that cash sales at the counter go to"
)
PAID = ("cash", "terminal")
MEANS = (*PAID, "on_account")
PAD = "Counter"
CASH_GIVEN = "counter.cash_given"
STEPS = frozenset({Permission.PICK, Permission.SHIP, Permission.HOLDS_RELEASE})
"""What selling at the counter includes, whoever's daily work it is otherwise."""
MONEY_HOLDS = ("credit_limit", "overdue")
"""What does not hold goods that are paid for as they leave."""


@dataclass(frozen=True, slots=True)
class Sale:
    """What the clerk confirmed: `key` is unique to the form, `shown_total` what both saw."""

    key: str
    shown_total: Decimal
    means: str
    po_number: str = ""
    customer: str = ""
    """Who stood there, where the account does not say it."""
    given: Decimal | None = None
    """The cash that was given, where it was typed."""


def clerk_of(by: Actor, account_id: int) -> Actor:
    """The person as they act for this account at the counter. Denied without the permission."""
    by.require(Permission.COUNTER_SELL, "Selling at the counter needs the permission for it.")
    return replace(by, account_id=account_id, permissions=by.permissions | STEPS)


def cash_account(session: Session) -> Account | None:
    """The account of customers without one; None where nobody has named it."""
    number = get(session, CASH_ACCOUNT)
    if not number:
        return None
    return session.scalars(select(Account).where(Account.number == number)).first()


def counter_pad(session: Session, account_id: int, by: Actor) -> Cart | None:
    """What this person has scanned for the account so far; apart from every other pad."""
    return session.scalars(
        select(Cart)
        .where(
            Cart.account_id == account_id, Cart.owner_id == by.id, Cart.is_staff_cart,
            Cart.name == PAD, ~Cart.is_current, Cart.ordered_at.is_(None),
        )
        .order_by(Cart.id)
        .limit(1)
    ).first()  # fmt: skip


def scan(session: Session, account: Account, code: str, quantity: str, *, by: Actor) -> LineChange:
    """Adds what a code names to the pad: one unit, or as many as were typed.

    Refused for a code that names nothing or several products.
    """
    clerk = clerk_of(by, account.id)
    match = match_codes(session, {code.strip()}, account.id).get(code.strip())
    if match is None or not match.product_ids:
        raise Refused(f"“{code.strip()[:40]}” is no product that we know.", field="code")
    if match.product_id is None:
        raise Refused(f"“{code.strip()[:40]}” names several products. Use the SKU.", field="code")
    product = session.get_one(Product, match.product_id)
    units = parse_quantity(quantity or "1", decimals=product.quantity_decimals, field="quantity")
    pad = _open_pad(session, account, clerk)
    return _set(session, pad, account, product, _on_pad(session, pad, product) + units, clerk)


def set_line(
    session: Session, account: Account, product_id: int, quantity: Decimal, *, by: Actor
) -> LineChange:
    """Sets how many units of a product are sold; zero takes it off."""
    clerk = clerk_of(by, account.id)
    product = session.get_one(Product, product_id)
    return _set(session, _open_pad(session, account, clerk), account, product, quantity, clerk)


def may_sell_anyway(item: ProposedLine, by: Actor) -> bool:
    """Whether this person may sell the line as it is, for a reason: it breaks the pack, or is
    fewer than the first tier."""
    if not item.problem or item.line.pack_reason:
        return False
    is_below = by.can(Permission.ORDERS_OVERRIDE) and is_below_tiers(item.price)
    return is_below or may_split(by, item.price, item.line.quantity)


def sell_anyway(
    session: Session, account: Account, product_id: int, *, reason: str, by: Actor
) -> None:
    """Sells what was scanned below the minimum or off the multiple, as the desk does and with its
    permission. Refused without a reason, or for what is not on the pad."""
    clerk = clerk_of(by, account.id)
    if not reason.strip():
        raise Refused("Say why it is sold in another quantity.", field=f"reason-{product_id}")
    pad = _open_pad(session, account, clerk)
    line = session.scalars(
        select(CartLine).where(CartLine.cart_id == pad.id, CartLine.product_id == product_id)
    ).first()
    if line is None:
        raise Refused("This is not among what was scanned any more.")
    product, shopper = session.get_one(Product, product_id), shopper_of(session, pad, clerk)
    sell_any_quantity(
        session, pad, line, product, line.quantity, shopper=shopper, reason=reason, by=clerk
    )


def cash_given(session: Session, order_id: int) -> tuple[Decimal, Decimal] | None:
    """The cash that a counter sale was paid with and what went back; None where it was not said."""
    facts = session.scalar(
        select(OrderEvent.facts).where(
            OrderEvent.order_id == order_id, OrderEvent.kind == CASH_GIVEN
        )
    )
    return (Decimal(facts["given"]), Decimal(facts["change"])) if facts else None


def sell(session: Session, account: Account, sale: Sale, *, by: Actor) -> Order:
    """Sells what is on the pad: order, money, goods out and invoice, all of it or nothing.

    The same submission again gives the same order. Refused when something is not here in full,
    when the total is not the one shown, when a sale on account would be held (take the money, or
    place an order), and for everything that placing or shipping refuses.
    """
    clerk = clerk_of(by, account.id)
    seller = first_seller(session)
    if sale.means not in MEANS:
        raise Refused("Choose cash, card or on account.", field="means")
    if sale.means == "on_account" and account.number == get(session, CASH_ACCOUNT):
        raise Refused("Cash customers pay at once: cash or card.", field="means")
    done = session.scalars(
        select(Order).where(Order.account_id == account.id, Order.submission_key == sale.key)
    ).first()
    pad = counter_pad(session, account.id, clerk)
    if done is None and pad is None:
        raise Refused("There is nothing to sell yet. Scan a product first.", field="code")
    order = done or _place(session, pad, account, sale, clerk)
    if order.shipped_at is not None:
        return order
    _require_here(session, order)
    _require_free(session, order, sale, clerk)
    if sale.means in PAID:
        _take_money(session, seller, order, sale, clerk)
    _hand_over(session, order, clerk)
    fail_at("counter.before_commit")
    return order


def _open_pad(session: Session, account: Account, clerk: Actor) -> Cart:
    lock(session, User, [clerk.id])
    pad = counter_pad(session, account.id, clerk)
    if pad is None:
        pad = Cart(
            account_id=account.id, owner_id=clerk.id, is_staff_cart=True, is_current=False,
            name=PAD, currency=account.currency, freight_choice="collection",
            backorder_choice=CANCEL_REST, changed_at=clock.now(),
        )  # fmt: skip
        session.add(pad)
        session.flush()
    return pad


def _on_pad(session: Session, pad: Cart, product: Product) -> Decimal:
    before = session.scalar(
        select(CartLine.quantity).where(
            CartLine.cart_id == pad.id, CartLine.product_id == product.id
        )
    )
    return before or ZERO


def _set(
    session: Session, pad: Cart, account: Account, product: Product, units: Decimal, clerk: Actor
) -> LineChange:
    seller = first_seller(session)
    place = place_for(session, seller, account, None)
    return set_quantity(
        session, pad, product, units, context=pricing_context(account, seller),
        warehouse_ids=place.warehouse_ids, by=clerk,
    )  # fmt: skip


def _place(session: Session, pad: Cart | None, account: Account, sale: Sale, clerk: Actor) -> Order:
    if pad is None:
        raise Refused("There is nothing to sell yet. Scan a product first.", field="code")
    choices = Choices(
        ship_to_id=None, requested_on=None, po_number=sale.po_number, message="",
        freight_choice="collection", payment_means="on_account", backorder_choice=CANCEL_REST,
    )  # fmt: skip
    submission = Submission(
        sale.key, sale.shown_total, po_number=sale.po_number, backorder_choice=CANCEL_REST,
        channel="counter", caller=sale.customer,
    )  # fmt: skip
    return place_order(session, pad.id, account.id, submission, by=clerk, choices=choices)


def _require_here(session: Session, order: Order) -> None:
    """All of it was allocated, in the one warehouse where the counter is."""
    short = session.scalars(
        select(OrderLine)
        .where(OrderLine.order_id == order.id, OrderLine.allocated < OrderLine.ordered)
        .order_by(OrderLine.position)
    ).all()
    away = session.scalars(
        select(OrderLine.sku)
        .join(Allocation, Allocation.order_line_id == OrderLine.id)
        .join(Stock, Stock.id == Allocation.stock_id)
        .where(
            OrderLine.order_id == order.id, Allocation.closed_at.is_(None),
            Stock.warehouse_id != order.warehouse_id,
        )
        .order_by(OrderLine.position)
    ).all()  # fmt: skip
    problems = [
        Problem(f"{line.sku}: only {plain(line.allocated)} here.", "code") for line in short
    ]
    problems += [Problem(f"{sku}: some of it lies in another warehouse.", "code") for sku in away]
    if problems:
        raise Refused("Not all of it is here. Take fewer, or place an order.", problems=problems)


def _require_free(session: Session, order: Order, sale: Sale, clerk: Actor) -> None:
    """Money holds end with the payment; any other, or a sale on account, goes no further."""
    codes = session.scalars(
        select(OrderHold.code)
        .where(OrderHold.order_id == order.id, OrderHold.released_at.is_(None))
        .order_by(OrderHold.id)
    ).all()
    for code in codes:
        if sale.means not in PAID and code in MONEY_HOLDS:
            raise Refused(
                "The account is over its limit or overdue: take the money now, or place an order.",
                field="means",
            )
        if code not in MONEY_HOLDS:
            raise Refused("This sale would be held: place it as an order instead.", field="means")
        release_hold(session, order, code, by=clerk, reason="Paid at the counter.")


def _take_money(session: Session, seller: Seller, order: Order, sale: Sale, clerk: Actor) -> None:
    """The whole amount, as a deposit that the invoice takes up."""
    if order.total_amount <= 0:
        return
    payer = session.get_one(Account, order.bill_to_account_id)
    if sale.means == "cash" and sale.given is not None:
        _tell_change(session, order, sale.given, clerk)
    record_payment(
        session, payer, seller=seller, amount=order.total_amount, means=sale.means,
        received_on=clock.today(seller.time_zone), reference=order.number, order=order,
        submission_key=f"counter-{sale.key}", by=clerk,
    )  # fmt: skip


def _tell_change(session: Session, order: Order, given: Decimal, clerk: Actor) -> None:
    """Keeps what was given and what went back: the till is counted, and the customer may ask."""
    if given < order.total_amount:
        raise Refused("The cash given is less than the total.", field="given")
    tell(
        session, order.id, CASH_GIVEN, by=clerk, staff_only=True, given=given,
        change=given - order.total_amount,
    )  # fmt: skip


def _hand_over(session: Session, order: Order, clerk: Actor) -> None:
    lists = release_to_picking(session, order.id, by=clerk)
    if len(lists) != 1:
        raise Refused("The account is over its limit: take the money now, or place an order.")
    picked = confirm_all(session, lists[0].id, by=clerk)
    shipment_id = picked.shipment_id or 0
    pack(session, shipment_id, [], by=clerk)
    ship_shipment(session, shipment_id, by=clerk)
