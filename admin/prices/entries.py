"""The prices of a list: searched, changed in place, added and ended from a day on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.finding_one import product_called
from admin.frame import Errors, picture_of, seller, sentences_of, today
from admin.prices.frame import EDIT, VIEW, list_page, overview
from admin.prices.view import Group, all_prices, one_product, own_prices
from admin.typed import date_of, optional_price_of, price_of, quantity_of, text_of
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.money import ZERO
from models.pricing import (
    PriceEntry,
    change_price,
    derive_again,
    end_price,
    fix_product,
    set_price,
)
from web.access import Pages
from web.errors import STATUSES
from web.i18n import _, ngettext
from web.identity import current_actor
from web.pages import go_to, render, wants_fragment
from web.transactions import commit, session

pages = Pages("price_entries", __name__, url_prefix="/admin/prices/<int:list_id>")
VIEWS = ("all", "own", "history")
KEPT = ("q", "view", "from", "after")


@pages.get("", access=VIEW)
def page(list_id: int) -> Response:
    """The list's prices."""
    return show(list_id)


@pages.post("/prices", access=EDIT)
def add(list_id: int) -> Response:
    """Adds a product's price or tier, or changes the one that is there."""

    def act() -> None:
        product = product_called(text_of("sku"), field="sku")
        set_price(
            session(), list_id, product, min_quantity=quantity_of("min_quantity") or Decimal(1),
            unit_price=price_of("unit_price"), floor_price=optional_price_of("floor_price"),
            effective_from=_start(), by=current_actor(),
        )  # fmt: skip
        commit()
        flash(_("%(sku)s is in the list", sku=text_of("sku")))

    try:
        act()
    except (Refused, Conflict) as refusal:
        session().rollback()
        return show(list_id, sentences_of(refusal), STATUSES[type(refusal)])
    return _back(list_id)


@pages.post("/entries/<int:entry_id>", access=EDIT)
def change(list_id: int, entry_id: int) -> Response:
    """Another price for a tier, typed over the one shown."""
    product_id = _of(list_id, entry_id)

    def act() -> None:
        change_price(
            session(), entry_id, seen_price=price_of("seen"), unit_price=price_of("unit_price"),
            floor_price=optional_price_of("floor_price"), effective_from=_start(),
            by=current_actor(),
        )  # fmt: skip

    return _in_place(list_id, product_id, act, entry_id=entry_id)


@pages.post("/entries/<int:entry_id>/end", access=EDIT)
def end(list_id: int, entry_id: int) -> Response:
    """Takes a tier out of the list from a day on."""
    product_id = _of(list_id, entry_id)

    def act() -> None:
        end_price(session(), entry_id, effective_from=_start(), by=current_actor())

    return _in_place(list_id, product_id, act)


@pages.post("/products/<int:product_id>/fix", access=EDIT)
def fix(list_id: int, product_id: int) -> Response:
    """Makes what a derived list says of a product its own prices."""

    def act() -> None:
        fix_product(session(), list_id, product_id, effective_from=_start(), by=current_actor())

    return _in_place(list_id, product_id, act)


@pages.post("/products/<int:product_id>/derive", access=EDIT)
def derive(list_id: int, product_id: int) -> Response:
    """Lets the list derive a product's prices again."""

    def act() -> None:
        count = derive_again(
            session(), list_id, product_id, effective_from=_start(), by=current_actor()
        )
        if not wants_fragment():
            flash(ngettext("%(num)s price ended", "%(num)s prices ended", count))

    return _in_place(list_id, product_id, act)


def show(list_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    """The page of prices that the address asks for."""
    row = overview(list_id)
    args = _state()
    view = args.get("view", "")
    view = view if view in VIEWS else ("all" if row.derived_from_id else "own")
    text, after = args.get("q", ""), args.get("after", "")
    if view == "all" and row.derived_from_id:
        on = max(_day(args), row.valid_from)
        shelf = all_prices(list_id, today(), on=on, text=text, after=after)
    else:
        shelf = own_prices(list_id, today(), text=text, after=after, with_history=view == "history")
    return list_page(
        "admin/prices/prices.html",
        row,
        "prices",
        errors=errors,
        status=status,
        groups=shelf.groups,
        next=_address(list_id, {**args, "after": shelf.after}) if shelf.after else "",
        first=_address(list_id, {**args, "after": ""}) if after else "",
        views=_views(list_id, row, args, view),
        view=view,
        typed=request.form,
        **_cell_context(list_id, args, text),
    )


def _in_place(
    list_id: int, product_id: int, act: Callable[[], None], *, entry_id: int | None = None
) -> Response:
    """Does `act`, then shows the product's rows again; a refusal stands in the row it is about."""
    errors: Errors = []
    status = 200
    try:
        act()
        commit()
    except (Refused, Conflict) as refusal:
        session().rollback()
        errors, status = sentences_of(refusal), STATUSES[type(refusal)]
    if not wants_fragment():
        return show(list_id, errors, status) if errors else _back(list_id, product_id)
    return _rows(list_id, product_id, errors, status, entry_id)


def _rows(
    list_id: int, product_id: int, errors: Errors, status: int, entry_id: int | None
) -> Response:
    row, args = overview(list_id), _state()
    derived_on = max(_day(args), row.valid_from) if row.derived_from_id else None
    group = one_product(list_id, today(), product_id, derived_on=derived_on)
    return render(
        "admin/prices/_product.html",
        status=status,
        row=row,
        group=group or Group(product_id, "", "", "", 1, ZERO),
        errors=errors,
        wrong=entry_id,
        typed=request.form,
        saved=not errors,
        can=lambda name: name in current_actor().permissions,
        shows_margin=row.currency == seller().base_currency,
        base_currency=seller().base_currency,
        today=today(),
        **_cell_context(list_id, args, args.get("q", "")),
    )


def _cell_context(list_id: int, args: dict[str, str], text: str) -> dict[str, Any]:
    return {
        "list_id": list_id,
        "q": text,
        "start": _day(args),
        "query": "&".join(f"{name}={value}" for name, value in args.items()),
        "picture_of": picture_of,
    }


def _views(list_id: int, row: Any, args: dict[str, str], view: str) -> list[dict[str, Any]]:
    names = {"own": _("In force and planned"), "history": _("With ended ones")}
    if row.derived_from_id:
        names = {"all": _("All products"), "own": _("Fixed exceptions"), **names}
        names["own"] = _("Fixed exceptions")
    return [
        {"label": label, "current": key == view,
         "href": _address(list_id, {**args, "view": key, "after": ""})}
        for key, label in names.items()
    ]  # fmt: skip


def _address(list_id: int, args: dict[str, str], **more: Any) -> str:
    kept = {name: value for name, value in args.items() if value and name in KEPT}
    return url_for("price_entries.page", list_id=list_id, **kept, **more)


def _back(list_id: int, product_id: int | None = None) -> Response:
    anchor = f"product-{product_id}" if product_id else None
    return go_to(_address(list_id, _state(), _anchor=anchor))


def _state() -> dict[str, str]:
    """The page's state: in the address, or in the form that came from it."""
    stated = dict(parse_qsl(request.form.get("query", ""))) or request.args
    return {name: stated[name].strip() for name in KEPT if stated.get(name, "").strip()}


def _start() -> date:
    return date_of("effective_from") or today()


def _day(args: dict[str, str]) -> date:
    """From when changes count: the address says, otherwise today."""
    try:
        return max(date.fromisoformat(args.get("from", "")), today())
    except ValueError:
        return today()


def _of(list_id: int, entry_id: int) -> int:
    """The product of an entry of this list."""
    entry = session().get(PriceEntry, entry_id)  # in scope: its list is checked below
    if entry is None or entry.list_id != list_id:
        raise NotFound("There is no such price.")
    return entry.product_id
