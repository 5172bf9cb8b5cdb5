"""Number series: how they look and where they go on."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.company.frame import MANAGE, part_page
from admin.frame import Errors, refused_in_place, seller
from admin.typed import text_of, whole_of
from models.company import change_series, series_of
from models.kernel.errors import Refused
from web.access import Pages
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("company_numbers", __name__, url_prefix="/admin/company/numbers")
NAMES = {
    "order": lazy("Orders"),
    "invoice": lazy("Invoices"),
    "credit_note": lazy("Credit notes"),
    "payment": lazy("Payments"),
    "pick_list": lazy("Pick lists"),
    "shipment": lazy("Delivery notes"),
    "purchase_order": lazy("Purchase orders"),
    "receipt": lazy("Goods received notes"),
    "return": lazy("Returns"),
    "manifest": lazy("Manifests"),
    "account": lazy("Customers"),
    "sscc": lazy("Parcels (SSCC)"),
    "quote": lazy("Quotes"),
    "pro_forma": lazy("Pro-formas"),
}


@pages.get("", access=MANAGE)
def page() -> Response:
    """Every series with its next number."""
    return show()


@pages.post("", access=MANAGE)
def save() -> Response:
    """Changes all of them at once, or none."""

    def act() -> Response:
        for state in series_of(session(), seller()):
            number = whole_of(f"next-{state.series.id}")
            if number is None:
                raise Refused("Enter the next number.", field=f"next-{state.series.id}")
            change_series(
                session(), state.series.id, prefix=text_of(f"prefix-{state.series.id}"),
                next_sequence=number, by=current_actor(),
            )  # fmt: skip
        commit()
        flash(_("Saved"))
        return go_to(url_for("company.page"))

    return refused_in_place(act, show)


def show(errors: Errors | None = None, status: int = 200) -> Response:
    return part_page(
        "admin/company/numbers.html",
        "numbers",
        errors=errors,
        status=status,
        rows=series_of(session(), seller()),
        names=NAMES,
        typed=request.form,
    )
