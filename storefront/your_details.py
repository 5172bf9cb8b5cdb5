"""A person's own details: name, password, e-mail, and where they are signed in."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, EmailField, PasswordField, StringField
from wtforms.validators import Email, InputRequired, Length

from models.accounts import (
    User,
    ask_for_email_change,
    change_details,
    change_password,
    count_password_try,
    end_all_others,
    sessions_of,
)
from models.kernel.seller import first_seller
from web import identity
from web.access import Pages, signed_in
from web.branding import brand
from web.forms import Form, SelectField, attempt
from web.i18n import _, lazy, parsed_locale, supported
from web.mailing import absolute_link, send_mail
from web.pages import go_to, render
from web.transactions import commit, session

pages = Pages("details", __name__, url_prefix="/your-details")
LANGUAGES = [(code, parsed_locale(code).get_display_name(code)) for code in supported()]


class DetailsForm(Form):
    name = StringField(lazy("Name"), [InputRequired(lazy("Enter your name.")), Length(max=80)])
    phone = StringField(lazy("Phone"), [Length(max=40)])
    locale = SelectField(lazy("Language and formats"), choices=LANGUAGES)
    wants_day_mail = BooleanField(
        lazy("Mail me Today each morning"),
        description=lazy("What waits for you, on working days, with links to it"),
    )


class PasswordForm(Form):
    current = PasswordField(
        lazy("Current password"), [InputRequired(lazy("Enter your current password."))]
    )
    new = PasswordField(
        lazy("New password"),
        [InputRequired(lazy("Choose a password."))],
        description=lazy("At least 12 characters. A few unrelated words are easiest."),
    )


class EmailForm(Form):
    email = EmailField(
        lazy("New e-mail"),
        [InputRequired(lazy("Enter the new e-mail.")), Email(lazy("This is no e-mail address."))],
    )


@pages.get("", access=signed_in)
def page() -> AnyResponse:
    return _show()


@pages.post("", access=signed_in)
def save() -> AnyResponse:
    """Name, phone and language."""
    form = DetailsForm()

    def act() -> AnyResponse:
        change_details(
            session(),
            name=form.name.data or "",
            phone=form.phone.data or "",
            locale=form.locale.data,
            wants_day_mail=bool(form.wants_day_mail.data),
            by=identity.current_actor(),
        )
        commit()
        return _done(_("Saved."))

    return attempt(form, act, lambda _form: _show(details=form))


@pages.post("/password", access=signed_in)
def password() -> AnyResponse:
    """A new password ends every other session."""
    form = PasswordForm()
    visit = identity.current_visit()

    def act() -> AnyResponse:
        count_password_try(session(), visit.actor)
        commit()
        token = change_password(
            session(),
            visit.session_id,
            current=form.current.data or "",
            new=form.new.data or "",
            by=visit.actor,
        )
        commit()
        identity.change_token(token)
        return _done(_("Your password is changed. You are signed out everywhere else."))

    return attempt(form, act, lambda _form: _show(password=form))


@pages.post("/email", access=signed_in)
def email() -> AnyResponse:
    """Mails a link to the new address; nothing changes until it is followed."""
    if ask := identity.ask_again(url_for("details.page")):
        return ask
    form = EmailForm()

    def act() -> AnyResponse:
        visit = identity.current_visit()
        token = ask_for_email_change(session(), form.email.data or "", by=visit.actor)
        link = absolute_link("links.new_email", token=token)
        send_mail(
            form.email.data or "", "new_email", locale=visit.locale, name=visit.actor.name,
            link=link,
        )  # fmt: skip
        commit()
        return _done(_("We sent a link to the new address. Follow it to finish the change."))

    return attempt(form, act, lambda _form: _show(email=form))


@pages.post("/end-sessions", access=signed_in)
def end_sessions() -> AnyResponse:
    """Signs this person out everywhere else."""
    visit = identity.current_visit()
    token = end_all_others(session(), visit.session_id, by=visit.actor)
    commit()
    identity.change_token(token)
    return _done(_("You are signed out everywhere else."))


def _show(
    details: Form | None = None, password: Form | None = None, email: Form | None = None
) -> AnyResponse:
    visit = identity.current_visit()
    user = session().get_one(User, visit.actor.id)
    forms = [details or DetailsForm(formdata=None, obj=user)]
    forms += [password or PasswordForm(formdata=None), email or EmailForm(formdata=None)]
    return render(
        "storefront/your_details.html",
        user=user,
        visit=visit,
        forms=forms,
        page_errors=any(form.errors for form in forms),
        sessions=session().scalars(sessions_of(user.id)).all(),
        zone=first_seller(session()).time_zone,
        brand=brand(href=identity.home_of(visit.actor)),
    )


def _done(said: str) -> AnyResponse:
    flash(said)
    return go_to(url_for("details.page"))
