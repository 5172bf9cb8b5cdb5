"""Asks for the password again before a sensitive page; good for 30 minutes."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired

from models.accounts import confirm_password, count_password_try
from web import identity
from web.access import Pages, signed_in
from web.branding import brand
from web.forms import Form, attempt
from web.i18n import lazy
from web.pages import go_to, render
from web.safe_redirects import safe_next
from web.transactions import commit, session

pages = Pages("confirming", __name__)


class ConfirmForm(Form):
    password = PasswordField(lazy("Your password"), [InputRequired(lazy("Enter your password."))])
    next = HiddenField()


@pages.get("/confirm-password", access=signed_in)
def page() -> AnyResponse:
    return _show(ConfirmForm(next=request.args.get("next", "")))


@pages.post("/confirm-password", access=signed_in)
def confirm() -> AnyResponse:
    form = ConfirmForm()
    visit = identity.current_visit()

    def act() -> AnyResponse:
        count_password_try(session(), visit.actor)
        commit()
        confirm_password(session(), visit.session_id, form.password.data or "", by=visit.actor)
        commit()
        return go_to(safe_next(form.next.data, "/your-details"))

    return attempt(form, act, lambda _form: _show(form))


def _show(form: Form) -> AnyResponse:
    return render(
        "storefront/confirm_password.html", form=form, page_errors=bool(form.errors), brand=brand()
    )
