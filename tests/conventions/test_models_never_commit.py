"""Only entry points commit; the domain never does."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
ENDING = {"commit", "rollback"}
FOREIGN_CLOCKS = {"now", "utcnow", "today"}
MODULES = sorted((TOP / "models").rglob("*.py"))
THE_CLOCK = TOP / "models" / "kernel" / "clock.py"


def calls(module: Path) -> list[ast.Attribute]:
    tree = ast.parse(module.read_text())
    return [
        node.func
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(TOP)))
def test_a_domain_module_neither_commits_nor_rolls_back(module: Path) -> None:
    assert [call.lineno for call in calls(module) if call.attr in ENDING] == []


@pytest.mark.parametrize(
    "module",
    [module for module in MODULES if module != THE_CLOCK],
    ids=lambda path: str(path.relative_to(TOP)),
)
def test_a_domain_module_takes_the_time_from_the_clock(module: Path) -> None:
    foreign = [
        call.lineno
        for call in calls(module)
        if call.attr in FOREIGN_CLOCKS
        and isinstance(call.value, ast.Name)
        and call.value.id in ("datetime", "date")
    ]
    assert foreign == []
