"""Mails and tasks: what was sent, what failed, and trying again."""

from __future__ import annotations

from typing import Any

from flask import flash, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place
from admin.listing import PAGE_SIZE, Listing, listing
from admin.printing import stored
from admin.words import MAIL_STATES
from models.accounts import Permission
from models.kernel.errors import NotFound
from models.kernel.mail_queue import (
    attachments_of,
    count_mails,
    mail_by_id,
    mail_rows,
    send_mail_again,
)
from models.kernel.tasks import count_dead_tasks, dead_tasks, try_again
from web.access import Pages, staff
from web.downloads import pdf
from web.i18n import _
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

mails = Pages("office_mails", __name__, url_prefix="/admin/mails")
tasks = Pages("office_tasks", __name__, url_prefix="/admin/tasks")
MANAGE = staff(Permission.SETTINGS_MANAGE)


@mails.get("", access=MANAGE)
def page() -> Response:
    """One page of mails."""
    state = listing("office_mails.page", ("state",), sort="made", sorts=("made",))
    wanted = state.args.get("state", "")
    wanted = wanted if wanted in MAIL_STATES else ""
    rows = mail_rows(session(), wanted, limit=PAGE_SIZE + 1, offset=state.offset)
    counts = count_mails(session())
    return office_page(
        "admin/system/mails.html",
        current="mails",
        list=state,
        rows=rows[:PAGE_SIZE],
        count=counts[wanted] if wanted else sum(counts.values()),
        has_more=len(rows) > PAGE_SIZE,
        tabs=_tabs(state, wanted, counts),
    )


@mails.get("/<int:message_id>", access=MANAGE)
def page_of(message_id: int) -> Response:
    """A mail as it was written."""
    return show(message_id)


@mails.get("/<int:message_id>/attachments/<int:file_id>", access=MANAGE)
def attachment(message_id: int, file_id: int) -> Response:
    """A file that went with the mail."""
    for each in attachments_of(session(), mail_by_id(session(), message_id)):
        if each.id == file_id:
            return pdf(stored(file_id), each.file_name)
    raise NotFound("This mail has no such attachment.")


@mails.post("/<int:message_id>/again", access=MANAGE)
def again(message_id: int) -> Response:
    """Queues the mail once more."""

    def act() -> Response:
        send_mail_again(session(), message_id, by=current_actor())
        commit()
        flash(_("Queued to be sent again"))
        return go_to(url_for("office_mails.page_of", message_id=message_id))

    return refused_in_place(act, lambda errors, status: show(message_id, errors, status))


@tasks.get("", access=MANAGE, endpoint="page")
def task_list() -> Response:
    """The tasks that gave up."""
    return office_page(
        "admin/system/tasks.html",
        current="tasks",
        rows=dead_tasks(session()),
        count=count_dead_tasks(session()),
    )


@tasks.post("/<int:task_id>/again", access=MANAGE, endpoint="again")
def task_again(task_id: int) -> Response:
    """Tries a task once more, now."""
    try_again(session(), task_id, by=current_actor())
    commit()
    flash(_("The task is tried again"))
    return go_to(url_for("office_tasks.page"))


def show(message_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    message = mail_by_id(session(), message_id)
    return office_page(
        "admin/system/mail.html",
        current="mails",
        status=status,
        errors=errors or [],
        message=message,
        attachments=attachments_of(session(), message),
    )


def _tabs(state: Listing, current: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    all_mails = {
        "label": _("All"), "href": state.href(state=None), "count": None, "current": not current,
    }  # fmt: skip
    return [all_mails] + [
        {
            "label": look[0],
            "href": state.href(state=name),
            "count": counts[name],
            "current": name == current,
        }
        for name, look in MAIL_STATES.items()
    ]
