"""Which products a list lets its accounts see, and how many of each they may order."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.finding_one import product_called
from admin.frame import Errors, picture_of, refused_in_place
from admin.prices.frame import EDIT, VIEW, list_page, overview
from admin.typed import quantity_of, text_of, whole_of
from models.catalog import product_ids_of
from models.kernel.errors import Problem, Refused
from models.pricing import (
    agree_quantities,
    assortment_of,
    assortment_size,
    hide_product,
    quantity_rules_of,
    show_products,
)
from web.access import Pages
from web.i18n import _, ngettext
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("price_ranges", __name__, url_prefix="/admin/prices/<int:list_id>/range")
ROWS = 50
MOST_CODES = 2000
CODES = re.compile(r"[\s,;]+")


@pages.get("", access=VIEW)
def page(list_id: int) -> Response:
    """Assortment and quantity rules."""
    return show(list_id)


@pages.post("/products", access=EDIT)
def add(list_id: int) -> Response:
    """Lets the accounts see products, by their SKUs."""

    def act() -> str:
        count = show_products(
            session(), list_id, _named_products(), version=_version(), by=current_actor()
        )
        return ngettext("%(num)s product added", "%(num)s products added", count)

    return _done(list_id, act)


@pages.post("/products/<int:product_id>/hide", access=EDIT)
def hide(list_id: int, product_id: int) -> Response:
    """Takes a product out of what the accounts see."""

    def act() -> str:
        hide_product(session(), list_id, product_id, version=_version(), by=current_actor())
        return _("They do not see it any more.")

    return _done(list_id, act)


@pages.post("/quantities", access=EDIT)
def agree(list_id: int) -> Response:
    """What the list says about quantities of a product."""

    def act() -> str:
        product = whole_of("product_id") or product_called(text_of("sku"), field="sku")
        agree_quantities(
            session(), list_id, product, minimum=quantity_of("minimum"),
            multiple=quantity_of("multiple"), maximum=quantity_of("maximum"),
            version=_version(), by=current_actor(),
        )  # fmt: skip
        return _("Quantities agreed")

    return _done(list_id, act)


def show(list_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    """Both, each a page of its own behind a SKU."""
    text = request.args.get("q", "").strip()
    shown = assortment_of(
        session(), list_id, text=text, after=request.args.get("after", ""), limit=ROWS + 1
    )
    rules = quantity_rules_of(
        session(), list_id, after=request.args.get("rules-after", ""), limit=ROWS + 1
    )
    return list_page(
        "admin/prices/range.html",
        overview(list_id),
        "range",
        errors=errors,
        status=status,
        shown=shown[:ROWS],
        size=assortment_size(session(), list_id),
        next=shown[ROWS - 1].sku if len(shown) > ROWS else "",
        rules=rules[:ROWS],
        next_rule=rules[ROWS - 1].sku if len(rules) > ROWS else "",
        q=text,
        typed=request.form,
        picture_of=picture_of,
    )


def _done(list_id: int, act: Callable[[], str]) -> Response:
    def whole() -> Response:
        words = act()
        commit()
        flash(words)
        return go_to(url_for("price_ranges.page", list_id=list_id))

    return refused_in_place(whole, lambda errors, status: show(list_id, errors, status))


def _named_products() -> list[int]:
    """The products of the SKUs typed or pasted. Refused, naming each, for unknown ones."""
    codes = [code for code in CODES.split(text_of("skus")) if code]
    if not codes:
        raise Refused(_("Type or paste SKUs, one or many."), field="skus")
    if len(codes) > MOST_CODES:
        raise Refused(_("At most 2,000 SKUs at a time."), field="skus")
    known = product_ids_of(session(), codes)
    unknown = [code for code in codes if code.upper() not in known]
    if unknown:
        problems = [
            Problem(_("There is no product %(sku)s.", sku=code[:40]), "skus")
            for code in unknown[:20]
        ]
        raise Refused(problems[0].sentence, problems=problems)
    return [known[code.upper()] for code in codes]


def _version() -> int:
    return whole_of("version") or 0
