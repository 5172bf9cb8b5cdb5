"""What is set up and what is missing, part by part; and finishing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from models.accounts import Account, PaymentTerms
from models.accounts.actor import Actor
from models.accounts.permissions import Permission
from models.catalog import Product
from models.company.founding import IS_SET_UP
from models.inventory import ClosedDay, Stock, Warehouse
from models.kernel import activity, settings
from models.kernel.activity import Activity
from models.kernel.errors import Problem, Refused
from models.kernel.mail import MAIL_STATE
from models.kernel.seller import Seller, first_seller
from models.pricing import CarriageZone, PriceEntry, TaxRule

NEEDED = frozenset({"details", "tax", "warehouses", "terms"})
"""Parts without which no order can be taken and no invoice written."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the set-up. `missing` names what it lacks; `note` is a figure worth showing."""

    key: str
    missing: tuple[str, ...] = ()
    note: int | str | None = None

    @property
    def is_done(self) -> bool:
        return not self.missing

    @property
    def is_blocking(self) -> bool:
        """Whether nothing can be sold before it is done."""
        return self.is_needed and not set(self.missing) <= {"closed_days"}

    @property
    def is_needed(self) -> bool:
        return self.key in NEEDED


def checklist(session: Session) -> list[Part]:
    """The parts in the order in which they are best done."""
    seller = first_seller(session)
    counts = _counts(session, seller)
    return [
        Part("details", _lacking(seller, "address_line_1", "city", "postcode", "email")),
        Part("look", () if seller.logo_file_id else ("logo",)),
        Part("tax", () if counts["rates"] else ("rates",)),
        Part("bank", () if seller.iban or seller.account_number else ("bank",)),
        Part("texts", () if seller.terms_text or seller.invoice_footer else ("texts",)),
        Part("numbers", () if counts["numbers"] else ("numbers",)),
        Part("warehouses", _of_warehouses(counts), counts["warehouses"]),
        Part("terms", () if counts["terms"] else ("terms",), counts["terms"]),
        Part("charges", () if counts["zones"] else ("zones",), counts["zones"]),
        Part("mail", () if settings.get(session, MAIL_STATE) == "live" else ("live",),
             settings.get(session, MAIL_STATE)),
        Part("products", () if counts["products"] else ("products",), counts["products"]),
        Part("accounts", () if counts["accounts"] else ("accounts",), counts["accounts"]),
        Part("prices", () if counts["prices"] else ("prices",)),
        Part("stock", () if counts["stock"] else ("stock",)),
    ]  # fmt: skip


def finish_set_up(session: Session, *, by: Actor) -> None:
    """From now on administrators start at Today. Refused, with what is missing, before the needed
    parts are done."""
    by.require(Permission.SETTINGS_MANAGE, "Only an administrator sets up the company.")
    missing = [part for part in checklist(session) if part.is_blocking]
    if missing:
        raise Refused(
            "Some parts are still missing.",
            problems=[Problem(SENTENCES[part.key], part.key) for part in missing],
        )
    if not settings.get(session, IS_SET_UP):
        settings.change(session, IS_SET_UP, True, by=by)
        activity.record(session, "company.set_up", by=by, subject=first_seller(session))


SENTENCES = {
    "details": "Enter the company's address: it stands on every document.",
    "tax": "Enter the tax rates: no order can be taxed without them.",
    "warehouses": "Open a warehouse: goods are promised from one.",
    "terms": "Enter payment terms: every account has some.",
}


def _lacking(seller: Seller, *names: str) -> tuple[str, ...]:
    return tuple(name for name in names if not getattr(seller, name))


def _of_warehouses(counts: dict[str, int]) -> tuple[str, ...]:
    if not counts["warehouses"]:
        return ("warehouses",)
    return () if counts["closed_days"] else ("closed_days",)


def _counts(session: Session, seller: Seller) -> dict[str, int]:
    """How many there are of each, in one statement; of the large tables only whether any."""
    rates = select(func.count(TaxRule.id)).where(TaxRule.country == seller.country)
    numbers = select(func.count(Activity.id)).where(Activity.kind == "number_series.changed")
    asked = {
        "rates": rates,
        "numbers": numbers,
        "warehouses": select(func.count(Warehouse.id)),
        "closed_days": select(func.count(ClosedDay.warehouse_id)),
        "terms": select(func.count(PaymentTerms.id)),
        "zones": select(func.count(CarriageZone.id)),
        "products": select(func.count(Product.id)),
        "accounts": select(func.count(Account.id)),
        "prices": select(exists(select(PriceEntry.id))),
        "stock": select(exists(select(Stock.id).where(Stock.on_hand > 0))),
    }
    row = session.execute(
        select(*(each.scalar_subquery().label(name) for name, each in asked.items()))
    ).one()
    return {name: int(getattr(row, name) or 0) for name in asked}
