"""An order's story in sentences, the same for buyer, rep, desk and finance."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from web.changes import amended_sentence, cancelled_sentence, difference_lines
from web.i18n import _, lazy
from web.presenting import clock_time, day, day_in_words, money, quantity, unit_price

Entry = dict[str, Any]

LOOKS = {
    "order.placed": ("clipboard-list", "info"),
    "order.released": ("hand", ""),
    "order.picked": ("package-check", ""),
    "order.approved": ("circle-check", "ok"),
    "order.cancelled": ("ban", "bad"),
    "order.amended": ("pencil", "info"),
    "line.price_overridden": ("tag", "info"),
    "line.pack_overridden": ("package-open", "info"),
    "line.sample": ("package-open", "info"),
    "special.bought": ("factory", "info"),
    "special.not_bought": ("undo-2", "info"),
    "special.left_over": ("triangle-alert", "warn"),
    "order.split_pack_agreed": ("package-open", "info"),
    "order.carriage_agreed": ("truck", "info"),
    "counter.cash_given": ("banknote", ""),
    "order.ship_day_agreed": ("calendar-days", "info"),
    "request.cancel": ("message-square", "warn"),
    "request.change": ("message-square", "warn"),
    "request.answered": ("message-square", "info"),
    "message.written": ("message-square", "warn"),
    "message.taken": ("user", ""),
    "message.given_back": ("user", ""),
    "message.closed": ("message-square", ""),
    "pick_list.recalled": ("undo-2", ""),
    "note.added": ("message-square", "info"),
    "hold.placed": ("hourglass", "warn"),
    "hold.released": ("circle-check", "ok"),
    "line.backordered": ("calendar-clock", "warn"),
    "line.filled": ("package", "ok"),
    "line.short_picked": ("triangle-alert", "warn"),
    "promise.moved": ("calendar-days", "warn"),
    "shipment.packed": ("package", ""),
    "shipment.unpacked": ("package-open", ""),
    "shipment.shipped": ("truck", "ok"),
    "shipment.delivered": ("circle-check", "ok"),
    "invoice.issued": ("receipt-text", "info"),
    "credit_note.issued": ("receipt-text", ""),
    "credit.applied": ("wallet", "ok"),
    "return.requested": ("undo-2", "info"),
    "return.approved": ("circle-check", "ok"),
    "return.refused": ("ban", "bad"),
    "return.received": ("package-check", "ok"),
    "return.closed": ("circle-check", ""),
    "payment.applied": ("wallet", "ok"),
    "payment.received": ("credit-card", "ok"),
    "payment.expired": ("credit-card", "warn"),
    "pro_forma.issued": ("file-text", "info"),
    "pro_forma.reminded": ("mail", "info"),
    "stock.given_back": ("undo-2", "warn"),
    "line.cancelled": ("ban", "warn"),
    "refund.asked": ("undo-2", "info"),
    "refund.succeeded": ("undo-2", "ok"),
    "refund.failed": ("triangle-alert", "bad"),
    "refund.owed": ("undo-2", "warn"),
    "payment.returned": ("undo-2", "bad"),
    "mail.sent": ("mail", ""),
}
CAME = {
    "phone": lazy("by phone"),
    "mail": lazy("by mail"),
    "imported": lazy("before we moved to this program"),
}
HOLDS = {
    "credit_limit": lazy("It waits: it is over the credit limit."),
    "overdue": lazy("It waits: an invoice is overdue."),
    "awaiting_payment": lazy("It waits for the payment."),
    "below_floor": lazy("It waits: a price is below the floor."),
    "address": lazy("It waits: the carriage to this address is not settled."),
    "approval": lazy("It waits for approval."),
    "manual": lazy("It was put on hold."),
}


def timeline_of(
    events: Iterable[Any], *, time_zone: str, currency: str, for_staff: bool = False
) -> list[tuple[str, list[Entry]]]:
    """The events (newest first, as `events_of` gives them) by day, for `ui.timeline`; to staff
    the buyer's own numbers are theirs, to the buyer yours."""
    zone = ZoneInfo(time_zone)
    days = groupby(events, key=lambda event: event.at.astimezone(zone).date())
    return [
        (day_in_words(on), [_entry(event, time_zone, currency, for_staff) for event in group])
        for on, group in days
    ]


def sentence_of(event: Any, currency: str, *, for_staff: bool = False) -> str:
    """What happened, without who did it; an unknown kind says its own name."""
    facts = {**event.facts, "for_staff": for_staff}
    tell = _SENTENCES.get(event.kind)
    if tell is not None:
        return str(tell(facts, currency))
    return str(facts.get("text") or event.kind.replace(".", " ").replace("_", " ").capitalize())


def _entry(event: Any, time_zone: str, currency: str, for_staff: bool) -> Entry:
    icon, tone = LOOKS.get(event.kind, ("activity", ""))
    at: datetime = event.at
    return {
        "icon": icon,
        "tone": tone,
        "text": Markup("<b>{}</b>").format(sentence_of(event, currency, for_staff=for_staff)),
        "note": _who(event),
        "quote": _quote(event, currency),
        "time": clock_time(at, time_zone),
        "datetime": at.isoformat(),
    }


def _quote(event: Any, currency: str) -> str:
    """A note, or the differences that a change made, line by line."""
    if event.facts.get("note"):
        return escape(event.facts["note"])
    lines = difference_lines(event.facts.get("changes") or (), currency)
    return Markup("<br>").join(escape(line) for line in lines) if lines else ""


def _who(event: Any) -> str:
    reason = str(event.facts.get("reason") or "")
    who = event.actor or ""
    if who and event.on_behalf:
        who = _("%(name)s, on behalf of the customer", name=who)
    return ". ".join(part for part in (who, reason) if part)


def _amount(facts: Entry, name: str, currency: str) -> str:
    return money(Decimal(str(facts.get(name, 0))), currency)


def _day(facts: Entry, name: str) -> str:
    value = facts.get(name)
    return day(date.fromisoformat(str(value))) if value else _("no date yet")


def _units(facts: Entry) -> str:
    return quantity(Decimal(str(facts.get("quantity", 0))))


def _told_units(facts: Entry) -> str:
    return quantity(Decimal(str(facts.get("units", 0))))


def _placed(facts: Entry, currency: str) -> str:
    total = _amount(facts, "total", currency)
    said = _("Order placed, %(total)s", total=total)
    if facts.get("po_number"):
        words = _("Order placed, %(total)s, your PO %(po)s")
        if facts["for_staff"]:
            words = _("Order placed, %(total)s, their PO %(po)s")
        said = words % {"total": total, "po": facts["po_number"]}
    how = CAME.get(str(facts.get("channel")))
    if how is None:
        return said
    return ", ".join(part for part in (said, str(how), str(facts.get("caller") or "")) if part)


def _by_hand(facts: Entry, currency: str) -> str:
    price = unit_price(Decimal(str(facts.get("after", 0))), currency)
    return _("%(sku)s at %(price)s by hand", sku=facts.get("sku", ""), price=price)


def _tied(facts: Entry) -> dict[str, str]:
    number = str(facts.get("purchase_order", ""))
    return {"units": _units(facts), "sku": str(facts.get("sku", "")), "number": number}


def _shipped(facts: Entry, currency: str) -> str:
    if facts.get("tracking"):
        return _("Shipped, %(number)s, tracking %(tracking)s",
                 number=facts.get("number", ""), tracking=facts["tracking"])  # fmt: skip
    return _("Shipped, %(number)s", number=facts.get("number", ""))


def _moved(facts: Entry, currency: str) -> str:
    return _("%(sku)s is promised for %(after)s now, was %(before)s",
             sku=facts.get("sku", ""), after=_day(facts, "after"),
             before=_day(facts, "before"))  # fmt: skip


_SENTENCES: dict[str, Any] = {
    "counter.cash_given": lambda facts, currency: _(
        "Paid in cash %(given)s, change %(change)s",
        given=_amount(facts, "given", currency), change=_amount(facts, "change", currency),
    ),
    "order.placed": _placed,
    "line.price_overridden": _by_hand,
    "line.pack_overridden": lambda facts, currency: _(
        "%(units)s of %(sku)s, not by the pack", units=_units(facts), sku=facts.get("sku", "")
    ),
    "line.sample": lambda facts, currency: _(
        "%(units)s of %(sku)s go as a sample", units=_units(facts), sku=facts.get("sku", "")
    ),
    "special.bought": lambda facts, currency: _(
        "%(units)s of %(sku)s are bought on %(number)s", **_tied(facts)
    ),
    "special.not_bought": lambda facts, currency: _(
        "%(units)s of %(sku)s were taken off %(number)s", **_tied(facts)
    ),
    "special.left_over": lambda facts, currency: _(
        "%(units)s of %(sku)s still come on %(number)s and will be our stock", **_tied(facts)
    ),
    "order.carriage_agreed": lambda facts, currency: _(
        "Carriage %(amount)s by hand", amount=_amount(facts, "amount", currency)
    ),
    "order.split_pack_agreed": lambda facts, currency: _(
        "Split-pack charge %(amount)s by hand", amount=_amount(facts, "amount", currency)
    ),
    "order.ship_day_agreed": lambda facts, currency: _(
        "Ship day %(day)s promised by hand", day=_day(facts, "day")
    ),
    "order.released": lambda facts, currency: _("Given to the warehouse"),
    "order.picked": lambda facts, currency: _("Picked"),
    "order.approved": lambda facts, currency: _("Approved"),
    "order.cancelled": cancelled_sentence,
    "order.amended": amended_sentence,
    "request.cancel": lambda facts, currency: _("Asked to cancel it"),
    "request.change": lambda facts, currency: _("Asked to change it"),
    "request.answered": lambda facts, currency: _("Answered"),
    "message.written": lambda facts, currency: _("Wrote to us"),
    "message.taken": lambda facts, currency: _(
        "%(name)s answers it", name=facts.get("name", "")
    ),
    "message.given_back": lambda facts, currency: _("Given back to everybody"),
    "message.closed": lambda facts, currency: _("Closed without an answer"),
    "pick_list.recalled": lambda facts, currency: _(
        "Pick list %(number)s taken back", number=facts.get("number", "")
    ),
    "note.added": lambda facts, currency: _("Note added"),
    "hold.placed": lambda facts, currency: str(
        HOLDS.get(str(facts.get("code")), HOLDS["manual"])
    ),
    "hold.released": lambda facts, currency: _("Released, it goes on"),
    "line.backordered": lambda facts, currency: _(
        "%(units)s of %(sku)s wait for the next delivery",
        units=_units(facts), sku=facts.get("sku", ""),
    ),
    "line.filled": lambda facts, currency: _(
        "%(units)s of %(sku)s have come in", units=_units(facts), sku=facts.get("sku", "")
    ),
    "line.short_picked": lambda facts, currency: _(
        "%(units)s of %(sku)s were missing on the shelf",
        units=_units(facts), sku=facts.get("sku", ""),
    ),
    "promise.moved": _moved,
    "shipment.packed": lambda facts, currency: _(
        "Packed, %(number)s", number=facts.get("number", "")
    ),
    "shipment.unpacked": lambda facts, currency: _("Opened again to repack"),
    "shipment.shipped": _shipped,
    "shipment.delivered": lambda facts, currency: _("Delivered"),
    "invoice.issued": lambda facts, currency: _(
        "Invoice %(number)s, %(amount)s, due %(day)s", number=facts.get("number", ""),
        amount=_amount(facts, "amount", currency), day=_day(facts, "due_on"),
    ),
    "credit_note.issued": lambda facts, currency: _(
        "Credit note %(number)s, %(amount)s", number=facts.get("number", ""),
        amount=_amount(facts, "amount", currency),
    ),
    "credit.applied": lambda facts, currency: _(
        "%(amount)s of %(note)s set against %(number)s",
        amount=_amount(facts, "amount", currency), note=facts.get("credit_note", ""),
        number=facts.get("number", ""),
    ),
    "return.requested": lambda facts, currency: _(
        "Return %(number)s asked for, %(units)s units", number=facts.get("number", ""),
        units=_told_units(facts),
    ),
    "return.approved": lambda facts, currency: _(
        "Return %(number)s agreed", number=facts.get("number", "")
    ),
    "return.refused": lambda facts, currency: _(
        "Return %(number)s refused", number=facts.get("number", "")
    ),
    "return.received": lambda facts, currency: _(
        "%(units)s units of return %(number)s came in", units=_told_units(facts),
        number=facts.get("number", ""),
    ),
    "return.closed": lambda facts, currency: _(
        "Return %(number)s closed", number=facts.get("number", "")
    ),
    "payment.applied": lambda facts, currency: _(
        "%(amount)s paid for %(number)s", amount=_amount(facts, "amount", currency),
        number=facts.get("number", ""),
    ),
    "payment.received": lambda facts, currency: (
        _("%(amount)s came in, paid in advance", amount=_amount(facts, "amount", currency))
        if facts.get("means", "card") != "card"
        else _("%(amount)s paid by card", amount=_amount(facts, "amount", currency))
    ),
    "pro_forma.issued": lambda facts, currency: _(
        "Pro-forma %(number)s: %(amount)s to pay in advance", number=facts.get("number", ""),
        amount=_amount(facts, "amount", currency),
    ),
    "pro_forma.reminded": lambda facts, currency: _(
        "Reminded of pro-forma %(number)s", number=facts.get("number", "")
    ),
    "payment.expired": lambda facts, currency: _(
        "The card payment of %(amount)s was not finished",
        amount=_amount(facts, "amount", currency),
    ),
    "stock.given_back": lambda facts, currency: _("Its goods are not kept any longer"),
    "line.cancelled": lambda facts, currency: _(
        "%(units)s of %(sku)s are cancelled: they are not in stock any more",
        units=_units(facts), sku=facts.get("sku", ""),
    ),
    "refund.asked": lambda facts, currency: _(
        "%(amount)s will be refunded", amount=_amount(facts, "amount", currency)
    ),
    "refund.succeeded": lambda facts, currency: _(
        "%(amount)s refunded", amount=_amount(facts, "amount", currency)
    ),
    "refund.owed": lambda facts, currency: _(
        "%(amount)s were paid beyond what it comes to: accounting gives it back",
        amount=_amount(facts, "amount", currency),
    ),
    "refund.failed": lambda facts, currency: _(
        "The refund of %(amount)s did not go through", amount=_amount(facts, "amount", currency)
    ),
    "payment.returned": lambda facts, currency: _(
        "The bank took back %(amount)s", amount=_amount(facts, "amount", currency)
    ),
    "mail.sent": lambda facts, currency: _(
        "Mail sent: %(subject)s", subject=facts.get("subject", "")
    ),
}  # fmt: skip
