"""What the forms about a customer have in common."""

from __future__ import annotations

from typing import Any

from babel import Locale
from flask import url_for
from werkzeug.wrappers import Response

from admin.form_pages import Sections, form_page
from models.accounts import Account
from web.forms import Form
from web.i18n import _, current_locale, supported


def customer_form(
    form: Form,
    account: Account | None,
    *,
    title: str,
    action: str,
    back: str,
    button: str,
    sections: Sections,
    **more: Any,
) -> Response:
    """A form about this account, or about one to be opened; `more` as `form_page` takes it."""
    crumbs = [(_("Accounts"), url_for("office_accounts.page"))]
    if account:
        crumbs.append((account.name, url_for("office_accounts.page_of", account_id=account.id)))
    return form_page(
        form, current="accounts", crumbs=crumbs, title=title,
        note=f"{account.number}, {account.name}" if account else "", action=action, back=back,
        button=button, sections=sections, **more,
    )  # fmt: skip


def languages() -> list[tuple[str, str]]:
    """The languages that papers and mails can be in, by the reader's name for them."""
    shown = current_locale()
    return [(code, Locale.parse(code).get_display_name(shown) or code) for code in supported()]
