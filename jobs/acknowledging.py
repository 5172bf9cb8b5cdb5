"""The acknowledgement of an order, mailed to whoever placed it and whoever the account names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.delivering import consumes
from models.accounts import Account, DocumentRecipient, User
from models.kernel.mail import queue_mail
from models.kernel.outbox import DomainEvent
from models.kernel.quantity import plain
from models.kernel.seller import Seller
from models.orders import Order, OrderCharge, OrderHold, OrderLine
from web.i18n import gettext, ngettext, speaking
from web.presenting import day_in_words, money, unit_price
from web.timeline import HOLDS

TEMPLATES = Path(__file__).parents[1] / "templates"
DOCUMENT = "order_acknowledgement"


@consumes("order.placed")
def mail_the_acknowledgement(session: Session, event: DomainEvent) -> None:
    """Queues the mail; nobody to mail to is no fault."""
    order = session.get_one(Order, event.facts["order_id"])
    account = session.get_one(Account, order.account_id)
    recipients = _recipients(session, order)
    if not recipients:
        return
    with speaking(account.locale):
        facts = _facts(session, order, account)
        queue_mail(
            session,
            to=recipients,
            subject=gettext("Order %(number)s: we have it", number=order.number),
            text=_written("order_acknowledged.txt", facts),
            html=_written("order_acknowledged.html", facts),
            kind=DOCUMENT,
            account_id=account.id,
        )


def _recipients(session: Session, order: Order) -> list[str]:
    """The buyer who placed it (never the rep on their behalf), and the account's own addresses."""
    named = session.scalars(
        select(DocumentRecipient.email).where(
            DocumentRecipient.account_id == order.account_id,
            DocumentRecipient.document_kind == DOCUMENT,
            DocumentRecipient.means == "mail",
            DocumentRecipient.email != "",
        )
    ).all()
    buyer = session.scalars(
        select(User.email).where(
            User.id == order.placed_by_id, User.kind == "buyer", User.disabled_at.is_(None)
        )
    ).all()
    return sorted({*named, *buyer})


def _facts(session: Session, order: Order, account: Account) -> dict[str, Any]:
    lines = session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
    ).all()
    charges = session.scalars(
        select(OrderCharge).where(OrderCharge.order_id == order.id).order_by(OrderCharge.id)
    ).all()
    holds = session.scalars(
        select(OrderHold.code).where(
            OrderHold.order_id == order.id, OrderHold.released_at.is_(None)
        )
    ).all()
    return {
        "order": order,
        "account": account,
        "seller": session.get_one(Seller, order.seller_id),
        "lines": [_line(line, order.currency) for line in lines],
        "charges": [(row.text, money(row.amount, order.currency)) for row in charges],
        "goods": money(order.goods_amount, order.currency),
        "tax": money(order.tax_amount, order.currency),
        "total": money(order.total_amount, order.currency),
        "ships": day_in_words(order.promised_on) if order.promised_on else "",
        "arrives": day_in_words(order.deliver_on) if order.deliver_on else "",
        "holds": [str(HOLDS[code]) for code in holds],
    }


def _line(line: OrderLine, currency: str) -> dict[str, str]:
    return {
        "sku": line.sku,
        "name": line.name,
        "own": line.own_number,
        "quantity": plain(line.ordered),
        "each": unit_price(line.unit_price, currency),
        "total": money(line.line_amount, currency),
        "later": plain(line.backordered) if line.backordered else "",
        "ships": day_in_words(line.promised_on) if line.promised_on else "",
    }


def _written(name: str, facts: dict[str, Any]) -> str:
    environment: Any = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(gettext, _plural, newstyle=True)
    text: str = environment.get_template(f"emails/{name}").render(facts)
    return text


def _plural(one: str, many: str, num: int) -> str:
    return ngettext(one, many, num)
