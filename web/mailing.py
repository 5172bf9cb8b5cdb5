"""Mails that a page sends: invitations, links and answers, in the words of `web.mail_words`."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from models.kernel.mail import queue_mail
from models.kernel.seller import first_seller
from web.i18n import _, speaking
from web.mail_words import filled, in_force
from web.transactions import session


def send_mail(
    to: str,
    kind: str,
    /,
    *,
    locale: str | None = None,
    account_id: int | None = None,
    **facts: str | bool,
) -> None:
    """Queues a mail in the reader's language, with the request's transaction.

    `facts` are what its words name, with `_` for each blank; `is_new` says whether the reader still
    has to choose a password.
    """
    seller = first_seller(session())
    is_new = facts.pop("is_new", None)
    named = {name.replace("_", " "): str(value) for name, value in facts.items()}
    if is_new is not None:
        named["what to do"] = what_to_do(locale, is_new=bool(is_new))
    named |= {"company": seller.trading_name, "phone": seller.phone}
    subject, text = filled(in_force(session(), kind, locale), named)
    queue_mail(session(), to=[to], subject=subject, text=text, kind=kind, account_id=account_id)


def what_to_do(locale: str | None, *, is_new: bool) -> str:
    """How whoever was let in gets in, in their language."""
    with speaking(locale):
        if is_new:
            return _("Choose a password within 14 days:")
        return _("Sign in as you always do:")


def absolute_link(endpoint: str, **values: Any) -> str:
    """The address of a page as a mail needs it: from the configured base, never from the request's
    host, which a visitor chooses."""
    base: str = current_app.config["BASE_URL"]
    return base + url_for(endpoint, **values)
