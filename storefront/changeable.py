"""What a buyer may still do with a placed order, in the words of its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from models.accounts import Actor, Capability
from models.checkout import change_window
from models.orders import OrderRequest
from web.i18n import _
from web.presenting import clock_time, day_in_words
from web.transactions import session


@dataclass(frozen=True, slots=True)
class Changeable:
    """Addresses that are empty where the thing cannot be done; `until` in words, or empty."""

    change_href: str = ""
    cancel_href: str = ""
    ask_href: str = ""
    until: str = ""
    asked: str = ""


def changeable(order: Any, waiting: OrderRequest | None, by: Actor) -> Changeable:
    """Changing and cancelling while the window is open, else asking the desk, else nothing; for
    who acts for the account."""
    if not by.can(Capability.PLACE_ORDERS):
        return Changeable()
    window = change_window(session(), order, by)
    cancel_href = url_for("amending.cancelling", number=order.number)
    if window.is_open:
        change_href = url_for("amending.form", number=order.number)
        return Changeable(change_href, cancel_href, until=until_in_words(window.until))
    if not window.may_ask:
        return Changeable()
    if waiting is not None and waiting.kind != "message":
        return Changeable(asked=waiting.text)
    return Changeable(ask_href=cancel_href)


def until_in_words(until: Any) -> str:
    """`until Friday 27 Nov, 14:00`; empty without an end."""
    if until is None:
        return ""
    return _("until %(day)s, %(time)s", day=day_in_words(until.date()),
             time=clock_time(until, until.tzinfo.key))  # fmt: skip
