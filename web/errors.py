"""Refusals and failures as answers: a page, or the fragment `fragments/_problems.html` for htmx.

Refused is 422, Conflict 409, NotFound 404, Denied 403. A stranger's record and no record at all
look the same.
"""

from __future__ import annotations

import structlog
from flask import Flask, Response, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from models.kernel.activity import current_request_id
from models.kernel.errors import Conflict, Denied, DomainError, NotFound, Problem, Refused
from web.i18n import _
from web.pages import wants_fragment

STATUSES: dict[type[DomainError], int] = {Refused: 422, Conflict: 409, NotFound: 404, Denied: 403}
WITH_A_PAGE = frozenset({403, 404, 409, 413, 422, 429, 500})
log = structlog.get_logger(__name__)


def install(app: Flask) -> None:
    """Turns the domain's refusals and Flask's own errors into answers."""
    app.register_error_handler(DomainError, _refusal)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(500, _failure)


def answer(status: int, problems: list[Problem]) -> Response:
    """The problems as JSON for the API, as a fragment for htmx, else as a page; what was begun is
    rolled back first: a session that failed gives nothing to draw a page with."""
    _roll_back()
    if request.path.startswith("/api/"):
        body = jsonify(
            status=status,
            problems=[{"sentence": each.sentence, "field": each.field} for each in problems],
        )
    else:
        body = Response(_page_or_sentence(status, problems), mimetype="text/html")
    body.status_code = status
    _roll_back()
    return body


def _roll_back() -> None:
    if "session" in g:
        g.session.rollback()


def _page_or_sentence(status: int, problems: list[Problem]) -> str:
    """The page; where drawing it fails too, at least the sentences."""
    try:
        return _page(status, problems)
    except Exception:
        log.exception("error_page_failed", status=status)
        sentences = "".join(f"<p>{escape(each.sentence)}</p>" for each in problems)
        return f"<!doctype html><title>{status}</title><h1>{status}</h1>{sentences}"


def _page(status: int, problems: list[Problem]) -> str:
    errors = [(each.field or "", each.sentence) for each in problems]
    if wants_fragment():
        return render_template("fragments/_problems.html", errors=errors)
    name = str(status) if status in WITH_A_PAGE else "other"
    return render_template(
        f"errors/{name}.html",
        status=status,
        problems=problems,
        errors=errors,
        request_id=current_request_id.get(),
    )


def _refusal(error: DomainError) -> Response:
    status = next(code for kind, code in STATUSES.items() if isinstance(error, kind))
    problems = [] if status == 404 else error.problems
    return answer(status, problems or [Problem(_("There is nothing here."))])


def _expired_form(error: CSRFError) -> Response:
    log.warning("form_refused", reason=error.description)
    sentence = _("This form is no longer valid. Load the page again and send it once more.")
    return answer(400, [Problem(sentence)])


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return Response(error.get_body(), status, error.get_headers())
    sentences = {
        404: _("There is nothing here."),
        405: _("This address does not take that kind of request."),
        413: _("What was sent is too large."),
        429: _("Too many requests. Wait a moment and try again."),
    }
    sentence = sentences.get(status, _("The request could not be understood."))
    response = answer(status, [Problem(sentence)])
    for name in ("Retry-After", "Allow"):
        value = dict(error.get_headers()).get(name)
        if value:
            response.headers[name] = value
    return response


def _failure(_error: Exception) -> Response:
    sentence = _("Something went wrong on our side. Nothing was saved. Try again in a moment.")
    return answer(500, [Problem(sentence)])
