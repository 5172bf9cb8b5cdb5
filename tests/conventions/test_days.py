"""A moment becomes a day in a time zone that somebody chose, never by chance in UTC."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).parents[2]
PACKAGES = ("models", "admin", "storefront", "web", "api", "integrations")
MODULES = [path for name in PACKAGES for path in sorted((TOP / name).rglob("*.py"))]
IN_UTC = re.compile(r"\.date\(\)|_at\|(date|date_in_words|days_away)\b")


def calls(module: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call with what is called, as written."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def takes_the_day_in_utc(called: str, call: ast.Call) -> bool:
    """`order.placed_at.date()`, `clock.now().date()`, and SQL's ways to say it."""
    if called in ("func.date", "cast") and call.args:
        is_day = called == "func.date" or ast.unparse(call.args[-1]) == "Date"
        return is_day and ast.unparse(call.args[0]).endswith("_at")
    return called.endswith(("_at.date", "now().date", "now.date"))


def test_code_takes_the_day_of_a_moment_in_a_time_zone() -> None:
    found = [
        f"{module.relative_to(TOP)}:{call.lineno}"
        for module in MODULES
        for called, call in calls(module)
        if takes_the_day_in_utc(called, call)
    ]
    assert found == []


def test_pages_and_papers_show_the_day_of_a_moment_in_a_time_zone() -> None:
    pages = sorted((TOP / "templates").rglob("*.html"))
    assert [str(path) for path in pages if IN_UTC.search(path.read_text())] == []
