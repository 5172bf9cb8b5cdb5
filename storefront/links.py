"""The pages behind mailed links: a new password, an invitation, a changed e-mail."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from models.accounts import (
    Purpose,
    accept_invitation,
    ask_for_reset,
    change_email,
    holder_of,
    reset_password,
)
from storefront.signing_in import enter
from web import identity
from web.access import Pages, anyone
from web.branding import brand
from web.forms import Form, attempt
from web.i18n import _, lazy
from web.mailing import absolute_link, send_mail
from web.pages import go_to, render
from web.security import hide_address
from web.transactions import commit, session

pages = Pages("links", __name__)


class ResetForm(Form):
    email = EmailField(lazy("E-mail"), [InputRequired(lazy("Enter your e-mail.")), Length(max=254)])


class NewPasswordForm(Form):
    password = PasswordField(
        lazy("New password"),
        [InputRequired(lazy("Choose a password."))],
        description=lazy("At least 12 characters. A few unrelated words are easiest."),
    )


class InvitationForm(NewPasswordForm):
    name = StringField(lazy("Your name"), [InputRequired(lazy("Enter your name.")), Length(max=80)])


class EmptyForm(Form):
    pass


@pages.get("/forgotten-password", access=anyone)
def forgotten() -> AnyResponse:
    return _show("forgotten_password", ResetForm())


@pages.post("/forgotten-password", access=anyone)
def ask() -> AnyResponse:
    """Mails a link, if there is somebody; the answer is the same if not."""
    form = ResetForm()

    def act() -> AnyResponse:
        found = ask_for_reset(session(), form.email.data or "")
        if found:
            user, token = found
            link = absolute_link("links.new_password", token=token)
            send_mail(user.email, "reset", locale=user.locale, name=user.name, link=link)
        commit()
        return render("storefront/mail_sent.html", email=form.email.data, brand=brand())

    return attempt(form, act, lambda _form: _show("forgotten_password", form))


@pages.get("/new-password/<token>", access=anyone)
def new_password(token: str) -> AnyResponse:
    hide_address()
    holder_of(session(), token, Purpose.RESET)
    return _show("new_password", NewPasswordForm(), token=token)


@pages.post("/new-password/<token>", access=anyone)
def set_new_password(token: str) -> AnyResponse:
    """Every session ends; the person signs in with the new password."""
    hide_address()
    form = NewPasswordForm()

    def act() -> AnyResponse:
        reset_password(session(), token, form.password.data or "")
        commit()
        flash(_("Your password is changed. Sign in with it."))
        return go_to(url_for("signing_in.page"))

    return attempt(form, act, lambda _form: _show("new_password", form, token=token))


@pages.get("/invitation/<token>", access=anyone)
def invitation(token: str) -> AnyResponse:
    hide_address()
    user, _carried = holder_of(session(), token, Purpose.INVITATION)
    return _show("invitation", InvitationForm(name=user.name), token=token, email=user.email)


@pages.post("/invitation/<token>", access=anyone)
def accept(token: str) -> AnyResponse:
    """The invited person chooses a password, and is in."""
    hide_address()
    form = InvitationForm()

    def act() -> AnyResponse:
        user = accept_invitation(
            session(), token, form.password.data or "", name=form.name.data or ""
        )
        return enter(user)

    return attempt(form, act, lambda _form: _show("invitation", form, token=token))


@pages.get("/new-email/<token>", access=anyone)
def new_email(token: str) -> AnyResponse:
    hide_address()
    _user, email = holder_of(session(), token, Purpose.EMAIL)
    return _show("new_email", EmptyForm(), token=token, email=email)


@pages.post("/new-email/<token>", access=anyone)
def confirm_email(token: str) -> AnyResponse:
    """The new address is in use from now on; the old one is told."""
    hide_address()
    form = EmptyForm()

    def act() -> AnyResponse:
        user, before = change_email(session(), token)
        send_mail(
            before, "email_changed", locale=user.locale, name=user.name, new_address=user.email
        )
        commit()
        identity.end()
        flash(_("Your e-mail is changed. Sign in with it."))
        return go_to(url_for("signing_in.page"))

    return attempt(form, act, lambda _form: _show("new_email", form, token=token))


def _show(name: str, form: Form, **context: object) -> AnyResponse:
    errors = bool(form.errors)
    return render(
        f"storefront/{name}.html", form=form, page_errors=errors, brand=brand(), **context
    )
