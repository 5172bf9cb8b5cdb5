"""Answers: a whole page, or the fragment of it that htmx asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from flask import (
    Flask,
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

PLACEHOLDER = 9_000_000_000_001
VARYING = ("HX-Request", "HX-Request-Type")


def install(app: Flask) -> None:
    """Tells caches that pages and fragments differ."""
    app.after_request(_vary)


def wants_fragment() -> bool:
    """Whether htmx asked for a part of the page; a boosted link wants the whole page."""
    if not request.headers.get("HX-Request"):
        return False
    return request.headers.get("HX-Request-Type", "partial") == "partial"


def render(
    page: str, *, fragment: str | None = None, status: int = 200, **context: Any
) -> Response:
    """`page`, or only `fragment` where htmx asked for a part and the page has one for it."""
    template = fragment if fragment and wants_fragment() else page
    return make_response(render_template(template, **context), status)


def address_of(endpoint: str, **value: int | str) -> str:
    """The address of an endpoint with one argument, for the many rows of a page.

    `url_for` walks the routing map each time; this asks it once per request and endpoint. A text
    must need no escaping, as slugs and digests do not.
    """
    ((name, each),) = value.items()
    known: dict[str, tuple[str, str]] = g.setdefault("addresses", {})
    if endpoint not in known:
        stands_for: Any = PLACEHOLDER if isinstance(each, int) else str(PLACEHOLDER)
        before, _found, after = url_for(endpoint, **{name: stands_for}).partition(str(PLACEHOLDER))
        known[endpoint] = before, after
    before, after = known[endpoint]
    return f"{before}{each}{after}"


def addresses(endpoint: str, name: str, **others: Any) -> Callable[[str], str]:
    """The same for a list whose rows share further arguments; the text may be anything."""
    values: dict[str, Any] = {**others, name: str(PLACEHOLDER)}
    before, _found, after = url_for(endpoint, **values).partition(str(PLACEHOLDER))
    return lambda value: f"{before}{quote(value, safe='')}{after}"


def page_address(endpoint: str) -> str:
    """The address of an endpoint without arguments, worked out once. BuildError as `url_for`."""
    return _page_address(request.script_root, endpoint)


@lru_cache(500)
def _page_address(_script_root: str, endpoint: str) -> str:
    return url_for(endpoint)


def go_to(address: str) -> AnyResponse:
    """After a write: the browser loads `address` with GET, with or without htmx."""
    if wants_fragment():
        return Response(status=200, headers={"HX-Redirect": address})
    return redirect(address, 303)


def leave_for(address: str) -> AnyResponse:
    """After a write: the browser leaves for a page on another host. htmx may not follow there
    by itself, so that it is told to load the page, boosted or not."""
    if request.headers.get("HX-Request"):
        return Response(status=200, headers={"HX-Redirect": address})
    return redirect(address, 303)


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(VARYING)
    return response
