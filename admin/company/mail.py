"""Where outgoing mail goes, and a mail to try it with."""

from __future__ import annotations

from flask import current_app, flash, request, url_for
from werkzeug.wrappers import Response

from admin.company.frame import MANAGE, part_page
from admin.frame import Errors, refused_in_place, seller
from admin.typed import text_of
from models.company import change_mail, send_test_mail
from models.kernel import settings
from models.kernel.mail import DIVERT_TO, MAIL_STATE, SENDER
from web.access import Pages
from web.i18n import _, lazy
from web.identity import current_actor, current_visit
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("company_mail", __name__, url_prefix="/admin/company/mail")
STATES = (
    ("off", lazy("Off"), lazy("No mail leaves the house. It is not sent later either.")),
    ("diverted", lazy("Diverted"), lazy("All mail goes to one address, none to customers.")),
    ("live", lazy("Live"), lazy("Mail goes to whom it is written.")),
)


@pages.get("", access=MANAGE)
def page() -> Response:
    """Off, diverted or live."""
    return show()


@pages.post("", access=MANAGE)
def save() -> Response:
    """Decides where mail goes from now on."""

    def act() -> Response:
        change_mail(
            session(), state=text_of("state"), divert_to=text_of("divert_to"),
            sender=text_of("sender"), by=current_actor(),
        )  # fmt: skip
        commit()
        flash(_("Saved. It holds from the next mail on."))
        return go_to(url_for("company_mail.page"))

    return refused_in_place(act, show)


@pages.post("/test", access=MANAGE)
def test() -> Response:
    """Sends a mail that says that mail works, and shows what becomes of it."""

    def act() -> Response:
        message = send_test_mail(session(), to=text_of("to"), by=current_actor())
        commit()
        flash(_("Queued. This page says what became of it."))
        return go_to(url_for("office_mails.page_of", message_id=message.id))

    return refused_in_place(act, show)


def show(errors: Errors | None = None, status: int = 200) -> Response:
    names = {"state": MAIL_STATE, "divert_to": DIVERT_TO, "sender": SENDER}
    shown = {name: settings.get(session(), setting) for name, setting in names.items()}
    if request.method == "POST" and "state" in request.form:
        shown = {name: request.form.get(name, "") for name in names}
    return part_page(
        "admin/company/mail.html",
        "mail",
        errors=errors,
        status=status,
        typed=shown,
        states=STATES,
        own=seller().email,
        to=request.form.get("to", current_visit().email),
        has_server=bool(current_app.extensions["settings"].smtp_url),
    )
