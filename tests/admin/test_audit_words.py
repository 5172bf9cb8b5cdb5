"""Every kind of entry in the audit log has its words."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from flask.testing import FlaskClient

from admin.audit_words import KINDS
from models.kernel import activity
from tests.world import World

ROOT = Path(__file__).parents[2]
PROGRAM = ("models", "jobs", "storefront", "admin", "web", "api", "integrations")


def strings_in(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def recorded() -> set[str]:
    """The kinds that stand in calls of `activity.record`."""
    found = set()
    for folder in PROGRAM:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and len(node.args) > 1:
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    if name.lstrip("_").startswith("record"):
                        found |= {text for text in strings_in(node.args[1]) if "." in text}
    return found


def test_every_kind_that_is_recorded_has_its_words() -> None:
    kinds = recorded()
    assert len(kinds) > 60
    assert kinds - set(KINDS) == set()


def test_the_log_is_read_and_filtered_in_words(
    world: World, as_: Callable[..., FlaskClient]
) -> None:
    activity.record(world.session, "staff.roles_changed", by=world.ada, before=[], after=["x"])
    activity.record(world.session, "nobody.worded_this", by=None)
    world.session.commit()
    text = as_(world.ada).get("/admin/audit").text
    assert '<td role="cell" data-l="What">Roles changed' in text
    assert "nobody.worded_this" in text
    chosen = as_(world.ada).get("/admin/audit?kind=staff.roles_changed").text
    assert "nobody.worded_this" not in chosen
    assert 'value="staff.roles_changed" selected' in chosen
