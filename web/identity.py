"""Who is signed in. The cookie names a session row; one query per request turns it into an actor.

Views call `current_actor()`; what the frames show about the visit is `current_visit()`.
"""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from config import Settings
from models.accounts import (
    REMEMBERED_LIFETIME,
    SEEN_EVERY,
    Actor,
    Browser,
    Permission,
    TooManyTries,
    Visit,
    find_visit,
    note_seen,
)
from models.kernel import clock
from models.kernel.errors import Denied
from web import access, errors
from web.observing import observe
from web.pages import go_to
from web.transactions import session as database

SIGN_IN = "signing_in.page"
FREE_OF_SECOND_FACTOR = {"signing_in", "second_factor", "confirming", "static"}
"""Where staff may go who have yet to set up their second factor."""


class SignedIn(UserMixin):
    """The signed-in browser, as Flask-Login wants it. Its id is the token: it can be revoked."""

    def __init__(self, token: str, visit: Visit) -> None:
        self.token = token
        self.visit = visit

    def get_id(self) -> str:
        return self.token


def install(app: Flask) -> None:
    """Lets `web.access` know who is signed in."""
    app.config["PERMANENT_SESSION_LIFETIME"] = REMEMBERED_LIFETIME
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    manager: Any = LoginManager(app)
    manager.session_protection = None  # the session row decides, not the browser's name
    manager.user_loader(_load)
    access.load_actor_with(app, cast("Any", maybe_actor), SIGN_IN)
    app.before_request(_insist_on_second_factor)
    app.register_error_handler(TooManyTries, _too_many)


def current_actor() -> Actor:
    """Who is signed in. Denied for a visitor, whom `access=` has turned away before."""
    actor = maybe_actor()
    if actor is None:
        raise Denied("Sign in first.")
    return actor


def maybe_actor() -> Actor | None:
    """Who is signed in; None for a visitor."""
    visit = maybe_visit()
    return visit.actor if visit else None


def current_visit() -> Visit:
    """The signed-in browser. Denied for a visitor."""
    visit = maybe_visit()
    if visit is None:
        raise Denied("Sign in first.")
    return visit


def maybe_visit() -> Visit | None:
    """The signed-in browser; None for a visitor."""
    signed_in: Any = current_user
    return cast("Visit", signed_in.visit) if signed_in.is_authenticated else None


def preferred_locale() -> str | None:
    """The language that the signed-in person chose."""
    visit = maybe_visit()
    return visit.locale if visit else None


def browser() -> Browser:
    """Where this request comes from."""
    return Browser(request.remote_addr or "", request.headers.get("User-Agent", ""))


def begin(token: str, *, is_remembered: bool = False) -> Visit:
    """Puts a new session's token into the cookie, after the commit. Nothing of before stays."""
    visit = find_visit(database(), token)
    if visit is None:
        raise Denied("You are signed out. Sign in again.")
    session.clear()
    session.permanent = is_remembered
    login_user(SignedIn(token, visit))
    g.actor = visit.actor
    return visit


def change_token(token: str) -> Visit:
    """The same for a session that goes on under a new token."""
    return begin(token, is_remembered=session.permanent)


def end() -> None:
    """Empties the cookie."""
    logout_user()
    session.clear()


def ask_again(come_back_to: str) -> AnyResponse | None:
    """None when the password was confirmed in the last 30 minutes; else the way to the page that
    asks for it and leads to `come_back_to`. For sensitive views:

    if ask := identity.ask_again(url_for(...)):
        return ask
    """
    if current_visit().is_confirmed:
        return None
    return go_to(url_for("confirming.page", next=come_back_to))


def home_of(actor: Actor) -> str:
    """The first page of the shell that a person works in."""
    if not actor.is_staff:
        return "/"
    if Permission.OFFICE_VIEW not in actor.permissions:
        return "/rep"
    if Permission.PICK in actor.permissions and Permission.ACCOUNTS_VIEW not in actor.permissions:
        return "/floor"
    return "/admin"


def _load(token: str) -> SignedIn | None:
    visit = find_visit(database(), token)
    if visit is None:
        return None
    if clock.now() - visit.seen_at > SEEN_EVERY:
        observe(lambda apart: note_seen(apart, visit))
    return SignedIn(token, visit)


def _insist_on_second_factor() -> AnyResponse | None:
    settings = cast("Settings", current_app.extensions["settings"])
    if (
        settings.is_at_home
        or request.blueprint in FREE_OF_SECOND_FACTOR
        or not session.get("_user_id")
    ):
        return None
    visit = maybe_visit()
    if visit is None or not visit.lacks_second_factor:
        return None
    if "second_factor.page" not in current_app.view_functions:
        return None
    return redirect(url_for("second_factor.page"), 303)


def _too_many(error: TooManyTries) -> Response:
    response = errors.answer(429, error.problems)
    response.headers["Retry-After"] = str(error.retry_after)
    return response
