"""Crediting what came back: each unit against the invoice line it was sold on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.fulfilment.goods_return import GoodsReturn, ReturnLine
from models.fulfilment.returning import finish, lines_of, lock_return
from models.kernel.errors import NotFound, Refused
from models.kernel.money import ZERO
from models.receivables import (
    Creditable,
    CreditRequest,
    Invoice,
    InvoiceLine,
    LineCredit,
    credit_invoice,
    creditable_lines,
    lock_for_credit,
    propose_credit,
)

Split = dict[int, dict[int, Decimal]]
"""By invoice id, the units of each of its lines."""


def credit_return(
    session: Session,
    return_id: int,
    *,
    reason: str,
    restocking_fee: Decimal = ZERO,
    submission_key: str,
    by: Actor,
) -> list[Invoice]:
    """Issues the credit notes for all that came back and is not credited: one per invoice.

    Units go against the earliest invoice that has some left. The fee lessens the first credit
    note. A return of which all came and is credited closes. The same submission again gives the
    same credit notes; Refused where nothing that came waits for its credit.
    """
    by.require(Permission.INVOICES_ISSUE, "Credit notes are issued by accounting.")
    lock_for_credit(session, _invoice_ids(session, return_id))
    _order, found = lock_return(session, return_id)
    before = _issued(session, found, submission_key)
    if before:
        return before
    lines = lines_of(session, found.id)
    notes = []
    for position, (invoice_id, units) in enumerate(_split(session, found, lines).items()):
        request = CreditRequest(
            submission_key=f"{submission_key}:{invoice_id}",
            reason=reason,
            lines=tuple(LineCredit(line_id, part) for line_id, part in units.items()),
            restocking_fee=restocking_fee if position == 0 else ZERO,
        )
        notes.append(credit_invoice(session, invoice_id, request, by=by))
    for line in lines:
        line.credited = line.received
    if found.state == "received":
        finish(session, found, reason="", by=by)
    session.flush()
    return notes


def propose_return_credit(
    session: Session, return_id: int, *, restocking_fee: Decimal = ZERO
) -> Decimal:
    """What `credit_return` would come to, tax included; zero where nothing waits for it."""
    found = session.get(GoodsReturn, return_id)
    if found is None:
        raise NotFound("There is no such return.")
    lines = session.scalars(
        select(ReturnLine).where(ReturnLine.return_id == found.id).order_by(ReturnLine.id)
    ).all()
    if not any(line.to_credit for line in lines):
        return ZERO
    total = ZERO
    for position, (invoice_id, units) in enumerate(_split(session, found, lines).items()):
        request = CreditRequest(
            submission_key="",
            reason="",
            lines=tuple(LineCredit(line_id, part) for line_id, part in units.items()),
            restocking_fee=restocking_fee if position == 0 else ZERO,
        )
        total += propose_credit(session, invoice_id, request).total
    return total


def _invoice_ids(session: Session, return_id: int) -> list[int]:
    return list(
        session.scalars(
            select(InvoiceLine.invoice_id)
            .join(ReturnLine, ReturnLine.order_line_id == InvoiceLine.order_line_id)
            .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
            .where(ReturnLine.return_id == return_id, Invoice.kind == "invoice")
            .distinct()
        )
    )


def _issued(session: Session, found: GoodsReturn, key: str) -> list[Invoice]:
    if not key:
        raise Refused("Load the form again and send it once more.")
    return list(
        session.scalars(
            select(Invoice)
            .where(
                Invoice.order_id == found.order_id,
                Invoice.submission_key.startswith(f"{key}:", autoescape=True),
            )
            .order_by(Invoice.id)
        )
    )


def _split(session: Session, found: GoodsReturn, lines: Sequence[ReturnLine]) -> Split:
    """The units to credit over the invoices that they were sold on, earliest first."""
    wanted = {line.order_line_id: line.to_credit for line in lines if line.to_credit}
    if not wanted:
        raise Refused(f"{found.number}: nothing that came waits for its credit.")
    split: Split = defaultdict(dict)
    for invoice_id in sorted(_invoice_ids(session, found.id)):
        for rest in creditable_lines(session, invoice_id):
            _give(split[invoice_id], rest, wanted)
    if any(wanted.values()):
        raise Refused(
            "More came back than the invoices have left to credit. Close the return with its "
            "reason, or credit on account."
        )
    return {invoice_id: units for invoice_id, units in split.items() if units}


def _give(units: dict[int, Decimal], rest: Creditable, wanted: dict[int, Decimal]) -> None:
    key = rest.line.order_line_id or 0
    part = min(wanted.get(key, ZERO), rest.units)
    if part > 0:
        units[rest.line.id] = part
        wanted[key] -= part
