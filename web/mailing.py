"""Mails from templates: `templates/emails/<name>.txt`, whose first line is the subject."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, url_for

from models.kernel.mail import queue_mail
from models.kernel.seller import first_seller
from web.i18n import speaking
from web.transactions import session


def send_mail(
    to: str,
    template: str,
    /,
    *,
    locale: str | None = None,
    account_id: int | None = None,
    **context: Any,
) -> None:
    """Queues the mail `template` in the reader's language, with the request's transaction."""
    company = first_seller(session()).trading_name
    with speaking(locale):
        written = render_template(f"emails/{template}.txt", company=company, **context)
    subject, _, text = written.strip().partition("\n")
    queue_mail(
        session(), to=[to], subject=subject, text=text.strip() + "\n", kind=template,
        account_id=account_id,
    )  # fmt: skip


def absolute_link(endpoint: str, **values: Any) -> str:
    """The address of a page as a mail needs it: from the configured base, never from the request's
    host, which a visitor chooses."""
    base: str = current_app.config["BASE_URL"]
    return base + url_for(endpoint, **values)
