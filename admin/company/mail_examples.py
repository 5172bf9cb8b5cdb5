"""A real record to show a mail's words on: the latest of its kind, or the one that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from admin.frame import seller, today
from integrations.email.facts import FACTS, Facts, Records, facts_of
from models.accounts import Account
from models.fulfilment import GoodsReturn, Shipment
from models.insight import count_waiting, order_figures, parts_of_day
from models.inventory import Warehouse
from models.kernel.errors import Refused
from models.kernel.money import ZERO
from models.orders import Order, OrderAmendment, OrderRequest
from models.pricing import AccountPriceNotice, PriceNotice
from models.purchasing import PurchaseOrder
from models.receivables import Invoice, ProForma, draw_up, due_by_card, paid_before
from web.day import waiting_in_words
from web.i18n import _, speaking
from web.identity import current_actor, current_visit
from web.mailing import what_to_do
from web.presenting import day_in_words
from web.transactions import session as db

Found = tuple[str, Facts]
"""What it is shown on, in words, and its facts."""


def example(session: Session, kind: str, locale: str, number: str) -> Found | None:
    """The facts of a record as this mail would name them; None where there is none yet.

    Refused where none has the number that was asked for.
    """
    if kind not in FACTS:
        return current_actor().name, _of_a_person(kind, locale)
    found = FINDERS[kind](session, kind, number)
    if found is None and number:
        raise Refused("There is no such document for this mail.", field="example")
    if found is None:
        return None
    shown_on, records = found
    with speaking(locale):
        return shown_on, facts_of(kind, {"seller": seller(), **records})


def _of_a_person(kind: str, locale: str) -> Facts:
    """Mails about a sign-in have no document: they are shown as if written to who is looking."""
    base = current_app.config["BASE_URL"]
    return {
        "company": seller().trading_name,
        "phone": seller().phone,
        "name": current_actor().name,
        "account number": "C-10001",
        "what to do": what_to_do(locale, is_new=True),
        "link": f"{base}/…",
        "invited by": current_actor().name,
        "invited to": seller().trading_name,
        "new address": current_visit().email,
        "reason": _("We only deliver to shops."),
    } | (_of_the_day(locale, base) if kind == "today" else {})


def _of_the_day(locale: str, base: str) -> Facts:
    """What waits for who is looking, as the mail of this morning would say it."""
    actor, on = current_actor(), today()
    counts, figures = count_waiting(db(), today=on), order_figures(db(), actor, today=on)
    parts = parts_of_day(db(), actor, counts, figures, today=on)
    with speaking(locale):
        waits = waiting_in_words(parts, base)
        return {"day": day_in_words(on), "what waits": waits, "link": f"{base}/admin"}


Finding = tuple[str, Records] | None


def _first(session: Session, wanted: Select[Any], column: Any, number: str) -> Any:
    if number:
        wanted = wanted.where(column == number)
    return session.scalars(wanted.limit(1)).first()


def _order(session: Session, _kind: str, number: str) -> Finding:
    order = _first(session, select(Order).order_by(Order.id.desc()), Order.number, number)
    if order is None:
        return None
    due = max(due_by_card(session, order), ZERO) or order.total_amount
    link = f"{current_app.config['BASE_URL']}/orders/{order.number}"
    return order.number, {"order": order, "amount": due, "link": link}


def _amendment(session: Session, kind: str, number: str) -> Finding:
    wanted = select(OrderAmendment).join(Order, Order.id == OrderAmendment.order_id)
    is_whole = OrderAmendment.kind == "cancelled"
    wanted = wanted.where(is_whole if kind == "cancelled" else ~is_whole)
    made = _first(session, wanted.order_by(OrderAmendment.id.desc()), Order.number, number)
    if made is None:
        return None
    order = session.get_one(Order, made.order_id)  # in scope: an administrator sees every order
    return order.number, {"order": order, "made": made}


def _shipment(session: Session, _kind: str, number: str) -> Finding:
    wanted = select(Shipment).where(Shipment.shipped_at.is_not(None))
    found = _first(session, wanted.order_by(Shipment.id.desc()), Shipment.number, number)
    if found is None:
        return None
    order = session.get_one(Order, found.order_id)  # in scope: an administrator sees every order
    return found.number, {"shipment": found, "order": order}


def _pro_forma(session: Session, _kind: str, number: str) -> Finding:
    wanted = select(ProForma).order_by(ProForma.id.desc())
    found = _first(session, wanted, ProForma.number, number)
    if found is None:
        return None
    order = session.get_one(Order, found.order_id)  # in scope: an administrator sees every order
    link = f"{current_app.config['BASE_URL']}/orders/{order.number}"
    return found.number, {"pro_forma": found, "order": order, "link": link}


def _invoice(session: Session, kind: str, number: str) -> Finding:
    wanted = select(Invoice).where(
        Invoice.kind == "credit_note" if kind == "credit_note" else Invoice.kind != "credit_note"
    )
    found = _first(session, wanted.order_by(Invoice.id.desc()), Invoice.number, number)
    if found is None:
        return None
    # in scope: an administrator sees every invoice
    corrects = session.get(Invoice, found.corrects_id) if found.corrects_id else None
    due = found.total_amount - paid_before(session, found)
    return found.number, {"invoice": found, "corrects": corrects, "due": due}


def _statement(session: Session, _kind: str, number: str) -> Finding:
    latest = select(Account).join(Invoice, Invoice.bill_to_account_id == Account.id)
    account = _first(session, latest.order_by(Invoice.id.desc()), Account.number, number)
    if account is None:
        return None
    statement = draw_up(session, account, today().replace(day=1), today())
    return account.number, {"statement": statement, "account": account}


def _price_notice(session: Session, _kind: str, number: str) -> Finding:
    latest = (
        select(AccountPriceNotice, Account, PriceNotice.starts_on)
        .join(Account, Account.id == AccountPriceNotice.account_id)
        .join(PriceNotice, PriceNotice.id == AccountPriceNotice.notice_id)
        .order_by(AccountPriceNotice.id.desc())
    )
    if number:
        latest = latest.where(Account.number == number)
    found = session.execute(latest.limit(1)).first()
    if found is None:
        return None
    told, account, starts_on = found
    return account.number, {
        "account": account, "starts_on": starts_on, "products": told.products,
    }  # fmt: skip


def _return(session: Session, _kind: str, number: str) -> Finding:
    wanted = select(GoodsReturn).where(GoodsReturn.state != "requested")
    found = _first(session, wanted.order_by(GoodsReturn.id.desc()), GoodsReturn.number, number)
    if found is None:
        return None
    # in scope: an administrator sees every return
    order, place = (
        session.get_one(Order, found.order_id),
        session.get_one(Warehouse, found.warehouse_id),
    )
    address = [part for part in (place.name, *place.address.values()) if part]
    return found.number, {"found": found, "order": order, "address": address}


def _answered(session: Session, _kind: str, number: str) -> Finding:
    wanted = select(OrderRequest).join(Order, Order.id == OrderRequest.order_id)
    wanted = wanted.where(OrderRequest.answered_at.is_not(None))
    found = _first(session, wanted.order_by(OrderRequest.id.desc()), Order.number, number)
    if found is None:
        return None
    order = session.get_one(Order, found.order_id)  # in scope: an administrator sees every order
    link = f"{current_app.config['BASE_URL']}/orders/{order.number}"
    return order.number, {"found": found, "order": order, "link": link}


def _purchase_order(session: Session, _kind: str, number: str) -> Finding:
    wanted = select(PurchaseOrder).order_by(PurchaseOrder.id.desc())
    found = _first(session, wanted, PurchaseOrder.number, number)
    return None if found is None else (found.number, {"purchase_order": found})


FINDERS: dict[str, Callable[[Session, str, str], Finding]] = {
    "acknowledgement": _order,
    "acknowledgement_revised": _amendment,
    "cancelled": _amendment,
    "payment_due": _order,
    "shipped": _shipment,
    "pro_forma": _pro_forma,
    "pro_forma_reminder": _pro_forma,
    "pro_forma_lapsed": _pro_forma,
    "invoice": _invoice,
    "credit_note": _invoice,
    "statement": _statement,
    "answered": _answered,
    "return_decided": _return,
    "price_notice": _price_notice,
    "purchase_order": _purchase_order,
}
"""Which record each mail is about."""
