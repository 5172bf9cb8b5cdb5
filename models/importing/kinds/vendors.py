"""Vendors: who supplies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from babel.numbers import list_currencies
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.importing import values as read
from models.importing.kind import Column, Context, Key, Known, Progress, Record
from models.kernel.bulk import insert_rows
from models.kernel.database import lock
from models.kernel.errors import Refused
from models.kernel.money import ZERO
from models.purchasing import Vendor

FACTS = ("name", "email", "phone", "currency", "lead_time_days", "minimum_amount", "external_id")
ADDRESS = ("line1", "line2", "city", "postcode", "country")


def _currency(cell: str, _format: read.Format) -> str:
    word = cell.strip().upper()
    if word not in list_currencies():
        raise Refused(f"“{cell[:20]}” is no currency such as GBP.")
    return word


class Vendors:
    """One row a vendor, known by its code."""

    name = "vendors"
    columns = (
        Column("code", "Code", read.code, ("vendor code", "supplier code", "vendor", "supplier",
               "account", "supplier no", "lieferantennummer"), needed=True, example="V-RYE"),
        Column("name", "Name", read.text, ("vendor name", "supplier name", "company", "firma"),
               needed=True, example="Ryedale Forge"),
        Column("email", "E-mail", read.email, ("email address", "mail"),
               example="sales@ryedaleforge.example"),
        Column("phone", "Phone", read.text, ("telephone", "tel"), example=""),
        Column("currency", "Currency", _currency, ("curr", "wahrung"), example="GBP"),
        Column("lead_time_days", "Lead time in days", read.whole, ("lead time",), example="14"),
        Column("minimum_amount", "Minimum order", read.amount, ("minimum", "min order"),
               example="250"),
        Column("line1", "Street", read.text, ("address 1", "address", "address line 1")),
        Column("line2", "Second line", read.text, ("address 2", "address line 2")),
        Column("city", "Town", read.text, ("city", "post town")),
        Column("postcode", "Postcode", read.postcode, ("post code", "zip", "plz")),
        Column("country", "Country", read.country, ("country code",), example="GB"),
        Column("external_id", "Id in the old system", read.code, ("id", "external id")),
    )  # fmt: skip

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """Nothing to look up."""

    def key_of(self, record: Record) -> Key | None:
        """The code."""
        return (record.values["code"].upper(),)

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """All vendors: they are few."""
        return {
            (row.code.upper(),): Known(row.id, _facts(row))
            for row in session.scalars(select(Vendor))
        }

    def write(
        self, session: Session, added: Sequence[Record], changed: Sequence[Record],
        context: Context, progress: Progress,
    ) -> None:  # fmt: skip
        """New ones in, changed ones over."""
        defaults: dict[str, Any] = {
            "email": "", "phone": "", "currency": context.seller.base_currency,
            "lead_time_days": 14, "minimum_amount": ZERO, "external_id": None,
        }  # fmt: skip
        insert_rows(
            session,
            Vendor,
            [
                {"code": each.values["code"], "address": _address(each.values, {})}
                | {name: each.values.get(name, defaults.get(name)) for name in FACTS}
                for each in added
            ],
        )
        targets = {each.target_id or 0: each for each in changed}
        for vendor in lock(session, Vendor, targets):
            each = targets[vendor.id]
            for name in FACTS:
                if name in each.changes:
                    setattr(vendor, name, each.values[name])
            vendor.address = _address(each.values, vendor.address)
        session.flush()

    def title_of(self, record: Record) -> str:
        """Code and name."""
        return f"{record.values.get('code', '')}, {record.values.get('name', '')}"


def _facts(row: Vendor) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FACTS} | {
        name: row.address.get(name, "") for name in ADDRESS
    }


def _address(said: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    return before | {name: said[name] for name in ADDRESS if name in said}
