"""Payment terms."""

from __future__ import annotations

from typing import Any

from flask import flash, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.company.frame import MANAGE, Field, Section, form_page, part_page
from admin.frame import Errors, refused_in_place
from admin.typed import percent_of, text_of, whole_of
from models.accounts import PaymentTerms
from models.company import TermsFacts, add_terms, change_terms
from models.kernel.errors import NotFound
from models.kernel.money import ZERO
from models.kernel.quantity import plain
from web.access import Pages
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("company_terms", __name__, url_prefix="/admin/company/terms")
KINDS = {
    "on_account": lazy("On account"),
    "prepayment": lazy("Payment before dispatch"),
    "card": lazy("Card with order"),
}
BASES = {"invoice_date": lazy("Invoice date"), "end_of_month": lazy("End of the month")}
CODE = Field("code", lazy("Code"), hint=lazy("Short, such as NET30"), attrs={"maxlength": 16})
SECTIONS = (
    Section(lazy("Terms"), (
        Field("name", lazy("Name"), hint=lazy("As it stands on the invoice")),
        Field("kind", lazy("How it is paid"), "select", options=list(KINDS.items())),
    )),
    Section(lazy("When it is due"), (
        Field("base", lazy("Counted from"), "select", options=list(BASES.items())),
        Field("days", lazy("Days"), attrs={"inputmode": "numeric"}),
        Field("day_of_month", lazy("Day of the month, if any"), attrs={"inputmode": "numeric"}),
    )),
    Section(lazy("Discount for paying early"), (
        Field("discount_percent", lazy("Discount"), unit="%", attrs={"inputmode": "decimal"}),
        Field("discount_days", lazy("Within days"), attrs={"inputmode": "numeric"}),
    )),
)  # fmt: skip


@pages.get("", access=MANAGE)
def page() -> Response:
    """All payment terms."""
    rows = session().scalars(select(PaymentTerms).order_by(PaymentTerms.id)).all()
    return part_page("admin/company/terms.html", "terms", rows=rows, kinds=KINDS, bases=BASES)


@pages.get("/new", access=MANAGE)
def new() -> Response:
    """The form for others."""
    return show_new()


@pages.post("/new", access=MANAGE)
def add() -> Response:
    """Adds them."""

    def act() -> Response:
        add_terms(session(), text_of("code"), _facts(), by=current_actor())
        return _saved()

    return refused_in_place(act, show_new)


@pages.get("/<int:terms_id>", access=MANAGE)
def one(terms_id: int) -> Response:
    """Terms as a form."""
    return show(terms_id)


@pages.post("/<int:terms_id>", access=MANAGE)
def save(terms_id: int) -> Response:
    """Changes them for the invoices to come."""

    def act() -> Response:
        change_terms(session(), terms_id, _facts(), by=current_actor())
        return _saved()

    return refused_in_place(act, lambda errors, status: show(terms_id, errors, status))


def show_new(errors: Errors | None = None, status: int = 200) -> Response:
    first = Section(SECTIONS[0].title, (CODE, *SECTIONS[0].fields))
    return form_page(
        "terms", (first, *SECTIONS[1:]), {"days": "30"}, action=url_for("company_terms.add"),
        back=url_for("company_terms.page"), heading=_("New payment terms"), errors=errors,
        status=status,
    )  # fmt: skip


def show(terms_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    row = session().get(PaymentTerms, terms_id)  # in scope: terms are the company's own
    if row is None:
        raise NotFound("There are no such payment terms.")
    shown: dict[str, Any] = {
        "name": row.name, "kind": row.kind, "base": row.base, "days": row.days,
        "day_of_month": row.day_of_month or "",
        "discount_percent": plain(row.discount_percent) if row.discount_percent else "",
        "discount_days": row.discount_days or "",
    }  # fmt: skip
    return form_page(
        "terms", SECTIONS, shown, action=url_for("company_terms.save", terms_id=terms_id),
        back=url_for("company_terms.page"), heading=row.code, errors=errors, status=status,
    )  # fmt: skip


def _saved() -> Response:
    commit()
    flash(_("Saved. It holds for the invoices to come."))
    return go_to(url_for("company_terms.page"))


def _facts() -> TermsFacts:
    return TermsFacts(
        name=text_of("name"),
        kind=text_of("kind"),
        base=text_of("base"),
        days=whole_of("days") or 0,
        day_of_month=whole_of("day_of_month"),
        discount_percent=percent_of("discount_percent") or ZERO,
        discount_days=whole_of("discount_days") or 0,
    )
