"""What may still be credited of an invoice, and what crediting it comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.kernel.errors import NotFound, Problem, Refused
from models.kernel.money import ZERO, line_amount, round_amount, round_unit_price
from models.kernel.quantity import plain
from models.pricing import Tax, TaxBreakdown, TaxSubtotal
from models.receivables.invoice import Invoice, InvoiceCharge, InvoiceLine
from models.receivables.invoicing import tax_of

HUNDRED = Decimal(100)
Group = tuple[str, Decimal]


@dataclass(frozen=True, slots=True)
class LineCredit:
    """Units of an invoice line to credit; with `new_price`, only what they cost above it."""

    invoice_line_id: int
    quantity: Decimal
    new_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """What somebody asks to be credited of one invoice.

    `charge_ids` are charges of the invoice taken back whole; `restocking_fee` is net of tax and
    lessens the credit.
    """

    submission_key: str
    reason: str
    lines: tuple[LineCredit, ...] = ()
    charge_ids: tuple[int, ...] = ()
    restocking_fee: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Creditable:
    """A line of an invoice with what is left of it: units not credited, and their net amount."""

    line: InvoiceLine
    units: Decimal
    amount: Decimal
    is_repriced: bool

    @property
    def unit_price(self) -> Decimal:
        """What a unit costs the customer now, per `price_per`, after earlier price corrections."""
        if not self.is_repriced or not self.units:
            return self.line.unit_price
        return round_unit_price(self.amount / self.units * self.line.price_per)


@dataclass(frozen=True, slots=True)
class CreditPart:
    """A line of the credit note to be."""

    of: InvoiceLine
    kind: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CreditProposal:
    """A credit note before it is issued: what it would say and come to."""

    parts: tuple[CreditPart, ...]
    charges: tuple[InvoiceCharge, ...]
    fee: Decimal
    fee_tax: Tax | None
    net: Decimal
    charges_amount: Decimal
    breakdown: TaxBreakdown

    @property
    def total(self) -> Decimal:
        return self.breakdown.gross


def creditable_lines(session: Session, invoice_id: int) -> list[Creditable]:
    """Each line of an invoice with what is left of it, in two statements."""
    lines = session.scalars(
        select(InvoiceLine)
        .where(InvoiceLine.invoice_id == invoice_id)
        .order_by(InvoiceLine.position)
    ).all()
    done = _credited(session, [line.id for line in lines])
    found = []
    for line in lines:
        units, amount, repriced = done.get(line.id, (ZERO, ZERO, ZERO))
        found.append(Creditable(line, line.quantity - units, line.amount - amount, bool(repriced)))
    return found


def creditable_charges(session: Session, invoice_id: int) -> Sequence[InvoiceCharge]:
    """The charges of an invoice that no credit note has taken back yet."""
    taken = select(InvoiceCharge.credits_charge_id).where(
        InvoiceCharge.credits_charge_id.is_not(None)
    )
    return session.scalars(
        select(InvoiceCharge)
        .where(
            InvoiceCharge.invoice_id == invoice_id,
            InvoiceCharge.amount > 0,
            InvoiceCharge.id.not_in(taken),
        )
        .order_by(InvoiceCharge.id)
    ).all()


def reckon(
    session: Session, invoice: Invoice, request: CreditRequest, fee_tax: Tax | None
) -> CreditProposal:
    """What crediting comes to, tax as frozen on the invoice.

    The tax of all credit notes of an invoice together is the tax on all that they credit, so that
    many small ones never exceed the invoice's. Refused, each problem at its field, for more units
    than are left, a new price that is not lower, and a credit of nothing.
    """
    left = {each.line.id: each for each in creditable_lines(session, invoice.id)}
    parts = _parts(left, request.lines, invoice.currency)
    charges = _charges(session, invoice, request.charge_ids)
    fee = _fee(request.restocking_fee, invoice.currency)
    breakdown = _breakdown(session, invoice, parts, charges, fee, fee_tax, list(left.values()))
    if breakdown.gross <= 0:
        raise Refused(
            "The credit comes to nothing. Enter units or a new price, or a smaller fee.",
        )
    net = sum((part.amount for part in parts), ZERO)
    charged = sum((charge.amount for charge in charges), ZERO) - fee
    return CreditProposal(
        tuple(parts), tuple(charges), fee, fee_tax if fee else None, net, charged, breakdown
    )


def _credited(
    session: Session, line_ids: Sequence[int]
) -> dict[int, tuple[Decimal, Decimal, Decimal]]:
    """By invoice line: units credited, amount credited, and of that by price corrections."""
    is_price = InvoiceLine.credit_kind == "price"
    rows = session.execute(
        select(
            InvoiceLine.credits_line_id,
            func.coalesce(func.sum(InvoiceLine.quantity).filter(~is_price), 0),
            func.sum(InvoiceLine.amount),
            func.coalesce(func.sum(InvoiceLine.amount).filter(is_price), 0),
        )
        .where(InvoiceLine.credits_line_id.in_(line_ids))
        .group_by(InvoiceLine.credits_line_id)
    )
    return {row[0] or 0: (row[1], row[2], row[3]) for row in rows}


def _parts(
    left: dict[int, Creditable], wanted: Iterable[LineCredit], currency: str
) -> list[CreditPart]:
    parts: list[CreditPart] = []
    problems: list[Problem] = []
    for each in wanted:
        if each.invoice_line_id not in left:
            raise NotFound("This line is not on the invoice.")
        if each.quantity <= 0:
            continue
        rest = left[each.invoice_line_id]
        try:
            parts.append(_part(rest, each, currency))
        except Refused as refusal:
            problems += refusal.problems
    if problems:
        raise Refused(problems[0].sentence, problems=problems)
    if len({part.of.id for part in parts}) < len(parts):
        raise Refused("Credit each line once: by units or by price.")
    return parts


def _part(rest: Creditable, wanted: LineCredit, currency: str) -> CreditPart:
    line, units = rest.line, wanted.quantity
    if units > rest.units:
        raise Refused(
            f"{line.sku}: {plain(rest.units)} are left to credit, not {plain(units)}.",
            field=f"quantity-{line.id}",
        )
    if wanted.new_price is not None:
        return _corrected(rest, units, wanted.new_price, currency)
    whole = units == rest.units
    amount = rest.amount if whole else round_amount(rest.amount * units / rest.units, currency)
    return CreditPart(line, "quantity", units, rest.unit_price, amount)


def _corrected(rest: Creditable, units: Decimal, new_price: Decimal, currency: str) -> CreditPart:
    line, now = rest.line, rest.unit_price
    if new_price < 0 or new_price != round_unit_price(new_price):
        raise Refused(
            f"{line.sku}: enter the right price of one, such as 4.50.", field=f"price-{line.id}"
        )
    if new_price >= now:
        raise Refused(
            f"{line.sku}: the new price must be below {now.normalize():f}. A credit only lowers.",
            field=f"price-{line.id}",
        )
    less = now - new_price
    amount = min(line_amount(less, units, line.price_per, currency), rest.amount)
    return CreditPart(line, "price", units, less, amount)


def _charges(
    session: Session, invoice: Invoice, charge_ids: tuple[int, ...]
) -> list[InvoiceCharge]:
    if not charge_ids:
        return []
    left = {row.id: row for row in creditable_charges(session, invoice.id)}
    if set(charge_ids) - left.keys():
        raise Refused("One of these charges is credited already. Look at the invoice again.")
    return [left[key] for key in sorted(set(charge_ids))]


def _fee(fee: Decimal, currency: str) -> Decimal:
    if fee < 0 or fee != round_amount(fee, currency):
        raise Refused("Enter the fee in whole pence or cents, without a sign.", field="fee")
    return fee


def _breakdown(
    session: Session,
    invoice: Invoice,
    parts: Sequence[CreditPart],
    charges: Sequence[InvoiceCharge],
    fee: Decimal,
    fee_tax: Tax | None,
    lines: Sequence[Creditable],
) -> TaxBreakdown:
    """Per rate: tax on all credited so far and now, less that on what was credited before."""
    before = _credited_before(session, invoice, lines)
    now: dict[Group, Decimal] = defaultdict(Decimal)
    taxes: dict[Group, Tax] = {}
    for amount, tax in (
        *((part.amount, tax_of(part.of)) for part in parts),
        *((charge.amount, tax_of(charge)) for charge in charges),
    ):
        now[_group(tax)] += amount
        taxes.setdefault(_group(tax), tax)
    fees: dict[Group, Decimal] = {}
    if fee and fee_tax is not None:
        fees[_group(fee_tax)] = fee
        taxes.setdefault(_group(fee_tax), fee_tax)
    subtotals = []
    for key in sorted(taxes):

        def tax_on(amount: Decimal, rate: Decimal = key[1]) -> Decimal:
            return round_amount(amount * rate / HUNDRED, invoice.currency)

        taken = fees.get(key, ZERO)
        tax_now = tax_on(before[key] + now[key]) - tax_on(before[key]) - tax_on(taken)
        subtotals.append(TaxSubtotal(taxes[key], now[key] - taken, tax_now))
    net = sum((each.net for each in subtotals), ZERO)
    tax_sum = sum((each.amount for each in subtotals), ZERO)
    return TaxBreakdown(tuple(subtotals), net, tax_sum, net + tax_sum)


def _credited_before(
    session: Session, invoice: Invoice, lines: Sequence[Creditable]
) -> dict[Group, Decimal]:
    found: dict[Group, Decimal] = defaultdict(Decimal)
    for each in lines:
        found[_group(tax_of(each.line))] += each.line.amount - each.amount
    taken = session.scalars(
        select(InvoiceCharge).where(
            InvoiceCharge.invoice_id == invoice.id,
            InvoiceCharge.id.in_(
                select(InvoiceCharge.credits_charge_id).where(
                    InvoiceCharge.credits_charge_id.is_not(None)
                )
            ),
        )
    )
    for charge in taken:
        found[_group(tax_of(charge))] += charge.amount
    return found


def _group(tax: Tax) -> Group:
    return (tax.vat_category, tax.rate)
