"""Signing in and out."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from models.accounts import Actor, User
from models.accounts.signing_in import (
    authenticate,
    count_sign_in_try,
    record_failure,
    sign_in,
    sign_out,
)
from models.kernel.errors import Problem, Refused
from web import identity
from web.access import Pages, anyone, signed_in
from web.branding import brand
from web.forms import Form
from web.i18n import _, lazy
from web.observing import observe
from web.pages import go_to, render
from web.safe_redirects import safe_next
from web.transactions import commit, session

pages = Pages("signing_in", __name__)


class SignInForm(Form):
    email = EmailField(lazy("E-mail"), [InputRequired(lazy("Enter your e-mail.")), Length(max=254)])
    password = PasswordField(
        lazy("Password"), [InputRequired(lazy("Enter your password.")), Length(max=512)]
    )
    remember = BooleanField(lazy("Stay signed in on this device"))
    next = HiddenField()


@pages.get("/sign-in", access=anyone)
def page() -> AnyResponse:
    """The form; whoever is signed in goes on to their first page."""
    actor = identity.maybe_actor()
    if actor is not None:
        return go_to(safe_next(request.args.get("next"), identity.home_of(actor)))
    return show(SignInForm(next=request.args.get("next", "")))


@pages.post("/sign-in", access=anyone)
def start() -> AnyResponse:
    """Signs in. The count of tries is committed first, so that a failure cannot take it back."""
    form = SignInForm()
    form.require_valid()
    email = form.email.data or ""
    count_sign_in_try(session(), email, identity.browser())
    commit()
    try:
        user = authenticate(session(), email, form.password.data or "")
        return enter(user, is_remembered=bool(form.remember.data), next_page=form.next.data)
    except Refused as refusal:
        observe(lambda apart: record_failure(apart, email))
        return show(form, problems=refusal.problems, status=422)


@pages.post("/sign-out", access=signed_in)
def stop() -> AnyResponse:
    """Ends this session, here and in the database."""
    visit = identity.current_visit()
    sign_out(session(), visit.session_id, by=visit.actor)
    commit()
    identity.end()
    return go_to("/sign-in")


def enter(user: User, *, is_remembered: bool, next_page: str | None) -> AnyResponse:
    """Begins the session of a person who proved who they are, and goes to their first page."""
    opened = sign_in(session(), user, browser=identity.browser(), is_remembered=is_remembered)
    commit()
    visit = identity.begin(opened.token, is_remembered=is_remembered and not user.is_staff)
    return go_to(_first_page(visit.actor, next_page))


def show(form: SignInForm, *, problems: list[Problem] | None = None, status: int = 200) -> Response:
    """The sign-in page, with what was wrong."""
    errors = [(each.field or "", _(each.sentence)) for each in problems or []]
    return render(
        "storefront/sign_in.html",
        status=status,
        form=form,
        errors=errors,
        page_errors=bool(errors),
        brand=brand(),
    )


def _first_page(actor: Actor, next_page: str | None) -> str:
    return safe_next(next_page, identity.home_of(actor))
