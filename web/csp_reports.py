"""What browsers report: something that the content security policy kept from happening."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, request

from web.access import Pages, anyone
from web.limits import REPORT, limiter
from web.security import REPORTS

LONGEST_REPORT = 16 * 1024
KEYWORDS = frozenset({"inline", "eval", "wasm-eval", "self", "data", "blob"})
HOST = re.compile(r"[a-z0-9.:-]{1,200}")
DIRECTIVE = re.compile(r"[a-z-]{1,40}")

pages = Pages("csp", __name__)
log = structlog.get_logger(__name__)


def install(app: Flask) -> None:
    """Adds the address that the policy names."""
    app.register_blueprint(pages)


@pages.post(REPORTS, access=anyone)
@limiter.limit(REPORT)
def report() -> Response:
    """Logs the directive and what was blocked: a keyword or a host, never an address. 204, also for
    what is no report; 413 for one that is too long."""
    request.max_content_length = LONGEST_REPORT
    told = request.get_json(force=True, silent=True)
    found = told.get("csp-report") if isinstance(told, dict) else None
    if isinstance(found, dict):
        directive = _matched(DIRECTIVE, found.get("violated-directive"))
        log.info("csp_violation", directive=directive, blocked=_blocked(found.get("blocked-uri")))
    return Response(status=204)


def _blocked(told: Any) -> str:
    if not isinstance(told, str) or told in KEYWORDS:
        return told if isinstance(told, str) else ""
    try:
        return _matched(HOST, urlsplit(told).hostname)
    except ValueError:
        return ""


def _matched(form: re.Pattern[str], value: Any) -> str:
    match = form.match(value) if isinstance(value, str) else None
    return match[0] if match else ""
