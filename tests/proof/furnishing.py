"""Furnishing a company with all that a company can have here, each text marked as its own."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from integrations.documents import render_pdf
from models.accounts import (
    Actor,
    BuyerRole,
    Membership,
    Purpose,
    User,
)
from models.accounts.passwords import hash_password
from models.accounts.tokens import issue_token
from models.catalog import Category, Product
from models.checkout import (
    Amendment,
    Cart,
    CartLine,
    HeadWish,
    UndecidedRow,
    Wishes,
    amend_order,
)
from models.fulfilment import (
    Came,
    Carton,
    PickList,
    ReturnLine,
    Shipment,
    approve_return,
    confirm_all,
    pack,
    receive_return,
    release_to_picking,
    request_return,
    ship_shipment,
)
from models.kernel import clock
from models.kernel.files import FileStore
from models.kernel.mail import queue_mail
from models.orders import Order, OrderLine, ask_desk, place_hold
from models.receivables import (
    AccountStatement,
    Application,
    InboundEvent,
    Invoice,
    Payment,
    Receipt,
    begin_order_payment,
    issue_pro_forma,
    month_before,
    take_payment,
)
from tests.proof.agreeing import agree
from tests.proof.company import Company
from tests.proof.drafting import draft_orders
from tests.proof.placing import keep_places, note_an_order, note_products, read_the_alerts
from tests.proof.printed import printed, undelivered
from tests.proof.selling import sell_one
from tests.signing_in import PASSWORD
from tests.world import World


def furnish(
    world: World, company: Company, admin: User, shelf: list[Product], garden: Category,
    files: FileStore,
) -> None:  # fmt: skip
    """The company's people, places, prices, pads, orders, documents and money."""
    session, account = world.session, company.account
    account.credit_limit = Decimal(100_000)
    account.name, account.legal_name = company.marked("account"), company.marked("legal")
    account.trade = company.marked("trade")
    company.people["company_admin"] = admin
    admin.password_hash = hash_password(PASSWORD)
    admin.name = company.marked("admin")
    for role in (BuyerRole.BUYER, BuyerRole.APPROVER, BuyerRole.ACCOUNTS_PAYABLE):
        company.people[role.value] = _person(session, company, role)
    keep_places(session, company)
    own_product = agree(world, company, shelf, garden, files)
    buyer = _actor(world, company)
    products = [*shelf[:2], own_product]
    _orders(world, company, buyer, products)
    note_an_order(session, company)
    note_products(session, company, own_product, shelf)
    _money(world, company)
    _statement(world, company, files)
    _returns(world, company, buyer)
    _cards(world, company, buyer, shelf[0])
    _papers(world, company, files)
    _pad(world, company, buyer, products)
    _changes(world, company, buyer)
    draft_orders(world, company, shelf[0])
    sell_one(world, company, shelf[0])
    read_the_alerts(session, company, [getattr(world, name) for name in OPENERS])


def _changes(world: World, company: Company, buyer: Actor) -> None:
    """An order that was changed, one that somebody asks to cancel, and pads set aside."""
    session, order = world.session, company.orders["placed"]
    head = HeadWish(None, None, company.marked("PO-new"), order.freight_choice)
    form = Amendment(
        company.marked("change"), order.version, order.total_amount, Wishes(head=head),
        company.marked("why"),
    )  # fmt: skip
    amend_order(session, order.id, form, by=world.olu)
    for state in ("released", "picked"):
        ask_desk(session, company.orders[state], "cancel", company.marked("request"), by=buyer)
    aside = [
        Cart(account_id=company.account.id, owner_id=buyer.id, currency="GBP", is_current=False,
             name=company.marked("aside"))
        for _ in range(2)
    ]  # fmt: skip
    session.add_all(aside)
    session.flush()
    company.values |= {"pads/cart_id": [pad.id for pad in aside]}


def _person(session: Session, company: Company, role: BuyerRole) -> User:
    user = User(
        kind="buyer", email=f"{company.mark}.{role.value}@example.com",
        name=company.marked(role.value), phone=company.marked("phone"),
        password_hash=company.people["company_admin"].password_hash,
    )  # fmt: skip
    session.add(user)
    session.flush()
    member = Membership(user_id=user.id, account_id=company.account.id, role=role)
    session.add(member)
    session.flush()
    for place in ("users", "buyers"):
        company.values.setdefault(f"{place}/membership_id", []).append(member.id)
    return user


def _actor(world: World, company: Company) -> Actor:
    return world.alice if company.account is world.acme else world.charlie


OPENERS = ("mia", "olu", "sam", "pat", "nora", "ada")
"""Staff who open orders."""
STATES = ("placed", "held", "released", "picked", "packed", "shipped", "paid", "packed2", "paid2")


def _orders(world: World, company: Company, buyer: Actor, products: list[Product]) -> None:
    """An order at each station of the way."""
    session = world.session
    for state in STATES:
        cart = world.fill_cart(company.account, buyer, dict.fromkeys(products, 2))
        order = world.order(
            company.account, buyer, {}, key=company.marked(state),
            po_number=company.marked(f"PO-{state}"), message=company.marked("message"),
        )  # fmt: skip
        assert cart.ordered_at
        company.orders[state] = order
        if state == "held":
            place_hold(session, order, "manual", by=None, reason=company.marked("hold"))
        elif state != "placed":
            _bring_on(world, order, state.rstrip("2"))
    of = [order.number for order in company.orders.values()]
    shipments = session.query(Shipment).filter(Shipment.order_id.in_(_ids(company))).all()
    by_state = {
        state: [s for s in shipments if s.state == state] for state in ("packing", "packed")
    }
    for shipment in shipments:
        shipment.tracking_number = company.marked("track")
    session.flush()
    lists = session.query(PickList).filter(PickList.order_id.in_(_ids(company))).all()
    cartons = session.query(Carton).filter(Carton.shipment_id.in_([s.id for s in shipments])).all()
    company.values |= {
        "orders/number": of,
        "holds/code": ["manual"],
        "shipments/number": [s.number for s in by_state["packed"]]
        + [s.number for s in shipments if s.state != "packed"],
        "pick-lists/number": [row.number for row in lists],
        "pick/id": [row.id for row in sorted(lists, key=lambda row: row.state != "released")],
        "pack/shipment_id": [s.id for s in by_state["packing"] + by_state["packed"]],
        "cartons/carton_id": [row.id for row in cartons],
    }


def _ids(company: Company) -> list[int]:
    return [order.id for order in company.orders.values()]


def _bring_on(world: World, order: Order, state: str) -> None:
    session, sam = world.session, world.sam
    pick_list = release_to_picking(session, order.id, by=sam)[0]
    if state == "released":
        return
    confirm_all(session, pick_list.id, by=sam)
    if state == "picked":
        return
    shipment = pack(session, pick_list.shipment_id or 0, [], by=sam)
    if state != "packed":
        ship_shipment(session, shipment.id, by=sam)


def _money(world: World, company: Company) -> None:
    """Open and paid invoices; payments applied, in part, and not at all."""
    session, account_id = world.session, company.account.id
    invoices = session.query(Invoice).filter(Invoice.account_id == account_id).order_by(Invoice.id)
    numbers = [row.number for row in invoices]
    paid = [row for row in invoices if row.order_number in _numbers(company, "paid")]
    payments: list[Payment] = []
    for n, invoice in enumerate([*paid, None]):
        amount = invoice.total_amount if invoice else Decimal("55.55")
        receipt = Receipt(
            submission_key=company.marked(f"receipt{n}"), amount=amount + 100, means="transfer",
            received_on=clock.today("Europe/London"), reference=company.marked(f"ref{n}"),
            amounts={invoice.id: amount} if invoice else {},
        )  # fmt: skip
        payments.append(
            take_payment(session, account_id, receipt, seller=world.seller, by=world.nora)
        )
    applied = session.query(Application).filter(Application.bill_to_account_id == account_id)
    company.values |= {
        "invoices/number": numbers,
        "payments/payment_id": [row.id for row in payments],
        "applications/application_id": [row.id for row in applied.order_by(Application.id)],
    }


def _statement(world: World, company: Company, files: FileStore) -> None:
    """A statement of account that was sent and kept."""
    session, account = world.session, company.account
    first, last = month_before(clock.today("Europe/London"))
    made = AccountStatement(
        account_id=account.id, starts_on=first, ends_on=last, currency=account.currency,
        balance=Decimal(0), means="post",
    )  # fmt: skip
    session.add(made)
    session.flush()
    content = render_pdf(f"<p>{company.marked('statement')}</p>", sheet="paper.css")
    stored = files.put(
        session, content, kind="statement.pdf", owner=made, media_type="application/pdf",
        file_name=f"{company.marked('statement')}.pdf", account_id=account.id,
    )  # fmt: skip
    made.document_file_id = stored.id
    company.values["statements/statement_id"] = [made.id]
    for order in session.query(Order).filter(Order.account_id == account.id):
        issue_pro_forma(session, order, pay_by=clock.today("Europe/London"))


def _returns(world: World, company: Company, buyer: Actor) -> None:
    """Of an invoiced order: one return asked for, one awaited, one to be credited."""
    session, numbers = world.session, []
    lines = (
        session.query(OrderLine)
        .filter(OrderLine.account_id == company.account.id, OrderLine.shipped > 0)
        .order_by(OrderLine.id)
        .limit(3)
        .all()
    )
    for upto, line in zip(("requested", "awaited", "came"), lines, strict=True):
        found = request_return(
            session, line.order_id, {line.id: Decimal(1)}, reason="damaged",
            note=company.marked(upto), submission_key=company.marked(f"back-{upto}"), by=buyer,
        )  # fmt: skip
        if upto != "requested":
            approve_return(session, found.id, message=company.marked("yes"), by=world.olu)
        if upto == "came":
            back = session.query(ReturnLine).filter(ReturnLine.return_id == found.id).one()
            receive_return(
                session, found.id, {back.id: Came(restocked=Decimal(1))},
                submission_key=company.marked("came"), by=world.sam,
            )  # fmt: skip
        numbers.append(found.number)
    company.values["returns/number"] = numbers


def _cards(world: World, company: Company, buyer: Actor, product: Product) -> None:
    """Two orders that wait for their cards, and news of a card that fits nothing."""
    session, keys = world.session, []
    for n in range(2):
        order = world.order(
            company.account, buyer, {product: 1}, key=company.marked(f"card{n}"),
            po_number=company.marked(f"PO-card{n}"), payment_means="card",
        )  # fmt: skip
        company.orders[f"card{n}"] = order
        attempt = begin_order_payment(
            session, order.id, returning_to="https://shop.example/pay/", by=buyer
        )
        assert attempt
        keys.append(attempt.key)
        company.values["orders/number"].append(order.number)
    parked = InboundEvent(
        provider="stripe", event_id=company.marked("event"), kind="charge.refunded", payload={},
        state="parked", problem=company.marked("problem"),
    )  # fmt: skip
    session.add(parked)
    session.flush()
    company.values |= {"pay/key": keys, "events/inbound_id": [parked.id]}


def _numbers(company: Company, state: str) -> list[str]:
    return [order.number for name, order in company.orders.items() if name.startswith(state)]


def _papers(world: World, company: Company, files: FileStore) -> None:
    """Mails with a file, and links that were mailed to the company's people."""
    session, account = world.session, company.account
    mails = []
    stored_ids = []
    for n in range(2):
        stored = files.put(
            session, company.marked(f"file{n}").encode(), kind="invoice.pdf",
            media_type="application/pdf", file_name=f"{company.mark}-{n}.pdf", owner=account,
            account_id=account.id,
        )  # fmt: skip
        stored_ids.append(stored.id)
        mails.append(
            queue_mail(
                session, to=[f"{company.mark}.mail@example.com"], subject=company.marked("subject"),
                text=company.marked("body"), kind="invoice", attachments=[stored],
                account_id=account.id,
            )
        )  # fmt: skip
        mails[-1].state = "sent"
    people = company.people
    company.values |= {
        "prints/run_id": [printed(world, company, files)],
        "unsent/message_id": [undelivered(world, company)],
        "mails/message_id": [row.id for row in mails],
        "attachments/file_id": stored_ids,
        "users/user_id": [*(user.id for user in people.values()), world.actors["olu"].id],
        "new-password/token": [_token(session, people["buyer"], Purpose.RESET)],
        "invitation/token": [_token(session, people["approver"], Purpose.INVITATION)],
        "new-email/token": [
            _token(
                session, people["accounts_payable"], Purpose.EMAIL, f"{company.mark}@new.example"
            )
        ],
    }


def _token(session: Session, user: User, purpose: Purpose, carries: str = "") -> str:
    return issue_token(session, user, purpose, by=None, carries=carries)


def _pad(world: World, company: Company, buyer: Actor, products: list[Product]) -> None:
    """A named pad with lines and a row that needs a decision, of two people."""
    session = world.session
    member = company.people["buyer"]
    second = Actor(
        id=member.id, name=member.name, is_staff=False, capabilities=buyer.capabilities,
        account_id=company.account.id,
    )  # fmt: skip
    lines: list[int] = []
    for actor in (buyer, second):
        cart: Cart = world.fill_cart(company.account, actor, dict.fromkeys(products, 3))
        cart.name, cart.message = company.marked("pad"), company.marked("pad-message")
        session.add(
            UndecidedRow(
                cart_id=cart.id, row_number=1, code=company.marked("code"), quantity_text="4",
                quantity=Decimal(4), problem="unknown",
            )
        )  # fmt: skip
        session.flush()
        rows = session.query(CartLine).filter(CartLine.cart_id == cart.id).order_by(CartLine.id)
        lines += [row.id for row in rows]
    company.values |= {"lines/line_id": lines, "pricing/line_id": lines}
