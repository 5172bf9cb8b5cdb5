"""What the pages of the set-up share: their words, their frame, and a form of described fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from admin.audit import changes
from admin.frame import Errors, office_page, seller
from models.accounts import Permission
from models.company import changes_of
from web.access import staff
from web.i18n import lazy
from web.transactions import session

MANAGE = staff(Permission.SETTINGS_MANAGE)
TITLES = {
    "details": lazy("Name and address"),
    "look": lazy("Logo and colour"),
    "tax": lazy("Tax"),
    "bank": lazy("Bank"),
    "texts": lazy("Footer and terms"),
    "numbers": lazy("Document numbers"),
    "warehouses": lazy("Warehouses and calendar"),
    "terms": lazy("Payment terms"),
    "charges": lazy("Charges"),
    "mail": lazy("Outgoing mail"),
}
LEADS = {
    "details": lazy("What stands on every document, and where your day begins."),
    "look": lazy("On your pages, mails and documents."),
    "tax": lazy("Your numbers, and the rates that orders are taxed with."),
    "bank": lazy("Where customers pay; it stands on every invoice."),
    "texts": lazy("The last lines of your documents."),
    "numbers": lazy("How numbers look, and where they go on from your old system."),
    "warehouses": lazy("Where goods are, on which days you ship, and until when orders make it."),
    "terms": lazy("When invoices are due. Every account has one of these."),
    "charges": lazy("Carriage, and the charge on small orders."),
    "mail": lazy("Nothing goes to customers before you say so."),
}
WEEKDAYS = [
    ("1", lazy("Monday")), ("2", lazy("Tuesday")), ("3", lazy("Wednesday")),
    ("4", lazy("Thursday")), ("5", lazy("Friday")), ("6", lazy("Saturday")),
    ("7", lazy("Sunday")),
]  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A field of a form. `kind`: text, email, date, time, textarea, select, checkbox or checks."""

    name: str
    label: Any
    kind: str = "text"
    hint: Any = ""
    options: Sequence[tuple[str, Any]] = ()
    unit: str = ""
    attrs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """Fields that belong together under one heading."""

    title: Any
    fields: tuple[Field, ...]


def part_page(
    page: str, part: str, *, errors: Errors | None = None, status: int = 200, **context: Any
) -> Response:
    """A page of one part, with what was changed about it lately."""
    return office_page(
        page,
        current="company",
        status=status,
        errors=errors or [],
        part=part,
        title=TITLES[part],
        lead=LEADS[part],
        changes=[
            (entry, name, changes(entry, seller().base_currency))
            for entry, name in changes_of(session(), part)
        ],
        **context,
    )


def form_page(
    part: str,
    sections: Sequence[Section],
    shown: Mapping[str, Any],
    *,
    action: str,
    back: str = "",
    heading: str = "",
    errors: Errors | None = None,
    status: int = 200,
    version: int | None = None,
    **context: Any,
) -> Response:
    """A part, or one record of it, as a form; with what was typed where that was refused."""
    return part_page(
        "admin/company/form.html",
        part,
        errors=errors,
        status=status,
        sections=sections,
        typed=typed_or(sections, shown),
        action=action,
        back=back or url_for("company.page"),
        heading=heading,
        version=version,
        **context,
    )


def typed_or(sections: Sequence[Section], shown: Mapping[str, Any]) -> dict[str, Any]:
    """What a refused form said, else what is in force."""
    if request.method != "POST":
        return dict(shown)
    typed: dict[str, Any] = {}
    for each in (one for section in sections for one in section.fields):
        many = each.kind == "checks"
        typed[each.name] = (
            "".join(request.form.getlist(each.name)) if many else request.form.get(each.name, "")
        )
    return typed
