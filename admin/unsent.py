"""Mails that did not arrive: why, to whom, and sending them again with one click."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place, waiting
from admin.typed import text_of, ticked
from models.accounts import Permission, correct_address, emails_in
from models.company import SECRET_KINDS
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.mail import UNDELIVERED
from models.kernel.mail_queue import (
    count_undelivered,
    mail_by_id,
    send_mail_again,
    undelivered,
)
from web.access import Pages, staff_with_any
from web.i18n import _, ngettext
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_unsent", __name__, url_prefix="/admin/unsent")
MAY = (Permission.ORDERS_EDIT, Permission.INVOICES_ISSUE, Permission.SETTINGS_MANAGE)
DEAL = staff_with_any(*MAY)


@pages.get("", access=DEAL)
def page() -> Response:
    """The queue, oldest first."""
    return show()


@pages.post("/<int:message_id>", access=DEAL)
def again(message_id: int) -> Response:
    """Sends one of them again, to the address as it stands in its row."""

    def act() -> Response:
        _require_own(message_id)
        before = mail_by_id(session(), message_id).recipients
        message = send_mail_again(
            session(), message_id, by=current_actor(), to=emails_in(text_of("to"))
        )
        if ticked("keep") and message.account_id is not None:
            for old, new in _corrections(before, message.recipients):
                correct_address(session(), message.account_id, old, new, by=current_actor())
        commit()
        flash(_("Queued to be sent to %(to)s", to=", ".join(message.recipients)))
        return go_to(url_for("office_unsent.page"))

    return refused_in_place(act, lambda errors, status: show(errors, status, message_id))


@pages.post("/all", access=DEAL)
def all_again() -> Response:
    """Sends all of them again, as when the mail server was away."""
    sent = 0
    for row in undelivered(session(), except_kinds=_kept_from()):
        try:
            send_mail_again(session(), row.id, by=current_actor())
            sent += 1
        except Conflict:
            continue
    commit()
    flash(ngettext("%(num)s mail is queued", "%(num)s mails are queued", sent))
    return go_to(url_for("office_unsent.page"))


def show(errors: Errors | None = None, status: int = 200, typed_in: int = 0) -> Response:
    errors = errors or []
    return office_page(
        "admin/system/unsent.html",
        current="mails",
        status=status,
        errors=[(f"to-{typed_in}" if field == "to" else "", text) for field, text in errors],
        rows=undelivered(session(), except_kinds=_kept_from()),
        typed=(typed_in, request.form.get("to", "")),
    )


def count_unsent() -> int:
    """How many wait for this person; none for who may not deal with them."""
    actor = current_actor()
    if not waiting().failed_mails or not any(actor.can(each) for each in MAY):
        return 0
    return count_undelivered(session(), except_kinds=_kept_from())


def _kept_from() -> frozenset[str]:
    """The kinds that this person does not deal with: mails that let somebody in."""
    may_all = current_actor().can(Permission.SETTINGS_MANAGE)
    return frozenset() if may_all else SECRET_KINDS


def _require_own(message_id: int) -> None:
    message = mail_by_id(session(), message_id)
    if message.kind in _kept_from():
        raise NotFound("There is no such mail.")
    if message.state not in UNDELIVERED:
        raise Conflict("This mail is on its way, or has arrived.")


def _corrections(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    """Which address became which. Refused where that cannot be told."""
    gone = [each for each in before if each not in after]
    new = [each for each in after if each not in before]
    if not gone or not new:
        return []
    if len(gone) != len(new):
        raise Refused(
            "Change one address into another to keep it, or settle the account's documents on its"
            " page.",
            field="to",
        )
    return list(zip(gone, new, strict=True))
