"""The url map as a text: every route with who may use it, for review and for the tests."""

from __future__ import annotations

from flask import Flask

from web.access import declared

UNDECLARED = "NOBODY HAS SAID"
QUIET_METHODS = frozenset({"HEAD", "OPTIONS"})


def access_matrix(app: Flask) -> str:
    """One line per method and route, by route: `GET /orders/<number>  staff(orders_view)`."""
    rules = declared(app)
    lines = [
        (rule.rule, method, str(rules.get(rule.endpoint, UNDECLARED)))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - QUIET_METHODS)
    ]
    return "".join(f"{method:<6} {rule}  {access}\n" for rule, method, access in sorted(lines))
