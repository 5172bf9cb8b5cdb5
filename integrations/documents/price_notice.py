"""Price notices in the account's language: a workbook for its system, a paper for the post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from integrations.documents.pdf import render_pdf
from integrations.documents.writing import write
from models.accounts import Account
from models.kernel.workbook import Column, workbook
from models.pricing import PriceChange
from web.i18n import _, speaking
from web.presenting import day

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MONEY, PERCENT, UNITS = "#,##0.00##", "+0.0;-0.0;0.0", "#,##0.###"


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What a notice tells one account: its prices from the day on, and its own part numbers."""

    account: Account
    starts_on: date
    changes: Sequence[PriceChange]
    own_numbers: dict[int, str]


def notice_workbook(facts: NoticeFacts, company: str) -> bytes:
    """Every price that changes, as XLSX: old, new, and by how much."""
    account = facts.account
    with speaking(account.locale):
        on_request = _("on request")
        rows = [
            (
                each.sku, facts.own_numbers.get(each.product_id, ""), each.name, each.pack,
                each.min_quantity, each.price_per, on_request if each.old is None else each.old,
                on_request if each.new is None else each.new,
                None if each.percent is None else round(each.percent, 1), facts.starts_on,
            )
            for each in facts.changes
        ]  # fmt: skip
        above = [
            _("Your prices from %(day)s", day=day(facts.starts_on)),
            _("%(account)s, %(number)s. From %(company)s. Prices in %(currency)s, without tax.",
              account=account.name, number=account.number, company=company,
              currency=account.currency),
        ]  # fmt: skip
        return workbook(_("Prices"), _columns(), rows, above=above)


def notice_paper(facts: NoticeFacts, seller: dict[str, str], address: dict[str, Any]) -> bytes:
    """The same as a PDF to post."""
    page = write(
        "documents/price_notice.html",
        facts.account.locale,
        title=facts.account.number,
        seller=seller,
        account=facts.account,
        address=address,
        starts_on=facts.starts_on,
        changes=facts.changes,
        own_numbers=facts.own_numbers,
    )
    return render_pdf(page, sheet="paper.css")


def _columns() -> list[Column]:
    return [
        Column(_("Product code"), 18),
        Column(_("Your number"), 18),
        Column(_("Product"), 42),
        Column(_("Pack"), 9, UNITS),
        Column(_("From quantity"), 14, UNITS),
        Column(_("Price per"), 10, UNITS),
        Column(_("Price now"), 12, MONEY),
        Column(_("New price"), 12, MONEY),
        Column(_("Change in per cent"), 18, PERCENT),
        Column(_("Valid from"), 13),
    ]
