"""An order in the words and figures of its page."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from models.accounts import Actor, Capability
from models.checkout import Shopper
from models.fulfilment import returnable, returns_of_order, shipments_of
from models.kernel.quantity import plain
from models.orders import OrderPage, open_request
from models.receivables import card_payments_of, invoices_of_order, latest_pro_forma
from storefront.changeable import Changeable, changeable
from storefront.frame import can, own_number
from storefront.paying import awaits_payment
from storefront.shopping import buyer_actor, own_day
from web.addresses import address_lines
from web.i18n import _, ngettext
from web.presenting import day, day_in_words, day_month, money, percentage, unit_price
from web.statuses import (
    RETURN_REASONS,
    StatusView,
    invoice_status,
    order_status,
    return_status,
)
from web.timeline import HOLDS, timeline_of
from web.transactions import session


@dataclass(frozen=True, slots=True)
class OrderView:
    """What the order's page shows."""

    number: str
    href: str
    reorder_href: str
    status: StatusView
    placed: str
    placed_by: str
    po_number: str
    old_number: str
    facts: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    figures: list[tuple[str, str]]
    total: tuple[str, str]
    address: list[str]
    delivery_note: str
    holds: list[str]
    shipments: list[dict[str, Any]]
    invoices: list[dict[str, Any]]
    returns: list[dict[str, Any]]
    return_href: str
    """Where something is returned; empty where nothing may be."""
    timeline: list[Any]
    message: str
    total_text: str
    promise: str
    payment_means: str
    pay_href: str
    pro_forma: dict[str, str] | None
    """What is asked for in advance, with the address of its PDF."""
    payments: list[dict[str, str]]
    can_do: Changeable
    waiting: str
    """What was written to the desk and nobody has answered."""


def order_view(record: OrderPage, shopper: Shopper, *, by: Actor | None = None) -> OrderView:
    """The order as the page shows it; `by` is who would change it, the person of this request
    where nobody is named."""
    order, currency = record.head.Order, record.head.Order.currency
    zone = shopper.seller.time_zone
    address, is_unpaid = order.ship_to, awaits_payment(order)
    open_holds = [hold.code for hold in record.holds if hold.released_at is None]
    waiting = open_request(session(), order.id)
    return OrderView(
        number=order.number,
        href=url_for("orders.order", number=order.number),
        reorder_href=url_for("reordering.differences", number=order.number),
        status=order_status(order.status, open_holds),
        placed=day(own_day(order.placed_at)),
        placed_by=record.head.placed_by or "",
        po_number=order.po_number,
        old_number=order.external_id or "",
        facts=_facts(record, is_unpaid="awaiting_payment" in open_holds),
        lines=[_line(line, currency, waits_for=_waits_for(open_holds)) for line in record.lines],
        figures=_figures(record),
        total=(_("Total"), money(order.total_amount, currency)),
        address=address_lines(address, shopper.seller.country),
        delivery_note=str(address.get("delivery_instructions", "")),
        holds=[str(HOLDS[code]) for code in open_holds],
        shipments=[_shipment(row) for row in shipments_of(session(), order.id)],
        invoices=[_invoice(row, shopper.today) for row in invoices_of_order(session(), order.id)],
        returns=[_return(row) for row in returns_of_order(session(), order.id)],
        return_href=_return_href(record),
        timeline=timeline_of(
            record.events, time_zone=zone, currency=currency, for_staff=buyer_actor().is_staff
        ),
        message=order.message,
        total_text=money(order.total_amount, currency),
        promise=_("We ship it once it is paid.")
        if "awaiting_payment" in open_holds
        else _promise(order),
        payment_means=order.payment_means,
        pay_href=_pay_href(order) if is_unpaid else "",
        pro_forma=_pro_forma(order) if order.payment_means == "transfer" else None,
        payments=[_payment(row, currency) for row in card_payments_of(session(), order.id)],
        can_do=changeable(order, waiting, by or buyer_actor()),
        waiting=waiting.text if waiting and waiting.kind == "message" else "",
    )


def _pay_href(order: Any) -> str:
    """Where the card payment that the order waits for is begun; empty for who may not pay it."""
    if not can(Capability.PLACE_ORDERS):
        return ""
    return url_for("paying.order", number=order.number)


def _pro_forma(order: Any) -> dict[str, str] | None:
    found = latest_pro_forma(session(), order.id)
    if found is None:
        return None
    return {
        "number": found.number,
        "amount": money(found.total_amount, found.currency),
        "pay_by": "" if found.ended_at else day(found.pay_by),
        "href": url_for("orders.pro_forma", number=order.number),
    }


def _payment(row: Any, currency: str) -> dict[str, str]:
    back = row.refunded_amount
    return {
        "number": row.number,
        "day": day(row.received_on),
        "amount": money(row.amount, currency),
        "refunded": money(back, currency) if back else "",
    }


def _facts(record: OrderPage, *, is_unpaid: bool) -> list[dict[str, Any]]:
    order = record.head.Order
    whole = [line for line in record.lines if line.ordered > line.cancelled]
    sent = [line for line in whole if not line.open]
    share = 100 * len(sent) / len(whole) if whole else 100
    said = _("%(sent)s of %(all)s lines", sent=len(sent), all=len(whole))
    facts: list[dict[str, Any]] = [
        {
            "label": _("Total"),
            "value": money(order.total_amount, order.currency),
            "note": ngettext("%(num)s line", "%(num)s lines", len(record.lines)),
        },
        {"label": _("Shipped"), "value": said, "meter": (share, said)},
    ]
    if is_unpaid and not order.shipped_at:
        facts.append({"label": _("Ships"), "value": _("Once it is paid")})
    elif order.status == "on_hold":
        facts.append({"label": _("Ships"), "value": _("Once we release it")})
    elif order.promised_on and not order.shipped_at:
        note = _("As first promised")
        tone = "ok"
        if order.first_promised_on and order.promised_on > order.first_promised_on:
            note = _("First promised for %(day)s", day=day_month(order.first_promised_on))
            tone = "warn"
        facts.append(
            {"label": _("Ships"), "value": day_in_words(order.promised_on), "note": note,
             "tone": tone}
        )  # fmt: skip
    return facts


def _promise(order: Any) -> str:
    if order.status == "on_hold":
        return _("We ship it once it is released, and tell you the day then.")
    if order.promised_on is None:
        return _("Part of it has no date yet. We tell you as soon as it has one.")
    if order.deliver_on:
        days = {"ship": day_in_words(order.promised_on), "arrive": day_in_words(order.deliver_on)}
        if buyer_actor().is_staff:
            return _("Ships %(ship)s, with them %(arrive)s.", **days)
        return _("Ships %(ship)s, with you %(arrive)s.", **days)
    return _("Ships %(ship)s.", ship=day_in_words(order.promised_on))


def _waits_for(open_holds: Collection[str]) -> str:
    """What keeps the lines from being sent, in the words of a line; empty where nothing does."""
    if "awaiting_payment" in open_holds:
        return _("Waits for the payment")
    return _("Waits for its release") if open_holds else ""


def _line(line: Any, currency: str, *, waits_for: str) -> dict[str, Any]:
    return {
        "name": line.name,
        "note": ", ".join(_notes(line)),
        "ordered": plain(line.live or line.ordered),
        "status": _line_status(line, waits_for),
        "each": unit_price(line.unit_price, currency)
        + ("" if line.price_per == 1 else f" / {line.price_per}"),
        "total": money(line.line_amount, currency),
    }  # fmt: skip


def _notes(line: Any) -> Iterator[str]:
    yield line.sku
    if line.own_number:
        yield own_number(line.own_number)
    if line.is_sample:
        yield _("sample, free of charge")
    if line.cancelled and line.live:
        yield _("%(units)s cancelled", units=plain(line.cancelled))


def _line_status(line: Any, waits_for: str) -> StatusView:
    if line.ordered == line.cancelled:
        return StatusView(_("Cancelled"), "", "none")
    if not line.open:
        return StatusView(_("Shipped"), "ok")
    if waits_for and not line.shipped:
        return StatusView(waits_for, "warn", "")
    if line.backordered:
        words = _("%(units)s to follow", units=plain(line.backordered))
        if line.promised_on:
            words = _("%(units)s follow %(day)s", units=plain(line.backordered),
                      day=day_month(line.promised_on))  # fmt: skip
        return StatusView(words, "warn", "half" if line.shipped or line.allocated else "dash")
    if line.shipped:
        return StatusView(_("%(units)s shipped", units=plain(line.shipped)), "info", "half")
    if line.promised_on:
        return StatusView(_("Ships %(day)s", day=day_month(line.promised_on)), "info", "")
    return StatusView(_("In hand"), "info", "")


def _figures(record: OrderPage) -> list[tuple[str, str]]:
    order = record.head.Order
    rows = [(_("Goods"), money(order.goods_amount, order.currency))]
    rows += [(charge.text, money(charge.amount, order.currency)) for charge in record.charges]
    rates = {line.tax_rate for line in record.lines} | {row.tax_rate for row in record.charges}
    label = _("VAT")
    if len(rates) == 1:
        label = _("VAT at %(rate)s", rate=percentage(rates.pop()))
    return [*rows, (label, money(order.tax_amount, order.currency))]


def _shipment(row: Any) -> dict[str, Any]:
    words = {
        "packing": (_("Being packed"), "info", "half"), "packed": (_("Packed"), "info", "half"),
        "shipped": (_("On its way"), "ok", "full"), "delivered": (_("Delivered"), "ok", "full"),
    }  # fmt: skip
    when = row.delivered_at or row.shipped_at
    return {
        "number": row.number,
        "status": StatusView(*words[row.state]),
        "when": day(own_day(when)) if when else "",
        "tracking": row.tracking_number,
        "parcels": ngettext("%(num)s parcel", "%(num)s parcels", row.cartons)
        if row.cartons
        else "",
    }


def _return(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "status": return_status(row.state),
        "when": day(own_day(row.requested_at)),
        "units": ngettext("%(num)s unit", "%(num)s units", int(row.units)),
        "reason": str(RETURN_REASONS[row.reason]),
        "decision": row.decision,
    }


def _return_href(record: OrderPage) -> str:
    """Only a shipped order has something to return; the question costs nothing before."""
    order = record.head.Order
    if order.origin != "entered" or not any(line.shipped > line.returned for line in record.lines):
        return ""
    if not returnable(session(), record.lines):
        return ""
    return url_for("returning.form", number=order.number)


def _invoice(row: Any, today: date) -> dict[str, Any]:
    sign = "−" if row.kind == "credit_note" else ""
    return {
        "kind": row.kind,
        "number": row.number,
        "href": url_for("invoices.invoice", number=row.number),
        "total": sign + money(row.total_amount, row.currency),
        "status": invoice_status(row.kind, row.open_amount, row.due_on, today),
        "due": day(row.due_on),
    }
