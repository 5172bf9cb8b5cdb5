"""Every kind of entry in the audit log has its words."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
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


def test_what_changed_is_told_in_words_and_amounts_as_money(
    world: World, as_: Callable[..., FlaskClient]
) -> None:
    activity.record(
        world.session, "account.credit_changed", by=world.nora,
        before={"limit": Decimal("500.0000"), "terms_id": 3, "is_stopped": False},
        after={"limit": Decimal("750.0000"), "terms_id": 3, "is_stopped": True},
        reason="Asked by the rep",
    )  # fmt: skip
    activity.record(world.session, "order.placed", by=None, total=Decimal("159.3600"))
    activity.record(
        world.session, "card.started", by=None, amount=Decimal("12.5000"), currency="EUR"
    )
    activity.record(
        world.session, "staff.roles_changed", by=None, before=[], after=["sales_rep", "finance"]
    )
    activity.record(
        world.session, "price.changed", by=None,
        before={"unit_price": Decimal("0.0125"), "valid_from": date(2026, 3, 4)},
        after={"unit_price": Decimal("0.0200"), "valid_from": date(2026, 3, 5)},
    )  # fmt: skip
    world.session.commit()
    text = as_(world.ada).get("/admin/audit").text
    for said in (
        "credit limit <del>£500.00</del> <ins>£750.00</ins>", "total <ins>£159.36</ins>",
        "amount <ins>€12.50</ins>", "<ins>sales rep, finance</ins>", "is stopped <del>no</del>",
        "price each <del>0.0125</del> <ins>0.02</ins>", "counts from <del>4 Mar 2026</del>",
    ):  # fmt: skip
        assert said in text
    assert "terms" not in text.split("Asked by the rep")[0].rsplit("<tr", 1)[-1]
