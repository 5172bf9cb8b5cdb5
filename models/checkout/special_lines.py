"""Special lines of a draft: described by the desk, bought for the order once it is placed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.catalog import SPECIAL, TAX_CATEGORIES, Product
from models.checkout.cart import Cart, CartLine
from models.checkout.carting import recount, require_open
from models.checkout.proposing import Proposal
from models.kernel import activity, clock
from models.kernel.errors import NotFound, Problem, Refused
from models.kernel.money import line_amount
from models.kernel.seller import first_seller
from models.orders import Order
from models.purchasing import Special, follow_order, tie_specials, vendor_of

FOREIGN = "Choose a vendor who is paid in our own currency: no rate is kept for another one."
LONGEST_NAME = 200
LONGEST_NUMBER = 60
MOST = Decimal(999_999)


@dataclass(frozen=True, slots=True)
class SpecialFacts:
    """A special as the desk types it; cost and price each, without tax.

    The cost is in our own currency, the price in the account's. Without a day it is expected
    after the vendor's usual time.
    """

    name: str
    quantity: Decimal
    unit_cost: Decimal
    unit_price: Decimal
    vendor_id: int | None
    expected_on: date | None = None
    tax_category: str = "standard"
    part_number: str = ""


def add_special(
    session: Session, cart: Cart, facts: SpecialFacts, *, today: date, by: Actor
) -> CartLine:
    """Puts a special on the draft; nothing is bought before the draft is placed.

    Refused, with a sentence per field, where a fact is missing or makes no sense.
    """
    _require(cart, by)
    facts = _checked(session, facts, today)
    product = _new_product(session, cart)
    special = Special(product_id=product.id)
    last = select(func.coalesce(func.max(CartLine.position), 0) + 1).where(
        CartLine.cart_id == cart.id
    )
    line = CartLine(
        cart_id=cart.id, product_id=product.id, position=last.scalar_subquery(),
        added_by_id=by.id, overridden_by_id=by.id,
    )  # fmt: skip
    _write(cart, line, product, special, facts)
    session.add_all([special, line])
    recount(session, cart)
    _note(session, cart, line, "cart.special_added", facts, by)
    return line


def change_special(
    session: Session, cart: Cart, line_id: int, facts: SpecialFacts, *, today: date, by: Actor
) -> CartLine:
    """Describes a special of the draft anew. Refused as `add_special`; NotFound for another row."""
    _require(cart, by)
    line, product, special = special_on(session, cart, line_id)
    facts = _checked(session, facts, today)
    _write(cart, line, product, special, facts)
    recount(session, cart)
    _note(session, cart, line, "cart.special_changed", facts, by)
    return line


def special_on(session: Session, cart: Cart, line_id: int) -> tuple[CartLine, Product, Special]:
    """A special of this draft. NotFound for any other row."""
    row = session.execute(
        select(CartLine, Product, Special)
        .join(Product, Product.id == CartLine.product_id)
        .join(Special, Special.product_id == Product.id)
        .where(CartLine.cart_id == cart.id, CartLine.id == line_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This special is not on the order any more.")
    return row[0], row[1], row[2]


def bind_specials(
    session: Session, order: Order, proposal: Proposal, line_ids: list[int], *, by: Actor
) -> None:
    """Ties the specials of an order that is being placed to its lines, and has them bought."""
    bound = {
        item.product.id: line_id
        for item, line_id in zip(proposal.counted, line_ids, strict=True)
        if item.product.lifecycle == SPECIAL
    }
    if bound:
        tie_specials(session, bound)
        follow_order(session, order, by=by)


def _require(cart: Cart, by: Actor) -> None:
    by.require(Permission.ORDERS_SPECIAL, "Selling a special needs the permission for it.")
    require_open(cart)
    if not cart.source:
        raise Refused("Specials are sold at the order desk: begin a draft there.")


def _new_product(session: Session, cart: Cart) -> Product:
    """A row of its own, numbered by itself: no code of the catalogue, and found by nobody."""
    following = select(func.nextval(func.pg_get_serial_sequence("product", "id")))
    identity = session.scalar(following)
    while session.scalar(_taken(identity)):  # the range may have codes of that kind, too
        identity = session.scalar(following)
    product = Product(
        id=identity, sku=f"SP-{identity}", sku_plain=f"SP{identity}", slug=f"special-{identity}",
        name="", lifecycle=SPECIAL, own_account_id=cart.account_id,
    )  # fmt: skip
    session.add(product)
    return product


def _taken(identity: int | None) -> Select[int]:
    is_same = or_(
        func.upper(Product.sku) == f"SP-{identity}", Product.slug == f"special-{identity}"
    )
    return select(Product.id).where(is_same)


def _write(
    cart: Cart, line: CartLine, product: Product, special: Special, facts: SpecialFacts
) -> None:
    product.name, product.cost = facts.name, facts.unit_cost
    product.tax_category = line.tax_category = facts.tax_category
    special.vendor_id, special.part_number = facts.vendor_id or 0, facts.part_number
    special.expected_on = facts.expected_on or special.expected_on
    line.quantity = line.short = facts.quantity
    line.override_price, line.price_per, line.problem = facts.unit_price, 1, ""
    line.amount = line_amount(facts.unit_price, facts.quantity, 1, cart.currency)
    line.base_amount, line.changed_at = line.amount, clock.now()


def _checked(session: Session, facts: SpecialFacts, today: date) -> SpecialFacts:
    vendor, own = vendor_of(session, facts.vendor_id), first_seller(session).base_currency
    day = facts.expected_on or today + timedelta(days=vendor.lead_time_days)
    name, number = " ".join(facts.name.split()), facts.part_number.strip()
    found = [
        Problem(sentence, field)
        for is_wrong, sentence, field in (
            (not name, "Describe what it is, as it is to stand on the papers.", "name"),
            (len(name) > LONGEST_NAME, "A description has at most 200 letters.", "name"),
            (not (_within(facts.quantity) and facts.quantity), "Type how many.", "quantity"),
            (not _within(facts.unit_cost), "Type what one costs us, 0 or more.", "unit_cost"),
            (not _within(facts.unit_price), "Type the price of one, 0 or more.", "unit_price"),
            (len(number) > LONGEST_NUMBER, "A number has at most 60 signs.", "part_number"),
            (facts.tax_category not in TAX_CATEGORIES, "Choose one of the list.", "tax_category"),
            (vendor.currency != own, FOREIGN, "vendor"),
            (day < today, "Choose a day from today on.", "expected_on"),
        )
        if is_wrong
    ]
    if found:
        raise Refused(found[0].sentence, problems=found)
    return replace(facts, name=name, part_number=number, expected_on=day)


def _within(value: Decimal) -> bool:
    return value.is_finite() and 0 <= value <= MOST


def _note(
    session: Session, cart: Cart, line: CartLine, kind: str, facts: SpecialFacts, by: Actor
) -> None:
    told: dict[str, Any] = {
        "name": facts.name, "quantity": facts.quantity, "unit_price": facts.unit_price,
        "unit_cost": facts.unit_cost, "vendor_id": facts.vendor_id,
        "expected_on": facts.expected_on,
    }  # fmt: skip
    activity.record(
        session, kind, by=by, subject=line, account_id=cart.account_id,
        on_behalf_of=by.acting_for_id, **told,
    )  # fmt: skip
