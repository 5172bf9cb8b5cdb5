"""What the forms about a customer have in common."""

from __future__ import annotations

from collections.abc import Sequence

from babel import Locale
from werkzeug.wrappers import Response

from admin.frame import office_page
from models.accounts import Account
from web.forms import Form
from web.i18n import SUPPORTED, current_locale

Sections = Sequence[tuple[str, Sequence[str]]]


def form_page(
    form: Form,
    *,
    title: str,
    action: str,
    back: str,
    button: str,
    sections: Sections,
    account: Account | None = None,
) -> Response:
    """A form in panels: `sections` are their headings with the names of the fields in them."""
    return office_page(
        "admin/accounts/form.html",
        current="accounts",
        form=form,
        title=title,
        action=action,
        back=back,
        button=button,
        sections=[(heading, [form[name] for name in names]) for heading, names in sections],
        account=account,
        page_errors=bool(form.errors),
    )


def languages() -> list[tuple[str, str]]:
    """The languages that papers and mails can be in, by the reader's name for them."""
    shown = current_locale()
    return [(code, Locale.parse(code).get_display_name(shown) or code) for code in SUPPORTED]
