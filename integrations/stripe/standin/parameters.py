"""Parameters as Stripe takes them: forms with brackets, checked strictly."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Shape = dict[str, Any]
"""What a call takes: a type (int, str, bool), a nested shape, a list of one shape, or ANY_TEXTS.
A name with a `!` must be there."""
ANY_TEXTS = "texts"

SESSION_CREATE: Shape = {
    "mode!": str,
    "success_url!": str,
    "cancel_url": str,
    "client_reference_id": str,
    "customer_email": str,
    "expires_at": int,
    "allowed_payment_method_types": [str],
    "adaptive_pricing": {"enabled": bool},
    "line_items!": [
        {
            "quantity!": int,
            "price_data!": {
                "currency!": str,
                "unit_amount!": int,
                "product_data!": {"name!": str, "description": str},
            },
        }
    ],
    "metadata": ANY_TEXTS,
    "payment_intent_data": {"description": str, "metadata": ANY_TEXTS},
}
REFUND_CREATE: Shape = {
    "payment_intent": str,
    "charge": str,
    "amount": int,
    "reason": str,
    "metadata": ANY_TEXTS,
}
LISTING: Shape = {"limit": int, "type": str, "starting_after": str}


class Fault(Exception):
    """An error as Stripe words it."""

    def __init__(
        self, status: int, kind: str, message: str, *, code: str = "", param: str = "", **more: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        body = {"type": kind, "message": message, "code": code, "param": param, **more}
        self.body = {"error": {name: value for name, value in body.items() if value}}


def invalid(message: str, *, param: str = "", code: str = "", status: int = 400) -> Fault:
    return Fault(status, "invalid_request_error", message, param=param, code=code)


EXPANDING: Shape = {"expand": [str]}


def read(pairs: Iterable[tuple[str, str]], shape: Shape) -> dict[str, Any]:
    """The parameters as values. Fault for one that is unknown, missing or not of its type."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        path = re.findall(r"[^\[\]]+", name)
        place = tree
        for part in path[:-1]:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise invalid(f"Invalid object: {name}", param=name)
        place[path[-1]] = value
    return _object(tree, shape, "")


def _object(tree: Any, shape: Shape, prefix: str) -> dict[str, Any]:
    if not isinstance(tree, dict):
        raise invalid("Invalid object", param=prefix)
    known = {name.rstrip("!"): kind for name, kind in shape.items()}
    for name in tree:
        if name not in known:
            full = _named(prefix, name)
            raise invalid(
                f"Received unknown parameter: {full}", param=full, code="parameter_unknown"
            )
    for name in shape:
        if name.endswith("!") and name.rstrip("!") not in tree:
            full = _named(prefix, name.rstrip("!"))
            raise invalid(f"Missing required param: {full}.", param=full, code="parameter_missing")
    return {name: _value(value, known[name], _named(prefix, name)) for name, value in tree.items()}


def _value(value: Any, kind: Any, name: str) -> Any:
    if kind == ANY_TEXTS:
        if not isinstance(value, dict) or any(isinstance(v, dict) for v in value.values()):
            raise invalid("Invalid object", param=name)
        return value
    if isinstance(kind, dict):
        return _object(value, kind, name)
    if isinstance(kind, list):
        if not isinstance(value, dict):
            raise invalid("Invalid array", param=name)
        return [_value(value[i], kind[0], f"{name}[{i}]") for i in sorted(value, key=int)]
    return _plain(value, kind, name)


def _plain(value: Any, kind: Any, name: str) -> Any:
    if isinstance(value, dict):
        raise invalid(f"Invalid string: {value}", param=name)
    if kind is int:
        if not re.fullmatch(r"-?\d+", value):
            raise invalid(f"Invalid integer: {value}", param=name, code="parameter_invalid_integer")
        return int(value)
    if kind is bool:
        if value not in ("true", "false"):
            raise invalid(f"Invalid boolean: {value}", param=name)
        return value == "true"
    if value == "":
        raise invalid(
            f"You passed an empty string for '{name}'.", param=name, code="parameter_invalid_empty"
        )
    return value


def _named(prefix: str, name: str) -> str:
    return f"{prefix}[{name}]" if prefix else name
