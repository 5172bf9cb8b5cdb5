"""A placed order as rows: head, charges, lines, and the demand that has no stock yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from models.accounts import Account, Actor
from models.checkout.cart import IMPORTED, Cart
from models.checkout.proposing import Proposal, ProposedLine
from models.checkout.summing import Place
from models.inventory import Demand, Taken, state_demand
from models.kernel import clock
from models.kernel.bulk import insert_rows
from models.kernel.failpoint import fail_at
from models.kernel.money import ZERO
from models.kernel.numbering import next_number
from models.orders import Order, OrderCharge, OrderLine
from models.receivables import state_sums


@dataclass(frozen=True, slots=True)
class Submission:
    """What the person confirmed: `key` is unique to the form, `shown_total` what they saw; none
    where nobody looked, as for orders that come in by a file."""

    key: str
    shown_total: Decimal | None
    po_number: str = ""
    message: str = ""
    payment_means: str = "on_account"
    backorder_choice: str = "partial"
    channel: str = "web"
    caller: str = ""
    external_id: str | None = None
    ordered_at: datetime | None = None
    """Both of the system before, where the order was taken there."""

    @property
    def is_imported(self) -> bool:
        return self.channel == IMPORTED


@dataclass(frozen=True, slots=True)
class Split:
    """How a line's quantity is met: units allocated, backordered, left for later, cancelled."""

    allocated: Decimal
    backordered: Decimal
    cancelled: Decimal
    taken: tuple[Taken, ...] = field(default=())


def write_head(
    session: Session,
    cart: Cart,
    place: Place,
    proposal: Proposal,
    submission: Submission,
    by: Actor,
) -> Order:
    """Writes the order itself, with its number and its charges."""
    seller = place.seller
    today = clock.today(seller.time_zone)
    number = next_number(session, seller_id=seller.id, kind="order", on=today)
    fail_at("checkout.numbered")
    now = clock.now()
    order = Order(
        number=number.text,
        external_id=submission.external_id,
        seller_id=seller.id,
        **_parties(place),
        channel="rep" if by.is_staff and submission.channel == "web" else submission.channel,
        submission_key=submission.key,
        placed_at=submission.ordered_at or now,
        placed_by_id=None if submission.is_imported else by.id,
        placed_on_behalf=by.is_staff and not submission.is_imported,
        caller=submission.caller,
        po_number=submission.po_number.strip(),
        message=submission.message.strip(),
        warehouse_id=place.warehouse_ids[0],
        freight_choice=cart.freight_choice,
        payment_means=submission.payment_means,
        backorder_choice=submission.backorder_choice,
        requested_on=cart.requested_on,
        first_promised_on=proposal.ship_on,
        promised_on=proposal.ship_on,
        deliver_on=proposal.deliver_on,
        goods_amount=proposal.sums.goods,
        charges_amount=sum((charge.amount for charge in proposal.sums.charges), ZERO),
        tax_amount=proposal.sums.breakdown.tax,
        total_amount=proposal.total,
        approved_at=now,
    )
    session.add(order)
    session.flush()
    _write_charges(session, order, proposal, by)
    return order


def _parties(place: Place) -> dict[str, Any]:
    """Who bought, who owes, and the addresses as they are today."""
    account = place.account
    return {
        "account_id": account.id,
        "bill_to_account_id": account.pays_id,
        "currency": account.currency,
        "terms_id": account.terms_id,
        "ship_to_address_id": place.ship_to.id if place.ship_to else None,
        "ship_to": _ship_to_copy(place),
        "bill_to": _bill_to_copy(place),
    }


def _write_charges(session: Session, order: Order, proposal: Proposal, by: Actor) -> None:
    session.add_all(
        OrderCharge(
            order_id=order.id,
            kind=charge.kind,
            text=charge.text,
            amount=charge.amount,
            tax_code=charge.tax.vat_category,
            tax_rate=charge.tax.rate,
            tax_reason=charge.tax.exemption_reason,
            tax_exemption_code=charge.tax.exemption_code,
            reason=charge.reason,
            changed_by_id=by.id if charge.reason else None,
        )
        for charge in proposal.sums.charges
    )


def write_lines(
    session: Session, order: Order, proposal: Proposal, splits: list[Split]
) -> list[int]:
    """Writes the lines in one statement and gives their ids, in order. What was cancelled at once
    is no part of what the order comes to."""
    rows = [
        line_values(order, item, split, position)
        for position, (item, split) in enumerate(
            zip(proposal.counted, splits, strict=True), start=1
        )
    ]
    line_ids = insert_rows(session, OrderLine, rows)
    if any(split.cancelled for split in splits):
        state_sums(session, order)
    return line_ids


def write_demand(
    session: Session,
    order: Order,
    account: Account,
    proposal: Proposal,
    splits: list[Split],
    line_ids: list[int],
) -> None:
    """States what no stock is allocated to: backorders, and lines beyond their horizon."""
    state_demand(
        session,
        [
            Demand(
                order_line_id=line_id,
                product_id=item.product.id,
                warehouse_id=order.warehouse_id,
                quantity=item.line.quantity - split.allocated - split.cancelled,
                ship_on=item.ship_on or date.max,
                is_backorder=split.backordered > 0,
                account_priority=account.priority,
                first_promised_on=item.ship_on,
            )
            for line_id, item, split in zip(line_ids, proposal.counted, splits, strict=True)
            if item.line.quantity > split.allocated + split.cancelled
        ],
    )


def _ship_to_copy(place: Place) -> dict[str, str]:
    if place.ship_to is not None:
        return place.ship_to.copy()
    return {"company": place.account.name, "country": place.account.country}


def _bill_to_copy(place: Place) -> dict[str, str]:
    if place.bill_to is not None:
        return place.bill_to.copy()
    return {"company": place.account.name, "country": place.account.country}


def line_values(order: Order, item: ProposedLine, split: Split, position: int) -> dict[str, object]:
    """A line of the order as a row, promised for the day it was proposed for."""
    line, product, price = item.line, item.product, item.price
    overridden = line.override_price is not None
    return {
        "order_id": order.id,
        "account_id": order.account_id,
        "position": position,
        "product_id": product.id,
        "sku": product.sku,
        "name": product.name,
        "own_number": item.own_number,
        "unit": product.unit,
        "entered_unit": line.entered_unit,
        "entered_quantity": line.entered_quantity,
        "ordered": line.quantity,
        "first_ordered": line.quantity,
        "allocated": split.allocated,
        "backordered": split.backordered,
        "cancelled": split.cancelled,
        "unit_price": item.unit_price,
        "price_per": price.price_per,
        "line_amount": item.amount,
        "price_list_id": price.list_id,
        "tier": price.tier,
        "explanation": {
            "list_id": price.list_id,
            "entry_id": price.entry_id,
            "rule_id": price.rule_id,
            "tier": str(price.tier) if price.tier is not None else None,
        },
        "original_price": price.unit_price if overridden else None,
        "override_reason": line.override_reason,
        "overridden_by_id": line.overridden_by_id,
        "is_sample": line.is_sample,
        "pack_reason": "" if line.is_sample else line.pack_reason,
        "unit_cost": product.cost,
        "tax_category": product.tax_category,
        "tax_code": item.tax.vat_category,
        "tax_rate": item.tax.rate,
        "tax_reason": item.tax.exemption_reason,
        "tax_exemption_code": item.tax.exemption_code,
        "weight_grams": product.weight_grams,
        "first_promised_on": item.ship_on,
        "promised_on": item.ship_on,
    }
