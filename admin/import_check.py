"""After the move: totals here beside the old system's figures."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place
from admin.imports import MANAGE
from models.importing import AMOUNTS, FIGURES, compare, type_in
from models.kernel.quantity import plain
from web.access import Pages
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("import_check", __name__, url_prefix="/admin/imports/check")
NAMES = {
    "products": lazy("Products"), "pictures": lazy("Products with a picture"),
    "accounts": lazy("Customers"), "addresses": lazy("Addresses"),
    "contacts": lazy("Contacts"), "prices": lazy("Prices in force or planned"),
    "vendors": lazy("Vendors"), "stock_units": lazy("Units in stock"),
    "stock_value": lazy("Value of the stock at cost"), "open_invoices": lazy("Open invoices"),
    "open_purchases": lazy("Open purchase orders"),
    "units_to_come": lazy("Units still to come from vendors"),
    "open_orders": lazy("Open sales orders"),
    "goods_to_ship": lazy("Goods still to be shipped, without tax"),
    "open_amount": lazy("Amount open on invoices"), "unapplied_credit": lazy("Unapplied credit"),
}  # fmt: skip


@pages.get("", access=MANAGE)
def page() -> Response:
    """Every figure, and whether it agrees."""
    return show()


@pages.post("", access=MANAGE)
def save() -> Response:
    """Keeps what the old system said."""

    def act() -> Response:
        type_in(session(), {name: request.form.get(name, "") for name in FIGURES},
                by=current_actor())  # fmt: skip
        commit()
        flash(_("Compared"))
        return go_to(url_for("import_check.page"))

    return refused_in_place(act, show)


def show(errors: Errors | None = None, status: int = 200) -> Response:
    rows = compare(session())
    typed = {row.name: "" if row.typed is None else plain(row.typed) for row in rows}
    if request.method == "POST":
        typed = {name: request.form.get(name, "") for name in FIGURES}
    told = [row for row in rows if row.typed is not None]
    return office_page(
        "admin/imports/check.html", current="imports", status=status, errors=errors or [],
        rows=rows, typed=typed, names=NAMES, amounts=AMOUNTS, told=len(told),
        agreeing=sum(row.difference == 0 for row in told),
    )  # fmt: skip
