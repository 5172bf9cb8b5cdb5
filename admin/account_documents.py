"""How an account gets its documents: by mail, by post or not at all, and in which language."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.accounts import find
from admin.customers.frame import languages
from admin.frame import Errors, office_page, refused_in_place
from admin.typed import text_of, ticked, whole_of
from admin.words import DOCUMENTS, SENDING
from models.accounts import (
    DOCUMENT_KINDS,
    DocumentWishes,
    Permission,
    Wish,
    change_documents,
    document_wishes,
    emails_in,
)
from models.kernel.errors import Refused
from web.access import Pages, staff
from web.i18n import _, supported
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_account_documents", __name__, url_prefix="/admin/accounts")
EDIT = staff(Permission.ACCOUNTS_EDIT)


@pages.get("/<int:account_id>/documents", access=EDIT)
def page(account_id: int) -> Response:
    """The form."""
    return show(account_id)


@pages.post("/<int:account_id>/documents", access=EDIT)
def save(account_id: int) -> Response:
    """Settles it for the documents to come."""

    def act() -> Response:
        find(account_id)
        locale = text_of("locale")
        if locale not in supported():
            raise Refused("Choose a language of the list.", field="locale")
        wanted = DocumentWishes(
            wishes=_typed(),
            locale=locale,
            delivery_note_prices=ticked("delivery_note_prices"),
            version=whole_of("version") or 0,
        )
        change_documents(session(), account_id, wanted, by=current_actor())
        commit()
        flash(_("Saved. It holds for the documents to come."))
        return go_to(url_for("office_accounts.page_of", account_id=account_id))

    return refused_in_place(act, lambda errors, status: show(account_id, errors, status))


def show(account_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    account = find(account_id)
    is_typed = request.method == "POST"
    wishes = _typed() if is_typed else document_wishes(session(), account_id)
    return office_page(
        "admin/accounts/documents.html",
        current="accounts",
        status=status,
        errors=errors or [],
        account=account,
        rows=[(kind, *DOCUMENTS[kind], wishes[kind]) for kind in DOCUMENT_KINDS],
        means=list(SENDING.items()),
        locales=languages(),
        locale=text_of("locale") if is_typed else account.locale,
        has_prices=ticked("delivery_note_prices") if is_typed else account.delivery_note_prices,
    )


def _typed() -> dict[str, Wish]:
    """What the form says. Who types an address beside “as usual” means mail to it; beside post or
    nothing at all it is dropped."""
    found = {}
    for kind in DOCUMENT_KINDS:
        means = text_of(f"means-{kind}") or "usual"
        emails = emails_in(text_of(f"to-{kind}"))
        means = "mail" if emails and means == "usual" else means
        found[kind] = Wish(means, emails if means == "mail" else ())
    return found
