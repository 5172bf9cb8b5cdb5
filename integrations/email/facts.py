"""What each kind of mail may name, as texts in the reader's language, from the records it is about.

Whole sentences that depend on how things stand ("It ships on ...") are facts, too: so the words of
a mail need no conditions, and a company can choose them without writing a program.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.kernel.seller import Seller
from models.orders import Order
from web.coined import coined
from web.i18n import _, ngettext
from web.presenting import day, day_in_words, money

Records = dict[str, Any]
Facts = dict[str, str]


def facts_of(kind: str, records: Records) -> Facts:
    """The facts of a mail by placeholder. To be called inside `speaking`."""
    seller: Seller = records["seller"]
    facts = FACTS[kind](records) | {"company": seller.trading_name, "phone": seller.phone}
    order: Order | None = records.get("order")
    if isinstance(order, Order):
        facts = {"order number": order.number, "PO number": order.po_number} | facts
    return facts


def _acknowledgement(records: Records) -> Facts:
    order, seller = records["order"], records["seller"]
    told = _("It was placed for you by %(seller)s.", seller=seller.trading_name)
    return {
        "total": money(order.total_amount, order.currency),
        "placed for you": told if order.placed_on_behalf else "",
        "when it ships": _when_it_ships(order),
        "what it waits for": _what_it_waits_for(order),
    }


def _revised(records: Records) -> Facts:
    order, made = records["order"], records["made"]
    if made.kind == "rest_cancelled":
        changed = _("What was still open of your order %(number)s is cancelled.",
                    number=order.number)  # fmt: skip
    else:
        changed = _("Your order %(number)s was changed.", number=order.number)
    return {
        "revision": str(made.revision),
        "what changed": changed,
        "total": money(made.total_after, order.currency),
        "total before": money(made.total_before, order.currency),
        "reason": coined(made.reason),
        "when it ships": _when_the_rest_ships(order),
    }


def _cancelled(records: Records) -> Facts:
    order, made = records["order"], records["made"]
    told = _(
        "If you have paid for it already, the money goes back to you. Your bank may take a few"
        " days."
    )
    return {
        "total before": money(made.total_before, order.currency),
        "reason": coined(made.reason),
        "money back": told if order.payment_means in ("card", "transfer") else "",
    }


def _payment_due(records: Records) -> Facts:
    order = records["order"]
    amount = money(records["amount"], order.currency)
    if order.shipped_at is None and order.revision:
        due = _("Your order %(number)s was changed. We send it as soon as another %(amount)s are"
                " paid by card.", number=order.number, amount=amount)  # fmt: skip
    else:
        due = _("The rest of your order %(number)s is in stock. We send it as soon as %(amount)s"
                " are paid by card.", number=order.number, amount=amount)  # fmt: skip
    return {"amount": amount, "what is due": due, "link": records["link"]}


def _shipped(records: Records) -> Facts:
    order, shipment = records["order"], records["shipment"]
    is_collected = order.freight_choice == "collection"
    if is_collected:
        left = _("The goods of collection note %(number)s were handed over.",
                 number=shipment.number)  # fmt: skip
    else:
        left = _("Delivery note %(number)s has left our warehouse for %(company)s, %(city)s.",
                 number=shipment.number, company=shipment.ship_to["company"],
                 city=shipment.ship_to["city"])  # fmt: skip
    follows = _("The rest of the order follows.") if order.status == "partly_shipped" else ""
    return {
        "delivery note number": shipment.number,
        "where it is": _("collected") if is_collected else _("on its way"),
        "what left": left,
        "tracking number": shipment.tracking_number or "",
        "what follows": follows,
    }


def _pro_forma(records: Records) -> Facts:
    asked, order, seller = records["pro_forma"], records["order"], records["seller"]
    return {
        "pro-forma number": asked.number,
        "amount": money(asked.total_amount, order.currency),
        "pay by": day(asked.pay_by),
        "bank details": _bank(seller, asked.number),
        "card link": records["link"],
    }


def _invoice(records: Records) -> Facts:
    invoice, seller, left = records["invoice"], records["seller"], records["due"]
    due, until = money(left, invoice.currency), day(invoice.due_on)
    paid = _("It was paid in advance. Nothing is left to pay.")
    return {
        "invoice number": invoice.number,
        "order number": invoice.order_number,
        "PO number": invoice.po_number,
        "amount": money(invoice.total_amount, invoice.currency),
        "what is due": _("%(amount)s due %(day)s", amount=due, day=until) if left else _("paid"),
        "left to pay": due if 0 < left < invoice.total_amount else "",
        "due date": until if left else "",
        "paid in full": "" if left else paid,
        "bank details": _bank(seller, invoice.number) if left else "",
    }


def _credit_note(records: Records) -> Facts:
    note, corrects = records["invoice"], records["corrects"]
    return {
        "credit note number": note.number,
        "invoice number": corrects.number if corrects else "",
        "amount": money(note.total_amount, note.currency),
        "reason": note.reason,
    }


def _statement(records: Records) -> Facts:
    statement = records["statement"]
    closing = money(abs(statement.closing), statement.currency)
    if statement.closing >= 0:
        balance = _("Balance to pay: %(amount)s", amount=closing)
    else:
        balance = _("Balance in your favour: %(amount)s", amount=closing)
    late = statement.ageing.overdue
    return {
        "account number": records["account"].number,
        "first day": day(statement.starts_on),
        "last day": day(statement.ends_on),
        "balance": balance,
        "overdue": _("Overdue: %(amount)s. If you have paid it in the last days, please ignore this"
                     " line.", amount=money(late, statement.currency)) if late else "",
    }  # fmt: skip


def _answered(records: Records) -> Facts:
    found = records["found"]
    return {"answer": found.answer or "", "question": found.text, "link": records["link"]}


def _return_decided(records: Records) -> Facts:
    found, order = records["found"], records["order"]
    is_agreed = found.state != "refused"
    if is_agreed:
        decision = _("We take back what you asked for from order %(order)s.", order=order.number)
        send = _("Please write %(number)s on the parcel and send it to:", number=found.number)
    else:
        decision = _("We cannot take back what you asked for from order %(order)s.",
                     order=order.number)  # fmt: skip
        send = ""
    return {
        "return number": found.number,
        "outcome": _("agreed") if is_agreed else _("refused"),
        "decision": decision,
        "how to send it": "\n".join([send, *records["address"]]) if is_agreed else "",
        "message": found.decision or "",
    }


def _price_notice(records: Records) -> Facts:
    count = records["products"]
    return {
        "account number": records["account"].number,
        "valid from": day(records["starts_on"]),
        "products": ngettext("%(num)s product", "%(num)s products", count),
    }


def _purchase_order(records: Records) -> Facts:
    bought = records["purchase_order"]
    return {"purchase order number": bought.number, "deliver by": day(bought.expected_on)}


FACTS: dict[str, Callable[[Records], Facts]] = {
    "acknowledgement": _acknowledgement,
    "acknowledgement_revised": _revised,
    "cancelled": _cancelled,
    "payment_due": _payment_due,
    "shipped": _shipped,
    "pro_forma": _pro_forma,
    "pro_forma_reminder": _pro_forma,
    "pro_forma_lapsed": _pro_forma,
    "invoice": _invoice,
    "credit_note": _credit_note,
    "statement": _statement,
    "answered": _answered,
    "return_decided": _return_decided,
    "price_notice": _price_notice,
    "purchase_order": _purchase_order,
}
"""How each kind of mail about a document finds its facts."""


def _when_it_ships(order: Order) -> str:
    if order.promised_on is None:
        return _("Part of it is not in stock; we will tell you the date as soon as we know it.")
    ships = _("It ships on %(day)s.", day=day_in_words(order.promised_on))
    if order.deliver_on is None or order.freight_choice == "collection":
        return ships
    arrives = _("Delivery on %(day)s.", day=day_in_words(order.deliver_on))
    return f"{ships} {arrives}"


def _when_the_rest_ships(order: Order) -> str:
    if order.status not in ("open", "picking", "partly_shipped"):
        return _what_it_waits_for(order)
    if order.promised_on is None:
        return _("Part of it is not in stock; we will tell you the date as soon as we know it.")
    return _("The last of it ships on %(day)s.", day=day_in_words(order.promised_on))


def _what_it_waits_for(order: Order) -> str:
    if order.status != "on_hold":
        return ""
    if order.payment_means == "card":
        return _("It waits for your card payment. You can pay from the page of the order.")
    return _("The order waits for a check of your account. We will be in touch, or call us.")


def _bank(seller: Seller, reference: str) -> str:
    if not seller.iban:
        return ""
    bank = seller.bank_name or seller.legal_name
    return _("Bank: %(bank)s, IBAN %(iban)s, reference %(number)s",
             bank=bank, iban=seller.iban, number=reference)  # fmt: skip
