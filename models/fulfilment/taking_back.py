"""Returned goods come in: to stock, to scrap or on to the vendor, with their cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.fulfilment.goods_return import (
    AWAITED_STATES,
    GoodsReturn,
    ReturnLine,
    ReturnReceipt,
    ReturnReceiptLine,
)
from models.fulfilment.returning import LONGEST, lines_of, lock_return, said
from models.inventory import Cause, Returned, take_back
from models.kernel import clock
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Problem, Refused
from models.kernel.money import ZERO, round_amount
from models.kernel.outbox import announce
from models.kernel.quantity import plain
from models.kernel.seller import Seller
from models.ledger import Chart, Document, Posting, post
from models.orders import OrderLine, fill_backorders, repromise, tell


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a return's line, by what becomes of it, in base units."""

    restocked: Decimal = ZERO
    scrapped: Decimal = ZERO
    sent_back: Decimal = ZERO

    @property
    def units(self) -> Decimal:
        return self.restocked + self.scrapped + self.sent_back


def receive_return(
    session: Session,
    return_id: int,
    came: dict[int, Came],
    *,
    submission_key: str,
    note: str = "",
    by: Actor,
) -> ReturnReceipt:
    """Books in what came of an approved return: {return line id: what came}, in part or whole.

    What is restocked may be sold again at once and fills backorders; the rest is written out with
    its cause. Its cost leaves the cost of goods sold. The same submission again gives the same
    receipt. Conflict for a return that is not awaited; Refused for nothing or for more than was
    agreed; NotFound for a line of another return.
    """
    by.require(Permission.RECEIVE, "Receiving goods needs the permission for it.")
    order, found = lock_return(session, return_id)
    before = session.scalars(
        select(ReturnReceipt).where(
            ReturnReceipt.return_id == found.id, ReturnReceipt.submission_key == submission_key
        )
    ).first()
    if before is not None:
        return before
    if found.state not in AWAITED_STATES:
        raise Conflict(f"{found.number} is {said(found.state)}: nothing of it is awaited.")
    lines = {row.id: row for row in lines_of(session, found.id)}
    wanted = {key: each for key, each in came.items() if each.units > 0}
    _require_agreed(session, lines, wanted, submission_key, note)
    sold = {
        row.id: row for row in lock(session, OrderLine, [r.order_line_id for r in lines.values()])
    }
    receipt = _receipt(session, found, wanted, submission_key, note, by)
    _move(session, found, receipt, lines, wanted, sold, by)
    _advance(found, lines, wanted, sold)
    _post(session, found, receipt, lines, wanted, sold, by)
    kept = [sold[lines[key].order_line_id] for key, each in wanted.items() if each.restocked]
    _fill_waiting(session, kept, receipt, by)
    units = sum((each.units for each in wanted.values()), ZERO)
    tell(
        session, order.id, "return.received", by=by, document=("goods_return", found.id),
        number=found.number, units=units,
    )  # fmt: skip
    announce(session, "return.received", account_id=found.account_id, return_id=found.id)
    return receipt


def _fill_waiting(
    session: Session, kept: Sequence[OrderLine], receipt: ReturnReceipt, by: Actor
) -> None:
    session.flush()
    products = {line.product_id for line in kept if line.product_id is not None}
    fill_backorders(session, products, cause=Cause("return_receipt", receipt.id, by.id))
    repromise(session, products)


def _require_agreed(
    session: Session, lines: dict[int, ReturnLine], wanted: dict[int, Came], key: str, note: str
) -> None:
    if not key:
        raise Refused("Load the form again and send it once more.")
    if len(note) > LONGEST:
        raise Refused("The note has at most 500 characters.", field="note")
    if not wanted:
        raise Refused("Enter what came.")
    if wanted.keys() - lines.keys():
        raise NotFound("This line is not on the return.")
    skus = _skus(session, [line.order_line_id for line in lines.values()])
    problems = [
        Problem(
            f"{skus[lines[line_id].order_line_id]}: {plain(lines[line_id].to_come)} are still to "
            f"come, not {plain(each.units)}.",
            f"restocked-{line_id}",
        )
        for line_id, each in wanted.items()
        if each.units > lines[line_id].to_come
    ]
    if problems:
        raise Refused(problems[0].sentence, problems=problems)


def _skus(session: Session, order_line_ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(
        select(OrderLine.id, OrderLine.sku).where(OrderLine.id.in_(order_line_ids))
    )
    return {row.id: row.sku for row in rows}


def _receipt(
    session: Session, found: GoodsReturn, wanted: dict[int, Came], key: str, note: str, by: Actor
) -> ReturnReceipt:
    receipt = ReturnReceipt(
        return_id=found.id,
        submission_key=key,
        note=note.strip(),
        received_at=clock.now(),
        received_by_id=by.id,
    )
    session.add(receipt)
    session.flush()
    session.add_all(
        ReturnReceiptLine(
            receipt_id=receipt.id,
            return_line_id=line_id,
            restocked=each.restocked,
            scrapped=each.scrapped,
            sent_back=each.sent_back,
        )
        for line_id, each in sorted(wanted.items())
    )
    session.flush()
    return receipt


def _move(
    session: Session,
    found: GoodsReturn,
    receipt: ReturnReceipt,
    lines: dict[int, ReturnLine],
    wanted: dict[int, Came],
    sold: dict[int, OrderLine],
    by: Actor,
) -> None:
    back = []
    for line_id, each in wanted.items():
        line = sold[lines[line_id].order_line_id]
        if line.product_id is not None:
            cost = line.unit_cost / line.price_per
            back.append(Returned(line.product_id, line.id, each.units, each.restocked, cost))
    cause = Cause("return_receipt", receipt.id, by.id, found.number)
    take_back(session, back, warehouse_id=found.warehouse_id, cause=cause)


def _advance(
    found: GoodsReturn,
    lines: dict[int, ReturnLine],
    wanted: dict[int, Came],
    sold: dict[int, OrderLine],
) -> None:
    for line_id, each in wanted.items():
        line = lines[line_id]
        line.restocked += each.restocked
        line.scrapped += each.scrapped
        line.sent_back += each.sent_back
        sold[line.order_line_id].returned += each.units
    found.received_at = clock.now()
    still_coming = any(line.to_come for line in lines.values())
    found.state = "partly_received" if still_coming else "received"


def _post(
    session: Session,
    found: GoodsReturn,
    receipt: ReturnReceipt,
    lines: dict[int, ReturnLine],
    wanted: dict[int, Came],
    sold: dict[int, OrderLine],
    by: Actor,
) -> None:
    """Restocked goods are inventory again, scrap is a loss, the vendor's are claimed back.

    A sample's cost comes back out of the account that it went to.
    """
    seller = session.get_one(Seller, found.seller_id)
    sums = {Chart.INVENTORY: ZERO, Chart.STOCK_ADJUSTMENTS: ZERO, Chart.RECEIVED_NOT_INVOICED: ZERO}
    of_samples = ZERO
    for line_id, each in wanted.items():
        line = sold[lines[line_id].order_line_id]
        cost = line.unit_cost / line.price_per
        of_samples += cost * each.units if line.is_sample else ZERO
        sums[Chart.INVENTORY] += cost * each.restocked
        sums[Chart.STOCK_ADJUSTMENTS] += cost * each.scrapped
        sums[Chart.RECEIVED_NOT_INVOICED] += cost * each.sent_back
    rounded = {account: round_amount(cost, seller.base_currency) for account, cost in sums.items()}
    samples = round_amount(of_samples, seller.base_currency)
    post(
        session,
        seller_id=seller.id,
        on=clock.today(seller.time_zone),
        kind="return",
        document=Document("return_receipt", receipt.id),
        currency=seller.base_currency,
        postings=[
            *(Posting(account, amount) for account, amount in rounded.items()),
            Posting(Chart.SAMPLES, -samples),
            Posting(Chart.COST_OF_GOODS, samples - sum(rounded.values(), ZERO)),
        ],
        text=found.number,
        by=by.id,
    )
