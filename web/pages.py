"""Answers: a whole page, or the fragment of it that htmx asked for."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

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


def go_to(address: str) -> AnyResponse:
    """After a write: the browser loads `address` with GET, with or without htmx."""
    if wants_fragment():
        return Response(status=200, headers={"HX-Redirect": address})
    return redirect(address, 303)


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(VARYING)
    return response
