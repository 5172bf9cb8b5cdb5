"""Signing in and out, with the second step where somebody has one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from models.accounts import (
    User,
    authenticate,
    check_code,
    count_code_try,
    count_sign_in_try,
    record_failure,
    sign_in,
    sign_out,
)
from models.kernel import clock
from models.kernel.errors import Refused
from storefront.demo import tiles
from web import identity
from web.access import Pages, anyone, signed_in
from web.branding import brand
from web.forms import Form, attempt
from web.i18n import lazy
from web.observing import observe
from web.pages import go_to, render
from web.safe_redirects import safe_next
from web.transactions import commit, session

pages = Pages("signing_in", __name__)
SECOND_STEP = timedelta(minutes=5)
WAITING = "second_step"


class SignInForm(Form):
    email = EmailField(lazy("E-mail"), [InputRequired(lazy("Enter your e-mail.")), Length(max=254)])
    password = PasswordField(
        lazy("Password"), [InputRequired(lazy("Enter your password.")), Length(max=512)]
    )
    remember = BooleanField(lazy("Stay signed in on this device"))
    next = HiddenField()


class CodeForm(Form):
    code = StringField(lazy("Code"), [InputRequired(lazy("Enter the code.")), Length(max=20)])


@pages.get("/sign-in", access=anyone)
def page() -> AnyResponse:
    """The form; whoever is signed in goes on to their first page."""
    actor = identity.maybe_actor()
    if actor is not None:
        return go_to(safe_next(request.args.get("next"), identity.home_of(actor)))
    return show(SignInForm(next=request.args.get("next", "")))


@pages.post("/sign-in", access=anyone)
def start() -> AnyResponse:
    """Signs in, or goes on to the second step."""
    form = SignInForm()

    def act() -> AnyResponse:
        user = _proven(form.email.data or "", form.password.data or "")
        is_remembered = bool(form.remember.data)
        if user.has_second_factor:
            commit()  # a password may have been hashed anew
            return _ask_for_code(user, is_remembered, form.next.data)
        return enter(user, is_remembered=is_remembered, next_page=form.next.data)

    return attempt(form, act, lambda _: show(form))


@pages.get("/sign-in/code", access=anyone)
def code_page() -> AnyResponse:
    """Asks for the code of the second step."""
    if _waiting() is None:
        return go_to(url_for("signing_in.page"))
    return show_code(CodeForm())


@pages.post("/sign-in/code", access=anyone)
def give_code() -> AnyResponse:
    """The second step; only for somebody whose password was right a short time ago."""
    waiting = _waiting()
    if waiting is None:
        return go_to(url_for("signing_in.page"))
    form = CodeForm()

    def act() -> AnyResponse:
        count_code_try(session(), waiting["user"])
        commit()
        user = session().get_one(User, waiting["user"])  # in scope: our own signed cookie
        if user.auth_epoch != waiting["epoch"]:
            raise Refused("Sign in again: your sign-in has changed meanwhile.")
        check_code(session(), user, form.code.data or "")
        return enter(user, is_remembered=waiting["remembered"], next_page=waiting["next"])

    return attempt(form, act, lambda _: show_code(form))


@pages.post("/sign-out", access=signed_in)
def stop() -> AnyResponse:
    """Ends this session, here and in the database."""
    visit = identity.current_visit()
    sign_out(session(), visit.session_id, by=visit.actor)
    commit()
    identity.end()
    return go_to(url_for("signing_in.page"))


def enter(user: User, *, is_remembered: bool = False, next_page: str | None = None) -> AnyResponse:
    """Begins the session of a person who proved who they are, and goes to their first page."""
    opened = sign_in(session(), user, browser=identity.browser(), is_remembered=is_remembered)
    commit()
    visit = identity.begin(opened.token, is_remembered=is_remembered and not user.is_staff)
    return go_to(safe_next(next_page, identity.home_of(visit.actor)))


def show(form: Form) -> AnyResponse:
    return render(
        "storefront/sign_in.html",
        form=form,
        page_errors=bool(form.errors),
        brand=brand(),
        tiles=tiles(),
    )


def show_code(form: Form) -> AnyResponse:
    return render(
        "storefront/sign_in_code.html", form=form, page_errors=bool(form.errors), brand=brand()
    )


def _proven(email: str, password: str) -> User:
    """The count of tries is committed first, so that a failure cannot take it back."""
    count_sign_in_try(session(), email, identity.browser())
    commit()
    try:
        return authenticate(session(), email, password)
    except Refused:
        observe(lambda apart: record_failure(apart, email))
        raise


def _ask_for_code(user: User, is_remembered: bool, next_page: str | None) -> AnyResponse:
    cookie.clear()
    cookie[WAITING] = {
        "user": user.id,
        "epoch": user.auth_epoch,
        "remembered": is_remembered,
        "next": next_page,
        "until": (clock.now() + SECOND_STEP).timestamp(),
    }
    return go_to(url_for("signing_in.code_page"))


def _waiting() -> dict[str, Any] | None:
    found: dict[str, Any] | None = cookie.get(WAITING)
    if found is None or found["until"] < clock.now().timestamp():
        return None
    return found
