"""Credit notes: against lines, by units or price, with fees, once, and never more than invoiced."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.fulfilment import Came, credit_return
from models.insight import check_invariants
from models.kernel import clock
from models.kernel.errors import Denied, NotFound, Refused
from models.kernel.money import ZERO
from models.kernel.outbox import DomainEvent
from models.ledger import JournalEntry
from models.orders import Order
from models.receivables import (
    CreditRequest,
    Invoice,
    InvoiceCharge,
    InvoiceLine,
    LineCredit,
    apply_payment,
    credit_invoice,
    credit_on_account,
    creditable_lines,
    record_payment,
)
from tests.models.fulfilment.conftest import Desk, keys
from tests.world import World, make_world

PENNY = Decimal("0.01")


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def asked(invoice: Invoice, world: World, units: str, **changes: object) -> CreditRequest:
    line = world.session.scalars(
        select(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id)
    ).first()
    price = changes.pop("new_price", None)
    facts = {"submission_key": f"k-{next(keys)}", "reason": "Wrong"} | changes
    return CreditRequest(lines=(LineCredit(line.id, Decimal(units), price),), **facts)


def rounded(amount: Fraction) -> Fraction:
    """Half up to whole pence, in fractions: the oracle's own rounding."""
    pence = amount * 100
    whole = pence.numerator // pence.denominator
    return Fraction(whole + (1 if pence - whole >= Fraction(1, 2) else 0), 100)


def test_a_credit_note_says_what_it_corrects_and_is_posted_and_announced_once(
    world: World, desk: Desk
) -> None:
    _order, invoice = desk.shipped({world.product("TR-1", price="10.00"): 10})
    request = asked(invoice, world, "3", submission_key="one")
    note = credit_invoice(world.session, invoice.id, request, by=world.nora)
    again = credit_invoice(world.session, invoice.id, request, by=world.nora)
    assert again.id == note.id
    line = world.session.scalars(select(InvoiceLine).where(InvoiceLine.invoice_id == note.id)).one()
    source = world.session.get_one(InvoiceLine, line.credits_line_id)
    assert (note.corrects_id, source.invoice_id) == (invoice.id, invoice.id)
    assert (line.tax_code, line.tax_rate) == (source.tax_code, source.tax_rate)
    posted = select(func.count()).where(
        JournalEntry.document_kind == "invoice", JournalEntry.document_id == note.id
    )
    assert world.session.scalar(posted) == 1
    told = select(func.count()).where(DomainEvent.kind == "credit_note.issued")
    assert world.session.scalar(told) == 1
    assert check_invariants(world.session) == {}


def test_the_rest_of_a_paid_invoices_credit_is_credit_of_the_account(
    world: World, desk: Desk
) -> None:
    order, invoice = desk.shipped({world.product("TR-1", price="10.00"): 10})
    payment = record_payment(
        world.session, world.acme, seller=world.seller, amount=invoice.total_amount - 10,
        means="transfer", received_on=clock.today("Europe/London"), by=world.nora,
    )  # fmt: skip
    apply_payment(world.session, payment, {invoice.id: payment.amount}, by=world.nora)
    note = credit_invoice(world.session, invoice.id, asked(invoice, world, "3"), by=world.nora)
    assert (note.total_amount, note.open_amount, invoice.open_amount) == (36, 26, 0)
    assert order.status == "paid"
    assert check_invariants(world.session) == {}


@pytest.mark.parametrize(
    ("units", "changes", "sentence"),
    [
        ("11", {}, "10 are left to credit, not 11"),
        ("0", {}, "comes to nothing"),
        ("1", {"reason": " "}, "Say what the credit is for"),
        ("1", {"reason": "x" * 301}, "at most 300"),
        ("1", {"submission_key": ""}, "Load the form again"),
        ("1", {"new_price": Decimal("10.00")}, "must be below 10"),
        ("1", {"new_price": Decimal("-1")}, "enter the right price"),
        ("1", {"restocking_fee": Decimal("10.00")}, "comes to nothing"),
        ("1", {"restocking_fee": Decimal("-1")}, "without a sign"),
        ("1", {"charge_ids": (999_999,)}, "credited already"),
    ],
)
def test_what_cannot_be_credited_is_refused_with_a_sentence(
    world: World, desk: Desk, units: str, changes: dict[str, object], sentence: str
) -> None:
    _order, invoice = desk.shipped({world.product("TR-1", price="10.00"): 10})
    with pytest.raises(Refused, match=sentence):
        credit_invoice(
            world.session, invoice.id, asked(invoice, world, units, **changes), by=world.nora
        )


def test_crediting_needs_its_permission_and_an_invoice(world: World, desk: Desk) -> None:
    _order, invoice = desk.shipped({world.product("TR-1"): 10})
    request = asked(invoice, world, "1")
    with pytest.raises(Denied):
        credit_invoice(world.session, invoice.id, request, by=world.olu)
    with pytest.raises(NotFound):
        credit_invoice(world.session, 999_999, request, by=world.nora)
    note = credit_invoice(world.session, invoice.id, request, by=world.nora)
    with pytest.raises(Refused, match="cannot be credited"):
        credit_invoice(world.session, note.id, asked(note, world, "1"), by=world.nora)
    with pytest.raises(Denied):
        credit_on_account(
            world.session, world.acme.id, seller=world.seller, amount=Decimal(5),
            tax_category="standard", reason="x", submission_key="k", by=world.mia,
        )  # fmt: skip


def test_a_new_price_credits_the_difference_and_returns_go_at_the_new_price(
    world: World, desk: Desk
) -> None:
    _order, invoice = desk.shipped({world.product("TR-1", price="10.00"): 10})
    lower = asked(invoice, world, "10", new_price=Decimal("8.00"))
    note = credit_invoice(world.session, invoice.id, lower, by=world.nora)
    assert (note.net_amount, note.tax_amount) == (20, 4)
    back = credit_invoice(world.session, invoice.id, asked(invoice, world, "5"), by=world.nora)
    assert back.net_amount == 40
    assert creditable_lines(world.session, invoice.id)[0].unit_price == 8


def test_a_restocking_fee_lessens_the_credit_and_is_taxed_itself(world: World, desk: Desk) -> None:
    book = world.product("BK-1", price="10.00", tax_category="zero")
    _order, invoice = desk.shipped({book: 10})
    request = asked(invoice, world, "5", restocking_fee=Decimal("5.00"))
    note = credit_invoice(world.session, invoice.id, request, by=world.nora)
    assert (note.net_amount, note.charges_amount, note.tax_amount) == (50, -5, -1)
    fee = world.session.scalars(
        select(InvoiceCharge).where(InvoiceCharge.invoice_id == note.id)
    ).one()
    assert (fee.kind, fee.amount, fee.tax_rate) == ("restocking", -5, 20)
    assert check_invariants(world.session) == {}


def test_the_database_itself_refuses_more_credit_than_was_invoiced(
    world: World, desk: Desk
) -> None:
    _order, invoice = desk.shipped({world.product("TR-1", price="10.00"): 10})
    note = credit_invoice(world.session, invoice.id, asked(invoice, world, "9"), by=world.nora)
    line = world.session.scalars(select(InvoiceLine).where(InvoiceLine.invoice_id == note.id)).one()
    copied = {
        column.name: getattr(line, column.name)
        for column in InvoiceLine.__table__.columns
        if column.name != "id"
    }
    with (
        pytest.raises(IntegrityError, match="more than was invoiced"),
        world.session.begin_nested(),
    ):
        world.session.execute(insert(InvoiceLine), [copied | {"position": 2, "quantity": 2}])


def test_numbers_of_credit_notes_have_no_gap_where_one_was_refused(
    world: World, desk: Desk
) -> None:
    _order, invoice = desk.shipped({world.product("TR-1", price="10.00"): 10})
    first = credit_invoice(world.session, invoice.id, asked(invoice, world, "1"), by=world.nora)
    with pytest.raises(Refused):
        credit_invoice(world.session, invoice.id, asked(invoice, world, "99"), by=world.nora)
    with clock.travelling(clock.now() + timedelta(days=1)):
        second = credit_invoice(
            world.session, invoice.id, asked(invoice, world, "1"), by=world.nora
        )
    assert second.sequence == first.sequence + 1


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_shipping_returning_and_crediting_keeps_units_and_money_whole(
    world: World, desk: Desk, seed: int
) -> None:
    chance = Random(seed)
    prices = ["0.37", "3.33", "10.01", "7.77"]
    products = [
        world.product(f"P-{n}", price=price, cost="1.11", stock=9999,
                      tax_category=chance.choice(["standard", "reduced", "zero"]))
        for n, price in enumerate(prices)
    ]  # fmt: skip
    sold: list[tuple[Order, Invoice]] = []
    for _step in range(14):
        act = chance.choice(["ship", "units", "price", "return"])
        if act == "ship" or not sold:
            sold.append(desk.shipped({p: chance.randint(1, 7) for p in products}))
            continue
        order, invoice = chance.choice(sold)
        if act == "return":
            _return_some(desk, order, chance)
            continue
        _credit_some(desk, invoice, chance, by_price=act == "price")
    for _order, invoice in sold:
        notes = world.session.scalars(
            select(Invoice).where(Invoice.corrects_id == invoice.id)
        ).all()
        whole = sum((note.total_amount for note in notes), ZERO)
        assert whole <= invoice.total_amount
        assert whole == _by_hand(world, invoice)
        assert sum((n.open_amount for n in notes), ZERO) == max(ZERO, whole - invoice.total_amount)
    assert check_invariants(world.session) == {}


def _return_some(desk: Desk, order: Order, chance: Random) -> None:
    line = desk.lines(order)[0]
    left = line.shipped - max(line.returned, line.credited)
    if left <= 0:
        return
    units = chance.randint(1, int(left))
    found = desk.approved(order, units)
    scrapped = chance.randint(0, units)
    desk.received(found, Came(Decimal(units - scrapped), Decimal(scrapped)))
    credit_return(
        desk.session, found.id, reason="Back", submission_key=f"p-{next(keys)}", by=desk.world.nora
    )


def _credit_some(desk: Desk, invoice: Invoice, chance: Random, *, by_price: bool) -> None:
    rest = [row for row in creditable_lines(desk.session, invoice.id) if row.units > 0]
    if not rest:
        return
    row = chance.choice(rest)
    units = Decimal(chance.randint(1, int(row.units)))
    price = (row.unit_price * Decimal("0.9")).quantize(PENNY, ROUND_HALF_UP) if by_price else None
    request = CreditRequest(f"p-{next(keys)}", "Random", (LineCredit(row.line.id, units, price),))
    try:
        note = credit_invoice(desk.session, invoice.id, request, by=desk.world.nora)
    except Refused:
        return
    if price is None and not row.is_repriced:
        share = Fraction(row.amount) * Fraction(units) / Fraction(row.units)
        expected = Fraction(row.amount) if units == row.units else rounded(share)
        assert Fraction(note.net_amount) == expected


def _by_hand(world: World, invoice: Invoice) -> Decimal:
    """All credited of the invoice, with its tax reckoned once per rate, in fractions."""
    nets: dict[Decimal, Fraction] = {}
    rows = world.session.execute(
        select(InvoiceLine.tax_rate, InvoiceLine.amount)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(Invoice.corrects_id == invoice.id)
    )
    for rate, amount in rows:
        nets[rate] = nets.get(rate, Fraction(0)) + Fraction(amount)
    whole = sum(
        (net + rounded(net * Fraction(rate) / 100) for rate, net in nets.items()), Fraction(0)
    )
    return Decimal(whole.numerator) / Decimal(whole.denominator)
