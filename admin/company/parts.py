"""The check list, and the parts that are plain facts of the company."""

from __future__ import annotations

from typing import Any

from babel import Locale
from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.company.frame import LEADS, MANAGE, TITLES, Field, Section, form_page
from admin.frame import Errors, office_page, refused_in_place, seller
from admin.typed import whole_of
from models.company import IS_SET_UP, PARTS, change_company, checklist, finish_set_up, is_in_use
from models.kernel import settings
from web.access import Pages
from web.i18n import _, current_locale, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("company", __name__, url_prefix="/admin/company")
IMPORTED = {
    "products": (lazy("Products"), lazy("What you sell, with barcodes and packs.")),
    "accounts": (lazy("Customers"), lazy("Who buys, with addresses and contacts.")),
    "prices": (lazy("Prices"), lazy("Your price lists, and what single customers pay.")),
    "stock": (lazy("Stock"), lazy("What is in which bin.")),
}
MISSING = {
    "address_line_1": lazy("street"), "city": lazy("town"), "postcode": lazy("postcode"),
    "email": lazy("e-mail"), "logo": lazy("logo"), "rates": lazy("tax rates"),
    "bank": lazy("account"), "texts": lazy("texts"),
    "numbers": lazy("not looked at; they begin as proposed"), "warehouses": lazy("a warehouse"),
    "closed_days": lazy("closed days"), "terms": lazy("payment terms"),
    "zones": lazy("carriage zones"), "live": lazy("not live"), "products": lazy("products"),
    "accounts": lazy("customers"), "prices": lazy("prices"), "stock": lazy("stock"),
}  # fmt: skip
DETAILS = (
    Section(lazy("Name"), (
        Field("trading_name", lazy("Name that customers know"), attrs={"maxlength": 200}),
        Field("legal_name", lazy("Legal name"), hint=lazy("As it stands in the register")),
    )),
    Section(lazy("Address"), (
        Field("address_line_1", lazy("Street")),
        Field("address_line_2", lazy("Second line")),
        Field("address_line_3", lazy("Third line")),
        Field("city", lazy("Town")),
        Field("postcode", lazy("Postcode")),
        Field("subdivision", lazy("County or state")),
        Field("country", lazy("Country"), "select"),
    )),
    Section(lazy("Where customers write and call"), (
        Field("email", lazy("E-mail"), "email"),
        Field("phone", lazy("Phone"), "tel"),
    )),
    Section(lazy("Money and time"), (
        Field("base_currency", lazy("Currency of the books"), attrs={"maxlength": 3},
              hint=lazy("Fixed once anything is booked or priced")),
        Field("time_zone", lazy("Time zone"), "select",
              hint=lazy("Invoice dates and due dates follow it")),
    )),
)  # fmt: skip
BANK = (
    Section(lazy("Account"), (
        Field("bank_name", lazy("Bank")),
        Field("iban", lazy("IBAN")),
        Field("bic", lazy("BIC")),
        Field("sort_code", lazy("Sort code"), hint=lazy("In the United Kingdom, such as 20-20-15")),
        Field("account_number", lazy("Account number")),
    )),
)  # fmt: skip
TEXTS = (
    Section(lazy("Texts"), (
        Field("invoice_footer", lazy("Footer of documents"), "textarea",
              hint=lazy("Such as: Goods remain our property until paid for in full.")),
        Field("terms_text", lazy("Terms of trade"), "textarea",
              hint=lazy("Printed at the end of an acknowledgement")),
    )),
)  # fmt: skip


@pages.get("", access=MANAGE)
def page() -> Response:
    """The check list: what is done, what is missing, and the way to each."""
    return show_list()


@pages.post("/finish", access=MANAGE)
def finish() -> Response:
    """Says that the company is set up."""

    def act() -> Response:
        finish_set_up(session(), by=current_actor())
        commit()
        flash(_("The company is set up. Have a good first day."))
        return go_to(url_for("office_today.page"))

    return refused_in_place(act, show_list)


def show_list(errors: Errors | None = None, status: int = 200) -> Response:
    parts = checklist(session())
    return office_page(
        "admin/company/list.html",
        current="company",
        status=status,
        errors=errors or [],
        parts=[
            {
                "part": part,
                "title": TITLES.get(part.key) or IMPORTED[part.key][0],
                "lead": LEADS.get(part.key) or IMPORTED[part.key][1],
                "missing": [MISSING[each] for each in part.missing],
                "href": _address_of(part.key),
            }
            for part in parts
        ],
        done=sum(part.is_done for part in parts),
        is_set_up=settings.get(session(), IS_SET_UP),
        may_finish=not any(part.is_blocking for part in parts),
    )


def _address_of(part: str) -> str:
    endpoints = {
        "details": "company.details", "bank": "company.bank", "texts": "company.texts",
        "tax": "company_tax.page", "look": "company_look.page", "numbers": "company_numbers.page",
        "warehouses": "company_places.page", "terms": "company_terms.page",
        "charges": "company_charges.page", "mail": "company_mail.page",
    }  # fmt: skip
    return url_for(endpoints[part]) if part in endpoints else url_for("imports.kind", kind=part)


def _countries() -> list[tuple[str, str]]:
    from babel.core import get_global

    names: Any = Locale.parse(str(current_locale())).territories
    known = [code for code in get_global("territory_zones") if len(code) == 2]
    return sorted(((code, names.get(code, code)) for code in known), key=lambda pair: pair[1])


def _zones() -> list[tuple[str, str]]:
    from zoneinfo import available_timezones

    named = sorted(zone for zone in available_timezones() if "/" in zone)
    return [(zone, zone.replace("_", " ")) for zone in named if not zone.startswith("Etc/")]


def _with_choices(sections: tuple[Section, ...]) -> list[Section]:
    choices = {"country": _countries(), "time_zone": _zones()}
    return [
        Section(
            section.title,
            tuple(
                Field(each.name, each.label, each.kind, each.hint, choices[each.name])
                if each.name in choices
                else each
                for each in section.fields
            ),
        )
        for section in sections
    ]


def facts_form(
    part: str,
    sections: tuple[Section, ...],
    errors: Errors | None = None,
    status: int = 200,
    **context: Any,
) -> Response:
    """A part of plain facts as a form."""
    company = seller()
    return form_page(
        part,
        _with_choices(sections),
        {name: getattr(company, name) for name in PARTS[part]},
        action=url_for(request.endpoint or "company.page").removesuffix("/"),
        errors=errors,
        status=status,
        version=company.version,
        is_in_use=is_in_use(session()),
        **context,
    )


def save_facts(part: str) -> Response:
    """Changes a part as the form says, and leads back to the check list."""
    change_company(session(), part, request.form, version=whole_of("version") or 0,
                   by=current_actor())  # fmt: skip
    commit()
    flash(_("Saved"))
    return go_to(url_for("company.page"))


def _declare(part: str, sections: tuple[Section, ...]) -> None:
    """The page of a part of plain facts, and saving it."""

    @pages.get(f"/{part}", access=MANAGE, endpoint=part)
    def show() -> Response:
        return facts_form(part, sections)

    @pages.post(f"/{part}", access=MANAGE, endpoint=f"save_{part}")
    def save() -> Response:
        return refused_in_place(
            lambda: save_facts(part),
            lambda errors, status: facts_form(part, sections, errors, status),
        )


for _part, _sections in (("details", DETAILS), ("bank", BANK), ("texts", TEXTS)):
    _declare(_part, _sections)
