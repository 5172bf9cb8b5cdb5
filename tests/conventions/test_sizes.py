"""Modules, functions and templates stay small enough to be read at one go."""

from __future__ import annotations

import ast
from pathlib import Path

TOP = Path(__file__).parents[2]
FOLDERS = ("models", "web", "storefront", "admin", "api", "integrations", "jobs", "tests")
LONGEST_MODULE = 400
LONGEST_FUNCTION = 50
LONGEST_TEMPLATE = 120


def modules() -> list[Path]:
    inside = [path for folder in FOLDERS for path in (TOP / folder).rglob("*.py")]
    return sorted([*inside, TOP / "wsgi.py", TOP / "config.py"])


def functions(module: Path) -> list[tuple[str, int]]:
    return [
        (f"{module.relative_to(TOP)}:{node.lineno} {node.name}", _length(node))
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_module_is_over_400_lines() -> None:
    assert [(str(path), lines(path)) for path in modules() if lines(path) > LONGEST_MODULE] == []


def test_no_function_is_over_50_lines() -> None:
    everything = [entry for module in modules() for entry in functions(module)]
    assert len(everything) > 100
    assert [entry for entry in everything if entry[1] > LONGEST_FUNCTION] == []


def test_no_template_is_over_120_lines() -> None:
    templates = sorted((TOP / "templates").rglob("*.html"))
    assert [(str(path), lines(path)) for path in templates if lines(path) > LONGEST_TEMPLATE] == []
