"""Who may use a route. A route without `access=` cannot be made; one made otherwise is refused.

pages = Pages("orders", __name__, url_prefix="/office")

@pages.get("/orders/<number>", access=staff(Permission.ORDERS_VIEW))
def order(number: str) -> str: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar, cast

import structlog
from flask import Blueprint, Flask, Response, current_app, g, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from models.kernel.errors import Denied
from web.safe_redirects import here

View = TypeVar("View", bound=Callable[..., Any])
log = structlog.get_logger(__name__)


class Actor(Protocol):
    """Who is signed in, as the routes see them."""

    @property
    def id(self) -> int: ...

    @property
    def is_staff(self) -> bool:
        """Whether this is one of the wholesaler's own people."""

    @property
    def account_id(self) -> int | None:
        """The account they buy for now: a buyer's chosen one, or the one a rep acts for."""

    def can(self, right: StrEnum) -> bool:
        """Whether they hold this permission, or this capability in `account_id`."""


@dataclass(frozen=True, slots=True)
class Access:
    """A rule, and how the access matrix writes it: `staff(invoices_void)`."""

    words: str
    allows: Callable[[Actor | None], bool]

    def __str__(self) -> str:
        return self.words


class MissingAccess(TypeError):
    """A route was declared without saying who may use it."""


anyone = Access("anyone", lambda actor: True)
"""People who are not signed in too."""
signed_in = Access("signed_in", lambda actor: actor is not None)
"""Every buyer and every member of staff."""


def buyer(*capabilities: StrEnum) -> Access:
    """Whoever buys for an account and holds all these capabilities in it; a rep acting, too."""

    def allows(actor: Actor | None) -> bool:
        return (
            actor is not None
            and actor.account_id is not None
            and all(actor.can(each) for each in capabilities)
        )

    return Access(_written("buyer", capabilities), allows)


def staff(*permissions: StrEnum) -> Access:
    """Staff who hold all these permissions."""

    def allows(actor: Actor | None) -> bool:
        return actor is not None and actor.is_staff and all(actor.can(each) for each in permissions)

    return Access(_written("staff", permissions), allows)


def staff_with_any(*permissions: StrEnum) -> Access:
    """Staff who hold at least one of these permissions."""

    def allows(actor: Actor | None) -> bool:
        return actor is not None and actor.is_staff and any(actor.can(each) for each in permissions)

    return Access(_written("staff_with_any", permissions), allows)


def _written(kind: str, rights: tuple[StrEnum, ...]) -> str:
    return f"{kind}({', '.join(right.value for right in rights)})" if rights else kind


class Pages(Blueprint):
    """A blueprint whose routes name their access."""

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """As Flask's, with `access=`. MissingAccess, when the module is imported, without it."""
        access = options.pop("access", None)
        if not isinstance(access, Access):
            raise MissingAccess(f"The route {rule} must say who may use it: access=...")

        def declare(view: View) -> View:
            endpoint = options.pop("endpoint", None) or view.__name__
            self.add_url_rule(rule, endpoint, view, **options)
            self.record(lambda state: _declare_made(state, endpoint, access))
            return view

        return declare

    def _method_route(
        self, method: str, rule: str, options: dict[str, Any]
    ) -> Callable[[View], View]:
        return self.route(rule, methods=[method], **options)

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        """A page or a fragment; it cannot write."""
        return self._method_route("GET", rule, options)

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Something that changes records, and commits."""
        return self._method_route("POST", rule, options)


def install(app: Flask) -> None:
    """Enforces access on every request. Until `load_actor_with`, everybody is a visitor."""
    app.extensions.setdefault("load_actor", lambda: None)
    app.before_request(_enforce)


def load_actor_with(app: Flask, loader: Callable[[], Actor | None], sign_in: str) -> None:
    """Says who is signed in by `loader`, asked once per request, and which endpoint signs in."""
    app.extensions["load_actor"] = loader
    app.config["SIGN_IN_ENDPOINT"] = sign_in


def declare(app: Flask, endpoint: str, access: Access) -> None:
    """Names the access of an endpoint that Flask or an extension registered, such as `static`."""
    declared(app)[endpoint] = access


def declared(app: Flask) -> dict[str, Access]:
    """The access of every endpoint that has one."""
    return cast("dict[str, Access]", app.extensions.setdefault("access", {}))


def current_actor() -> Actor | None:
    """Who is signed in in this request; None for a visitor."""
    if "actor" not in g:
        g.actor = current_app.extensions["load_actor"]()
    return cast("Actor | None", g.actor)


def _declare_made(state: BlueprintSetupState, endpoint: str, access: Access) -> None:
    full_name = f"{state.name_prefix}.{state.name}.{endpoint}".lstrip(".")
    declare(cast("Flask", state.app), full_name, access)


def _enforce() -> AnyResponse | None:
    if request.endpoint is None:
        return None
    rule = declared(current_app).get(request.endpoint)
    if rule is None:
        log.error("route_without_access", endpoint=request.endpoint)
        raise Denied("This page has not said who may use it, so nobody may.")
    if rule is anyone or rule.allows(current_actor()):
        return None
    if current_actor() is None:
        return _ask_to_sign_in()
    log.warning("access_denied", endpoint=request.endpoint, needed=rule.words)
    raise Denied("Your role does not include this. Ask an administrator if you need it.")


def _ask_to_sign_in() -> AnyResponse:
    endpoint = current_app.config.get("SIGN_IN_ENDPOINT")
    if endpoint is None or endpoint not in current_app.view_functions:
        raise Denied("Sign in first.")
    address = url_for(endpoint, next=here() if request.method == "GET" else None)
    if request.headers.get("HX-Request"):
        return Response(status=200, headers={"HX-Redirect": address})
    return redirect(address)
