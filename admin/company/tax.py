"""Tax numbers, and the rates by which orders are taxed."""

from __future__ import annotations

from flask import flash, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.company.frame import MANAGE, Field, part_page, typed_or
from admin.company.frame import Section as Sec
from admin.company.parts import save_facts
from admin.frame import Errors, refused_in_place, seller, today
from admin.typed import date_of, percent_of
from models.company import set_tax_rates
from models.kernel.errors import Refused
from models.pricing import TaxRule
from web.access import Pages
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("company_tax", __name__, url_prefix="/admin/company/tax")
SECTIONS = (
    Sec(lazy("Numbers"), (
        Field("vat_number", lazy("VAT number or EIN"), hint=lazy("Its check digits are tested")),
        Field("company_number", lazy("Company number")),
    )),
)  # fmt: skip
RATES = (
    Sec(lazy("New rates"), (
        Field("standard", lazy("Standard rate"), unit="%", attrs={"inputmode": "decimal"}),
        Field("reduced", lazy("Reduced rate"), unit="%", attrs={"inputmode": "decimal"}),
        Field("valid_from", lazy("From"), "date"),
    )),
)  # fmt: skip


@pages.get("", access=MANAGE)
def page() -> Response:
    """The numbers, and the rates as they follow each other."""
    return show()


@pages.post("", access=MANAGE)
def save() -> Response:
    """Changes the numbers."""
    return refused_in_place(lambda: save_facts("tax"), show)


@pages.post("/rates", access=MANAGE)
def rates() -> Response:
    """Puts rates in force from a day on."""

    def act() -> Response:
        standard, reduced, day = (
            percent_of("standard"),
            percent_of("reduced"),
            date_of("valid_from"),
        )
        if standard is None or reduced is None or day is None:
            raise Refused("Enter both rates and the day from which they count.", field="standard")
        set_tax_rates(session(), standard=standard, reduced=reduced, valid_from=day,
                      by=current_actor())  # fmt: skip
        commit()
        flash(_("The rates are in force from that day on."))
        return go_to(url_for("company_tax.page"))

    return refused_in_place(act, show)


def show(errors: Errors | None = None, status: int = 200) -> Response:
    company = seller()
    numbers = {"vat_number": company.vat_number, "company_number": company.company_number}
    in_force = session().execute(
        select(TaxRule.tax_category, TaxRule.rate, TaxRule.valid_from)
        .where(
            TaxRule.country == company.country, TaxRule.treatment == "domestic",
            TaxRule.tax_category.in_(("standard", "reduced")),
        )
        .order_by(TaxRule.valid_from.desc(), TaxRule.tax_category.desc())
    ).all()  # fmt: skip
    return part_page(
        "admin/company/tax.html",
        "tax",
        errors=errors,
        status=status,
        sections=SECTIONS,
        rate_sections=RATES,
        typed=numbers | {"valid_from": today().isoformat()} | _typed(errors),
        rates=in_force,
        names={"standard": _("Standard rate"), "reduced": _("Reduced rate")},
        version=company.version,
        country=company.country,
    )


def _typed(errors: Errors | None) -> dict[str, str]:
    if not errors:
        return {}
    typed = typed_or((*SECTIONS, *RATES), {})
    return {name: value for name, value in typed.items() if value}
