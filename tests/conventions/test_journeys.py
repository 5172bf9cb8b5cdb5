"""A journey waits for what it pressed before it looks at the page, leaves it or reads the database.

Playwright waits by itself where it presses or types, and `expect` waits for what it names; what
asks at once finds the old page on a slow machine, and a page left early never sends its answer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).parents[2]
JOURNEYS = sorted((TOP / "tests" / "journeys").glob("*.py"))
PRESSES = {"check", "click", "dblclick", "press", "select_option", "uncheck"}
WAITS = ("expect_", "not_to_", "to_", "wait_for")
ASKS_AT_ONCE = {
    "all", "all_inner_texts", "all_text_contents", "count", "evaluate", "evaluate_all", "execute",
    "get_attribute", "goto", "inner_html", "inner_text", "input_value", "is_checked",
    "is_disabled", "is_visible", "open", "query", "refresh", "reload", "scalar", "scalars",
    "text_content",
}  # fmt: skip

Event = tuple[int, str, str]
"""Line; `press`, `wait` or `ask`; and what is called."""


def events_of(node: ast.AST, ends: dict[str, str]) -> Iterator[Event]:
    """What happens in it, in order; a loop is gone through twice, a helper counts as its end."""
    for child in ast.iter_child_nodes(node):
        yield from events_of(child, ends)
    if isinstance(node, ast.For | ast.While):
        for child in node.body:
            yield from events_of(child, ends)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        name, line = node.func.attr, node.end_lineno or node.lineno
        if name in PRESSES:
            yield line, "press", name
        elif name.startswith(WAITS):
            yield line, "wait", name
        elif name in ASKS_AT_ONCE:
            yield line, "ask", name
    elif isinstance(node, ast.Yield):
        yield node.lineno, "ask", "yield"  # whoever gets the page looks at it
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in ("checked", "faults_in", "faults_of"):
            yield node.lineno, "ask", node.func.id
        elif ends.get(node.func.id):
            yield node.lineno, ends[node.func.id], node.func.id


def functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path in JOURNEYS:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                yield path, node


def ends_of_helpers() -> dict[str, str]:
    """How each function of the journeys leaves the page: `press`, when nothing waited after it."""
    ends: dict[str, str] = {}
    for _helpers_of_helpers in range(2):
        for _path, function in functions():
            happened = [kind for _line, kind, _called in events_of(function, ends)]
            settled = [kind for kind in happened if kind != "ask"]
            ends[function.name] = settled[-1] if settled else ""
    return ends


def too_soon(function: ast.FunctionDef, ends: dict[str, str]) -> Iterator[tuple[int, str]]:
    """What it asks, and in which line, while something pressed is under way."""
    under_way = False
    for line, kind, called in events_of(function, ends):
        if kind != "ask":
            under_way = kind == "press"
        elif under_way:
            yield line, called


def test_a_journey_waits_for_what_it_pressed() -> None:
    ends = ends_of_helpers()
    found = {
        f"{path.name}:{line} {called}"
        for path, function in functions()
        for line, called in too_soon(function, ends)
    }
    assert sorted(found) == []
