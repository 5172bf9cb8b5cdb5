"""A wholesaler at work: everything that may become of an order, as acts of one transaction each.

An act takes a record by its place in line, so that a plan of acts can be drawn before any of the
records exist; it is Refused where there is nothing of its kind. What it gives is what a book kept
by hand would note: an amount, some units, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, sessionmaker

from models.catalog import Product
from models.checkout import ChargeWish, cancel_order
from models.fulfilment import (
    SHORT_REASONS,
    Came,
    GoodsReturn,
    PickLine,
    PickList,
    ReturnLine,
    ShipmentLine,
    approve_return,
    confirm_pick,
    credit_return,
    receive_return,
    request_return,
)
from models.inventory import Bin, Cause, Incoming, receive
from models.kernel.errors import Refused
from models.kernel.seller import Seller
from models.orders import Order, OrderHold, OrderLine, fill_backorders, lift_hold
from models.purchasing import Vendor
from models.receivables import (
    Application,
    CreditRequest,
    Expired,
    Invoice,
    LineCredit,
    Payment,
    PaymentAttempt,
    Receipt,
    Refund,
    ask_refund,
    begin_order_payment,
    credit_invoice,
    credit_on_account,
    creditable_lines,
    expire,
    hear_refund,
    note_started,
    refund_request,
    request_of,
    return_payment,
    settle,
    take_payment,
    undo_application,
    use_credit,
)
from tests.cards import FakeCards
from tests.models.checkout.acts import Act, changing, charging, working
from tests.models.checkout.special_desk import follow_due
from tests.proof.trading_specials import adjust_special, sell_special, specials_in
from tests.world import World, make_world

BACK = "http://shop.test/pay/"
PRICES = ("10.00", "3.335", "25.00")
OPENING_STOCK = 40
KINDS = (
    "order", "order", "order_by_card", "more", "less", "set_charge", "cancel", "cancel_rest",
    "work", "work", "work", "pick_short", "goods_in", "lift", "pay", "undo", "bounce",
    "open_card_page", "pay_card", "let_card_page_lapse", "refund", "hear_refund", "credit",
    "reprice", "credit_on_account", "use_credit", "ask_return", "take_back", "credit_return",
    "special", "special_in", "special_in", "special_lost", "special_found", "follow",
)  # fmt: skip


BEFORE = (
    ("order", 0, 6), ("order", 1, 9), ("order_by_card", 0, 3), ("work", 0, 1), ("work", 0, 1),
    ("work", 0, 1), ("work", 1, 1), ("work", 1, 1), ("work", 1, 1), ("open_card_page", 2, 1),
    ("pay_card", 0, 1), ("ask_return", 0, 3), ("order", 3, 5), ("order_by_card", 1, 6),
    ("special", 0, 5), ("special_in", 1, 1), ("special_in", 0, 3), ("special", 0, 4),
)  # fmt: skip
"""What was done before: goods invoiced, money on a card, a return awaited, orders that wait, a
special that came in part, and one on a draft."""


class Trade:
    """The wholesaler of a committed database, with three products and one buying account."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.cards = FakeCards()
        with sessions() as session:
            self.world = world = make_world(session)
            world.acme.credit_limit = Decimal(900)
            session.add(Vendor(code="MAKER", name="Maker"))
            self.product_ids = [
                world.product(f"P-{n}", price=price, stock=OPENING_STOCK).id
                for n, price in enumerate(PRICES)
            ]
            session.commit()

    def act(self, kind: str, which: int, units: int, key: str) -> Act:
        """The act of this kind on the record that stands at `which` in its line."""
        do = getattr(self, f"_{kind}")
        return lambda session: do(session, which, units, key)

    def _here(self, session: Session) -> World:
        return replace(self.world, session=session)

    def _orders(self, session: Session, which: int) -> int:
        lives = select(Order.id).where(Order.cancelled_at.is_(None), Order.closed_at.is_(None))
        return nth(session, lives.order_by(Order.id), which)

    def _order(self, session: Session, which: int, units: int, key: str, **choices: str) -> Decimal:
        wanted = {
            session.get_one(Product, self.product_ids[(which + n) % len(PRICES)]): units + n
            for n in range(1 + which % 2)
        }
        buyer = (self.world.alice, self.world.bob)[which % 2]
        choice = ("partial", "complete", "cancel_rest")[units % 3]
        order = self._here(session).order(
            self.world.acme, buyer, wanted, key=key, backorder_choice=choice, **choices
        )
        return order.total_amount

    def _order_by_card(self, session: Session, which: int, units: int, key: str) -> Decimal:
        return self._order(session, which, units, key, payment_means="card")

    def _special(self, session: Session, _which: int, units: int, key: str) -> Decimal:
        return sell_special(self.world, session, units, key)

    def _special_in(self, session: Session, which: int, units: int, key: str) -> Decimal:
        return specials_in(self.world, session, which, units, key)

    def _special_lost(self, session: Session, which: int, units: int, _key: str) -> Decimal:
        return adjust_special(self.world, session, which, -units)

    def _special_found(self, session: Session, which: int, units: int, _key: str) -> Decimal:
        return adjust_special(self.world, session, which, units)

    def _follow(self, session: Session, _which: int, _units: int, _key: str) -> None:
        follow_due(session)

    def _more(self, session: Session, which: int, units: int, key: str) -> None:
        changing(self._orders(session, which), 12 + units, self.world.olu, key)(session)

    def _less(self, session: Session, which: int, units: int, key: str) -> None:
        changing(self._orders(session, which), units // 2, self.world.olu, key)(session)

    def _set_charge(self, session: Session, which: int, units: int, key: str) -> Decimal:
        """Carriage is waived or costs something else, or one more charge is added."""
        wish = (
            ChargeWish(Decimal(units - 1), "carriage")
            if units % 2
            else ChargeWish(Decimal(units), name=f"Pallets, {key}")
        )
        act = charging(self._orders(session, which), wish, self.world.olu, key)
        return Decimal(act(session))

    def _cancel(
        self, session: Session, which: int, _units: int, key: str, *, rest: bool = False
    ) -> None:
        order_id = self._orders(session, which)
        cancel_order(session, order_id, key=key, reason="Not needed", by=self.world.olu, rest=rest)

    def _cancel_rest(self, session: Session, which: int, units: int, key: str) -> None:
        self._cancel(session, which, units, key, rest=True)

    def _work(self, session: Session, which: int, _units: int, _key: str) -> Decimal:
        left = working(self._orders(session, which), self.world.sam)(session)
        units = select(func.sum(ShipmentLine.quantity)).where(ShipmentLine.shipment_id == left)
        return session.scalar(units) or Decimal(0)

    def _pick_short(self, session: Session, which: int, units: int, _key: str) -> Decimal:
        waiting = (
            select(PickLine.id)
            .join(PickList, PickList.id == PickLine.pick_list_id)
            .where(PickLine.finished_at.is_(None), PickList.state.in_(("released", "picking")))
            .order_by(PickLine.id)
        )
        line = session.get_one(PickLine, nth(session, waiting, which))
        found = min(line.quantity - 1, Decimal(units % 4))
        done = confirm_pick(
            session, line.pick_list_id, line.id, found, by=self.world.sam,
            short_reason=SHORT_REASONS[units % len(SHORT_REASONS)],
        )  # fmt: skip
        return done.quantity - done.picked

    def _goods_in(self, session: Session, which: int, units: int, _key: str) -> Decimal:
        product_id = self.product_ids[which % len(PRICES)]
        place = session.scalars(select(Bin.id).where(Bin.code == f"A-{product_id}")).one()
        cause = Cause("opening", None)
        receive(
            session, [Incoming(product_id, Decimal(units), Decimal(4), place)],
            warehouse_id=self.world.warehouse.id, cause=cause,
        )  # fmt: skip
        fill_backorders(session, [product_id], cause=cause)
        return Decimal(units)

    def _lift(self, session: Session, which: int, _units: int, _key: str) -> None:
        held = select(OrderHold.id).where(OrderHold.released_at.is_(None)).order_by(OrderHold.id)
        hold = session.get_one(OrderHold, nth(session, held, which))
        order = session.get_one(Order, hold.order_id)
        lift_hold(session, order, hold.code, by=self.world.ada, reason="They rang.")

    def _pay(self, session: Session, which: int, units: int, key: str) -> Decimal:
        owed = select(Invoice.id).where(Invoice.kind == "invoice", Invoice.open_amount > 0)
        invoice = session.get_one(Invoice, nth(session, owed.order_by(Invoice.id), which))
        part = invoice.open_amount if units % 2 else min(invoice.open_amount, Decimal(units))
        receipt = Receipt(
            key, part + units % 3, "transfer", datetime.now(UTC).date(), key, {invoice.id: part}
        )
        taken = take_payment(
            session, self.world.acme.id, receipt, seller=self._seller(session), by=self.world.nora
        )
        return taken.amount

    def _seller(self, session: Session) -> Seller:
        return session.get_one(Seller, self.world.seller.id)

    def _undo(self, session: Session, which: int, _units: int, _key: str) -> None:
        applied = select(Application.id).where(Application.undone_at.is_(None))
        row = session.get_one(Application, nth(session, applied.order_by(Application.id), which))
        undo_application(session, row, by=self.world.nora)

    def _bounce(self, session: Session, which: int, _units: int, _key: str) -> Decimal:
        came = select(Payment.id).where(Payment.means == "transfer").order_by(Payment.id)
        back = return_payment(
            session, nth(session, came, which), reason="Recalled by the payer", by=self.world.nora
        )
        return back.amount

    def _open_card_page(self, session: Session, which: int, _units: int, _key: str) -> None:
        order = session.get_one(Order, self._orders(session, which))
        attempt = begin_order_payment(session, order.id, returning_to=BACK, by=self.world.bob)
        if attempt is None:
            raise Refused("Nothing is due.")
        note_started(session, attempt.id, self.cards.start(request_of(attempt)))

    def _pay_card(
        self, session: Session, which: int, _units: int, _key: str
    ) -> tuple[int, Decimal]:
        page = self._page(session, which)
        if self.cards.pages[page.key].state == "expired":
            raise Refused("The page is closed.")
        paid = settle(session, self.cards.pay(page.key), is_live=False)
        return paid.id, paid.amount

    def _let_card_page_lapse(self, session: Session, which: int, _units: int, _key: str) -> None:
        page = self._page(session, which)
        closed = self.cards.expire(page.session_reference or "", page.key)
        if closed.state != "expired":
            raise Refused("It was paid.")
        expire(session, Expired(closed.key, closed.reference, False), is_live=False)

    def _page(self, session: Session, which: int) -> PaymentAttempt:
        shown = select(PaymentAttempt.id).where(PaymentAttempt.session_reference.is_not(None))
        return session.get_one(
            PaymentAttempt, nth(session, shown.order_by(PaymentAttempt.id), which)
        )

    def _refund(self, session: Session, which: int, units: int, key: str) -> None:
        by_card = select(Payment.id).where(Payment.provider.is_not(None)).order_by(Payment.id)
        ask_refund(
            session, nth(session, by_card, which), Decimal(units), reason="Agreed",
            submission_key=key, by=self.world.nora,
        )  # fmt: skip

    def _hear_refund(
        self, session: Session, which: int, _units: int, _key: str
    ) -> tuple[str, Decimal]:
        asked = select(Refund.id).where(Refund.state == "intent").order_by(Refund.id)
        request = refund_request(session, nth(session, asked, which))
        if request is None:
            raise Refused("There is nothing to carry out.")
        hear_refund(session, self.cards.refund(request), is_live=False)
        return request.key, request.amount

    def _credit(
        self, session: Session, which: int, units: int, key: str, price: Decimal | None = None
    ) -> Decimal:
        issued = select(Invoice.id).where(Invoice.kind == "invoice").order_by(Invoice.id)
        invoice_id = nth(session, issued, which)
        line = creditable_lines(session, invoice_id)[0].line
        wish = LineCredit(line.id, Decimal(units % 4 + 1), price)
        request = CreditRequest(key, "Agreed", lines=(wish,))
        return credit_invoice(session, invoice_id, request, by=self.world.nora).total_amount

    def _reprice(self, session: Session, which: int, units: int, key: str) -> Decimal:
        return self._credit(session, which, units, key, Decimal(units % 4))

    def _credit_on_account(self, session: Session, _which: int, units: int, key: str) -> Decimal:
        note = credit_on_account(
            session, self.world.acme.id, seller=self._seller(session), amount=Decimal(units),
            tax_category="standard", reason="Goodwill", submission_key=key, by=self.world.ada,
        )  # fmt: skip
        return note.total_amount

    def _use_credit(self, session: Session, which: int, _units: int, _key: str) -> None:
        left = select(Invoice.id).where(Invoice.open_amount > 0).order_by(Invoice.id)
        note = session.get_one(
            Invoice, nth(session, left.where(Invoice.kind == "credit_note"), which)
        )
        invoice = session.get_one(
            Invoice, nth(session, left.where(Invoice.kind == "invoice"), which)
        )
        part = min(note.open_amount, invoice.open_amount)
        use_credit(session, note.id, {invoice.id: part}, by=self.world.nora)

    def _ask_return(self, session: Session, which: int, units: int, key: str) -> None:
        sent = select(OrderLine.id).where(OrderLine.shipped > 0).order_by(OrderLine.id)
        line = session.get_one(OrderLine, nth(session, sent, which))
        found = request_return(
            session, line.order_id, {line.id: Decimal(units % 4 + 1)}, reason="damaged", note="",
            submission_key=key, by=self.world.olu,
        )  # fmt: skip
        approve_return(session, found.id, message="", by=self.world.olu)

    def _take_back(self, session: Session, which: int, units: int, key: str) -> Decimal:
        awaited = select(GoodsReturn.id).where(
            GoodsReturn.state.in_(("approved", "partly_received"))
        )
        return_id = nth(session, awaited.order_by(GoodsReturn.id), which)
        line = session.scalars(select(ReturnLine).where(ReturnLine.return_id == return_id)).one()
        kept, lost = Decimal(units % 3), Decimal(units % 2)
        receive_return(
            session, return_id, {line.id: Came(kept, lost)}, submission_key=key, by=self.world.sam
        )
        return kept

    def _credit_return(self, session: Session, which: int, _units: int, key: str) -> Decimal:
        back = select(GoodsReturn.id).order_by(GoodsReturn.id)
        notes = credit_return(
            session, nth(session, back, which), reason="Came back", submission_key=key,
            by=self.world.nora,
        )  # fmt: skip
        return sum((note.total_amount for note in notes), Decimal(0))


def nth(session: Session, ids: Select[Any], which: int) -> int:
    """The id at this place in line, counted round. Refused where the line is empty."""
    found: Sequence[int] = session.scalars(ids).all()
    if not found:
        raise Refused("There is none.")
    return found[which % len(found)]
