"""An order's events as sentences, for whoever looks: the same story on every page.

An event has `kind`, `facts`, `at` and `actor_name` (empty for the program itself).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from models.kernel import clock
from web.i18n import _, ngettext
from web.presenting import clock_time, day, day_in_words, money, quantity


class Event(Protocol):
    """What the sentences need of an event; a row of a query will do."""

    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...
    @property
    def actor_name(self) -> str: ...


Entry = dict[str, Any]

LOOKS: dict[str, tuple[str, str]] = {
    "order.placed": ("inbox", ""),
    "order.released": ("hand", "info"),
    "order.picked": ("package-check", "info"),
    "order.amended": ("pencil", "info"),
    "order.cancelled": ("ban", "bad"),
    "hold.placed": ("lock", "warn"),
    "hold.released": ("shield-check", "ok"),
    "line.backordered": ("triangle-alert", "warn"),
    "line.short_picked": ("package-minus", "warn"),
    "line.filled": ("package", "ok"),
    "promise.moved": ("calendar-clock", "warn"),
    "shipment.packed": ("package", "info"),
    "shipment.unpacked": ("package-open", "warn"),
    "shipment.shipped": ("truck", "ok"),
    "shipment.delivered": ("package-check", "ok"),
    "invoice.issued": ("receipt-text", ""),
    "payment.applied": ("wallet", "ok"),
    "note.added": ("message-square", "info"),
}


def days(
    events: Iterable[Event], time_zone: str, *, currency: str = "GBP"
) -> list[tuple[str, list[Entry]]]:
    """Events (newest first) by day, as `ui.timeline` takes them; days are those of `time_zone`."""
    found: list[tuple[str, list[Entry]]] = []
    for event in events:
        heading = _heading(event.at.astimezone(ZoneInfo(time_zone)).date(), time_zone)
        if not found or found[-1][0] != heading:
            found.append((heading, []))
        found[-1][1].append(_entry(event, time_zone, currency))
    return found


def sentence_of(event: Event, *, currency: str = "GBP") -> Markup:
    """What happened, as one sentence: `Sam picked PL-20001`. An unknown kind is named as it is."""
    write = SENTENCES.get(event.kind)
    if write is None:
        return escape(event.kind.replace(".", " ").replace("_", " ").capitalize())
    return write(_Facts(event, currency))


def hold_words(code: str) -> str:
    """Why an order waits, as the desk says it."""
    words = {
        "credit_limit": _("over its credit limit"),
        "overdue": _("overdue invoices"),
        "awaiting_payment": _("awaiting payment"),
        "below_floor": _("a price below the floor"),
        "address": _("the address"),
        "manual": _("put on hold by hand"),
        "approval": _("the buyer's approval"),
    }
    return words.get(code, code)


class _Facts:
    """The facts of one event, written for reading and escaped."""

    def __init__(self, event: Event, currency: str) -> None:
        self.facts = event.facts
        self.currency = currency
        self.who = Markup("<b>{}</b>").format(event.actor_name or _("The system"))

    def text(self, name: str) -> str:
        return str(self.facts.get(name) or "")

    def money(self, name: str) -> str:
        try:
            return money(Decimal(self.text(name) or "0"), self.currency)
        except InvalidOperation:
            return self.text(name)

    def units(self, name: str) -> str:
        try:
            return quantity(Decimal(self.text(name) or "0"))
        except InvalidOperation:
            return self.text(name)

    def day(self, name: str) -> str:
        try:
            return day_in_words(date.fromisoformat(self.text(name)))
        except ValueError:
            return _("no date yet")

    def put(self, sentence: str, **values: Any) -> Markup:
        """The sentence with its `%(name)s` filled in, everything escaped but the person."""
        return escape(sentence) % {"who": self.who, **values}


def _entry(event: Event, time_zone: str, currency: str) -> Entry:
    icon, tone = LOOKS.get(event.kind, ("activity", ""))
    reason = "" if event.kind == "note.added" else str(event.facts.get("reason") or "")
    return {
        "icon": icon,
        "tone": tone,
        "text": sentence_of(event, currency=currency),
        "note": reason,
        "quote": str(event.facts.get("text") or "") if event.kind == "note.added" else "",
        "time": clock_time(event.at, time_zone),
        "datetime": event.at.isoformat(),
    }


def _heading(on: date, time_zone: str) -> str:
    today = clock.today(time_zone)
    words = day_in_words(on) if on.year == today.year else day(on)
    if on == today:
        return _("Today, %(day)s", day=words)
    return words


def _placed(facts: _Facts) -> Markup:
    if facts.text("caller"):
        return facts.put(_("%(who)s placed the order for %(caller)s"), caller=facts.text("caller"))
    return facts.put(_("%(who)s placed the order for %(total)s"), total=facts.money("total"))


def _held(facts: _Facts) -> Markup:
    return facts.put(_("The order waits: %(why)s"), why=hold_words(facts.text("code")))


def _let_go(facts: _Facts) -> Markup:
    return facts.put(_("%(who)s released the hold: %(why)s"), why=hold_words(facts.text("code")))


def _packed(facts: _Facts) -> Markup:
    cartons = ngettext("%(num)s carton", "%(num)s cartons", int(facts.text("cartons") or 1))
    return facts.put(
        _("%(who)s packed %(number)s in %(cartons)s"),
        number=facts.text("number"),
        cartons=cartons,
    )


def _shipped(facts: _Facts) -> Markup:
    if facts.text("tracking"):
        return facts.put(
            _("%(who)s shipped %(number)s, tracking %(tracking)s"),
            number=facts.text("number"),
            tracking=facts.text("tracking"),
        )
    return facts.put(_("%(who)s shipped %(number)s"), number=facts.text("number"))


def _moved(facts: _Facts) -> Markup:
    return facts.put(
        _("%(sku)s is now promised for %(after)s, was %(before)s"),
        sku=facts.text("sku"),
        after=facts.day("after"),
        before=facts.day("before"),
    )


def _invoiced(facts: _Facts) -> Markup:
    return facts.put(
        _("Invoice %(number)s issued for %(amount)s, due %(due)s"),
        number=facts.text("number"),
        amount=facts.money("amount"),
        due=facts.day("due_on"),
    )


def _paid(facts: _Facts) -> Markup:
    return facts.put(
        _("Payment of %(amount)s set against %(number)s"),
        amount=facts.money("amount"),
        number=facts.text("number"),
    )


def _of_line(sentence: str) -> Callable[[_Facts], Markup]:
    def write(facts: _Facts) -> Markup:
        return facts.put(_(sentence), sku=facts.text("sku"), units=facts.units("quantity"))

    return write


def _of_document(sentence: str) -> Callable[[_Facts], Markup]:
    return lambda facts: facts.put(_(sentence), number=facts.text("number"))


SENTENCES: dict[str, Callable[[_Facts], Markup]] = {
    "order.placed": _placed,
    "order.released": _of_document("%(who)s released it to picking, list %(number)s"),
    "order.picked": _of_document("%(who)s picked list %(number)s"),
    "hold.placed": _held,
    "hold.released": _let_go,
    "line.backordered": _of_line("%(sku)s: %(units)s moved to backorder"),
    "line.short_picked": _of_line("%(who)s found %(units)s too few of %(sku)s"),
    "line.filled": _of_line("%(sku)s: %(units)s of the backorder are in stock now"),
    "promise.moved": _moved,
    "shipment.packed": _packed,
    "shipment.unpacked": _of_document("%(who)s opened %(number)s again"),
    "shipment.shipped": _shipped,
    "shipment.delivered": _of_document("%(number)s was delivered"),
    "invoice.issued": _invoiced,
    "payment.applied": _paid,
    "note.added": lambda facts: facts.put(_("%(who)s added a note")),
}
