"""The url map: numbers in addresses, and the map as a text, every route with who may use it."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from web.access import declared

UNDECLARED = "NOBODY HAS SAID"
QUIET_METHODS = frozenset({"HEAD", "OPTIONS"})
LARGEST_ID = 2**63 - 1
"""As the database counts: bigint."""


class IdConverter(IntegerConverter):
    """`<int:...>` in a route: a number that no record can have leads nowhere (404)."""

    def __init__(self, url_map: Map, **wanted: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST_ID, **wanted})


def install(app: Flask) -> None:
    """Before the first route is added: a route keeps the converter that it was added with."""
    app.url_map.converters["int"] = IdConverter


def access_matrix(app: Flask) -> str:
    """One line per method and route, by route: `GET /orders/<number>  staff(orders_view)`."""
    rules = declared(app)
    lines = [
        (rule.rule, method, str(rules.get(rule.endpoint, UNDECLARED)))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - QUIET_METHODS)
    ]
    return "".join(f"{method:<6} {rule}  {access}\n" for rule, method, access in sorted(lines))
