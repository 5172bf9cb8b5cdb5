"""What a list itself says: dates, how it answers, the rules of a derived one; and who did what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.audit import changes as differences
from admin.frame import Errors, refused_in_place, seller, today
from admin.prices.frame import EDIT, VIEW, list_page, overview
from admin.typed import (
    date_of,
    optional_price_of,
    percent_of,
    text_of,
    ticked,
    whole_of,
)
from models.catalog import Brand, Category
from models.kernel.errors import NotFound, Refused
from models.kernel.money import ZERO
from models.pricing import (
    PriceListRule,
    Rule,
    Terms,
    changes_of,
    derived_lists,
    remove_rule,
    revise_terms,
    rules_of,
    set_rule,
)
from web.access import Pages
from web.i18n import _
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("price_terms", __name__, url_prefix="/admin/prices/<int:list_id>")


@pages.get("/terms", access=VIEW)
def page(list_id: int) -> Response:
    """The list's terms."""
    return show(list_id)


@pages.get("/changes", access=VIEW)
def changes(list_id: int) -> Response:
    """Who changed what, latest first."""
    entries = [
        (entry, name, differences(entry, seller().base_currency))
        for entry, name in changes_of(session(), list_id)
    ]
    return list_page("admin/prices/changes.html", overview(list_id), "changes", entries=entries)


@pages.post("/terms", access=EDIT)
def revise(list_id: int) -> Response:
    """Puts other terms in force."""

    def act() -> None:
        revise_terms(session(), list_id, _terms(), version=_version(), by=current_actor())

    return _done(list_id, act, _("Saved. It holds from the next price asked on."))


@pages.post("/rules", access=EDIT)
def rule(list_id: int) -> Response:
    """Sets a rule for a category, a brand or both."""

    def act() -> None:
        percent = percent_of("rule_percent")
        if percent is None:
            raise Refused(_("Type by how much it differs, such as -12."), field="rule_percent")
        wanted = Rule(
            whole_of("category"), whole_of("brand"), percent, optional_price_of("rule_step")
        )
        set_rule(session(), list_id, wanted, version=_version(), by=current_actor())

    return _done(list_id, act, _("The rule is set."))


@pages.post("/rules/<int:rule_id>/remove", access=EDIT)
def unrule(list_id: int, rule_id: int) -> Response:
    """Takes a rule away."""

    def act() -> None:
        row = session().get(PriceListRule, rule_id)  # in scope: its list is checked below
        if row is None or row.list_id != list_id:
            raise NotFound("There is no such rule.")
        remove_rule(session(), rule_id, version=_version(), by=current_actor())

    return _done(list_id, act, _("The rule is taken away."))


def show(list_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    """The terms as they are, or as they were typed."""
    row = overview(list_id)
    typed: dict[str, Any] = dict(request.form) if errors and "name" in request.form else {}
    return list_page(
        "admin/prices/terms.html",
        row,
        "terms",
        errors=errors,
        status=status,
        typed=typed,
        rules=rules_of(session(), list_id) if row.derived_from_id else [],
        dependents=derived_lists(session(), list_id),
        categories=_categories() if row.derived_from_id else [],
        brands=_brands() if row.derived_from_id else [],
    )


def _done(list_id: int, act: Callable[[], Any], words: str) -> Response:
    def whole() -> Response:
        act()
        commit()
        flash(words)
        return go_to(url_for("price_terms.page", list_id=list_id))

    return refused_in_place(whole, lambda errors, status: show(list_id, errors, status))


def _terms() -> Terms:
    return Terms(
        name=text_of("name"),
        valid_from=date_of("valid_from") or today(),
        valid_to=date_of("valid_to"),
        priority=whole_of("priority") or 0,
        is_exclusive=ticked("is_exclusive"),
        is_only=ticked("is_only"),
        adds_variants=ticked("adds_variants"),
        restricts_assortment=ticked("restricts_assortment"),
        floor_percent=percent_of("floor_percent"),
        percent=percent_of("percent"),
        rounding_step=optional_price_of("rounding_step") or ZERO,
    )


def _version() -> int:
    return whole_of("version") or 0


def _categories() -> list[tuple[int, str]]:
    rows = session().execute(select(Category.id, Category.name, Category.path))
    deep = sorted(rows, key=lambda row: row.path)
    return [(row.id, "– " * row.path.count("/") + row.name) for row in deep]


def _brands() -> list[tuple[int, str]]:
    rows = session().execute(select(Brand.id, Brand.name).order_by(Brand.name))
    return [(row.id, row.name) for row in rows]
