"""Files for the bookkeeper's program: made every night or on request, fetched again at will."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place, seller
from admin.printing import documents, stored
from models.accounts import Permission
from models.receivables import export_by_id, export_for_bookkeeping, exports_made
from web.access import Pages, staff
from web.downloads import file_answer
from web.i18n import _
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_bookkeeping", __name__, url_prefix="/admin/bookkeeping")
MOST_SHOWN = 100


@pages.get("", access=staff(Permission.LEDGER_VIEW))
def page() -> Response:
    """The files made so far, the latest first."""
    return show()


@pages.post("", access=staff(Permission.LEDGER_VIEW, Permission.PAYMENTS_RECORD))
def make() -> Response:
    """Everything that has not gone out yet, in a new file."""

    def act() -> Response:
        made = export_for_bookkeeping(session(), documents().files, seller(), by=current_actor())
        commit()
        flash(_("%(num)s documents are in the new file", num=made.document_count))
        return go_to(url_for("office_bookkeeping.page"))

    return refused_in_place(act, show)


@pages.get("/<int:export_id>.csv", access=staff(Permission.LEDGER_VIEW))
def download(export_id: int) -> Response:
    """The file as it was made."""
    made = export_by_id(session(), export_id)
    content = stored(made.document_file_id or 0)
    return file_answer(content, "text/csv", f"bookkeeping-{made.id}.csv", "attachment")


def show(errors: Errors | None = None, status: int = 200) -> Response:
    return office_page(
        "admin/payments/bookkeeping.html",
        current="bookkeeping",
        status=status,
        errors=errors or [],
        rows=exports_made(session(), limit=MOST_SHOWN),
    )
