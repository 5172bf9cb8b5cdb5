"""The stand-in's HTTP interface: what this program uses of Stripe's, and nothing more."""

from __future__ import annotations

import contextlib
import hmac
import json
import socket
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, request

from integrations.stripe.standin.parameters import (
    EXPANDING,
    LISTING,
    REFUND_CREATE,
    SESSION_CREATE,
    Fault,
    Shape,
    invalid,
    read,
)
from integrations.stripe.standin.record import Record, Thing, new_id
from integrations.stripe.standin.things import Till, shown

api = Blueprint("api", __name__)
MODES = {"rate_limited", "lost_answers", "down", "malformed", "webhooks"}
Act = Callable[[Till, Thing], Thing]


@api.post("/v1/checkout/sessions")
def create_page() -> Response:
    return _write(SESSION_CREATE, lambda till, params: till.open_page(params))


@api.get("/v1/checkout/sessions/<identity>")
def page(identity: str) -> Response:
    return _read(lambda till, _: till.find("checkout.session", identity))


@api.post("/v1/checkout/sessions/<identity>/expire")
def expire_page(identity: str) -> Response:
    return _write({}, lambda till, _: till.expire_page(till.find("checkout.session", identity)))


@api.get("/v1/payment_intents/<identity>")
def intent(identity: str) -> Response:
    return _read(
        lambda till, params: till.expanded(
            till.find("payment_intent", identity), params.get("expand", [])
        ),
        EXPANDING,
    )


@api.get("/v1/balance_transactions/<identity>")
def balance_transaction(identity: str) -> Response:
    return _read(lambda till, _: till.find("balance_transaction", identity))


@api.get("/v1/charges/<identity>")
def charge(identity: str) -> Response:
    return _read(lambda till, _: till.find("charge", identity))


@api.get("/v1/charges")
def charges() -> Response:
    return _read(lambda till, params: _list(till, "charge", params), LISTING)


@api.post("/v1/refunds")
def create_refund() -> Response:
    return _write(REFUND_CREATE, lambda till, params: till.refund(params))


@api.get("/v1/refunds/<identity>")
def refund(identity: str) -> Response:
    return _read(lambda till, _: till.find("refund", identity))


@api.get("/v1/events/<identity>")
def event(identity: str) -> Response:
    return _read(lambda till, _: till.find("event", identity))


@api.get("/v1/events")
def events() -> Response:
    return _read(lambda till, params: _list(till, "event", params), LISTING)


@api.post("/standin/modes")
def set_modes() -> Response:
    """How it should misbehave next: `{"lost_answers": 1, "webhooks": {"repeat": 2}}`."""
    _require_key()
    wanted = request.get_json()
    if not set(wanted) <= MODES:
        return _answer(400, {"error": {"message": f"The modes are {', '.join(sorted(MODES))}."}})
    with _record().lock:
        for name, value in wanted.items():
            _record().set_mode(name, value)
    return _answer(200, {})


@api.get("/standin/count/<kind>")
def count(kind: str) -> Response:
    """How many objects of a kind there are, for tests that count charges."""
    _require_key()
    with _record().lock:
        return _answer(200, {"count": len(_record().all(kind))})


@api.app_errorhandler(Fault)
def refused(fault: Fault) -> Response:
    return _answer(fault.status, fault.body)


@api.app_errorhandler(404)
def unknown(_error: Any) -> Response:
    message = f"Unrecognized request URL ({request.method}: {request.path})."
    return refused(invalid(message, status=404))


def _read(act: Act, shape: Shape | None = None) -> Response:
    _require_key()
    with _record().lock:
        _misbehave()
        return _answer(200, shown(act(_till(), read(request.args.items(multi=True), shape or {}))))


def _write(shape: Shape, act: Act) -> Response:
    """One effect per idempotency key. Parameters that are refused leave no answer behind."""
    _require_key()
    key = request.headers.get("Idempotency-Key", "")
    pairs = sorted(request.form.items(multi=True))
    asked = json.dumps([request.path, pairs])
    record = _record()
    with record.lock:
        _misbehave()
        before = record.answer_to(key) if key else None
        if before is not None:
            return _replay(before, asked, key)
        with record.whole():
            body = shown(act(_till(), read(pairs, shape)))
            if key:
                record.keep_answer(key, asked, 200, json.dumps(body))
        if record.use_up("lost_answers"):
            _hang_up()
        return _answer(200, body)


def _replay(before: tuple[str, int, str], asked: str, key: str) -> Response:
    request_before, status, body = before
    if request_before != asked:
        raise Fault(
            400,
            "idempotency_error",
            "Keys for idempotent requests can only be used with the same parameters they were "
            f"first used with. Try using a key other than '{key}' if you meant to execute a "
            "different request.",
        )
    if _record().use_up("lost_answers"):
        _hang_up()
    response = _answer(status, json.loads(body))
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _misbehave() -> None:
    record = _record()
    if record.use_up("rate_limited"):
        raise Fault(429, "invalid_request_error", "Request rate limit exceeded.", code="rate_limit")
    if record.use_up("down"):
        raise Fault(503, "api_error", "An error occurred with our connection to the bank.")


def _hang_up() -> None:
    """The effect stands, the answer is lost: the connection ends without a word."""
    connection: socket.socket | None = request.environ.get("werkzeug.socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


def _require_key() -> None:
    given = request.authorization
    token = ""
    if given is not None:
        token = given.token or (given.username or "" if given.type == "basic" else "")
    if hmac.compare_digest(token.encode(), current_app.config["SECRET_API_KEY"].encode()):
        return
    if not token:
        message = "You did not provide an API key."
    else:
        message = f"Invalid API Key provided: {token[:8]}{'*' * 8}"
    raise Fault(401, "invalid_request_error", message)


def _list(till: Till, kind: str, params: Thing) -> Thing:
    rows = till.record.all(kind)
    if "type" in params:
        rows = [row for row in rows if row.get("type") == params["type"]]
    after = params.get("starting_after")
    if after:
        ids = [row["id"] for row in rows]
        rows = rows[ids.index(after) + 1 :] if after in ids else []
    most = min(max(params.get("limit", 10), 1), 100)
    return {
        "object": "list", "url": request.path, "has_more": len(rows) > most,
        "data": [shown(row) for row in rows[:most]],
    }  # fmt: skip


def _answer(status: int, body: Thing) -> Response:
    text = json.dumps(body, indent=2)
    if request.path.startswith("/v1/") and status == 200 and _record().use_up("malformed"):
        text = text[: len(text) // 2]
    response = Response(text, status, mimetype="application/json")
    response.headers["Request-Id"] = new_id("req")
    response.headers["Stripe-Should-Retry"] = "true" if status == 503 else "false"
    return response


def _record() -> Record:
    found: Record = current_app.config["RECORD"]
    return found


def _till() -> Till:
    found: Till = current_app.config["TILL"]
    return found
