"""Further addresses of customers, each under a code of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, literal, select, update
from sqlalchemy.orm import Session

from models.accounts import Address
from models.importing import values as read
from models.importing.kind import Column, Context, Key, Known, Progress, Record
from models.importing.kinds.finding import account_title, resolve_accounts
from models.kernel import clock
from models.kernel.bulk import insert_rows

FACTS = (
    "company", "contact", "phone", "email", "line1", "line2", "line3", "city", "subdivision",
    "postcode", "country", "gln", "delivery_instructions", "receiving_hours", "is_ship_to",
    "is_bill_to",
)  # fmt: skip
KEPT = (
    "delivery_weekdays", "is_residential", "needs_liftgate", "home_warehouse_id", "zone_code",
    "is_default",
)  # fmt: skip


class Addresses:
    """One row an address, known by the customer and its code."""

    name = "addresses"
    columns = (
        Column("account", "Customer", read.code, ("customer number", "account number",
               "account no", "a/c", "customer no", "customer code", "account code", "kundennummer",
               "customer name"), needed=True, example="C1001"),
        Column("code", "Code", read.code, ("address code", "delivery code", "site", "branch",
               "ship to code", "location"), needed=True, example="SHOP2"),
        Column("company", "Name", read.text, ("company name", "delivery name", "address name",
               "site name"), example="The Garden Room, Harbour"),
        Column("contact", "Contact", read.text, ("contact name", "attention"), example=""),
        Column("phone", "Phone", read.text, ("telephone", "tel"), example=""),
        Column("email", "E-mail", read.email, ("email address",), example=""),
        Column("line1", "Street", read.text, ("address 1", "address line 1", "address", "address1",
               "strasse"), needed=True, example="3 Quay Street"),
        Column("line2", "Second line", read.text, ("address 2", "address line 2", "address2")),
        Column("line3", "Third line", read.text, ("address 3", "address line 3", "address3")),
        Column("city", "Town", read.text, ("city", "post town", "ort"), needed=True,
               example="Whitby"),
        Column("subdivision", "County", read.text, ("state", "region")),
        Column("postcode", "Postcode", read.postcode, ("post code", "pcode", "zip",
               "zip code", "plz"), example="YO21 3PU"),
        Column("country", "Country", read.country, ("country code",), example="GB"),
        Column("gln", "GLN", read.code, ("global location number",)),
        Column("delivery_instructions", "Delivery instructions", read.text, ("instructions",
               "delivery notes"), example="Rear entrance"),
        Column("receiving_hours", "Receiving hours", read.text, ("hours", "opening hours")),
        Column("is_ship_to", "Deliveries", read.flag, ("ship to", "delivery"), example="yes"),
        Column("is_bill_to", "Invoices", read.flag, ("bill to", "invoice"), example="no"),
    )  # fmt: skip

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """The customer, and codes in capitals."""
        resolve_accounts(session, records)
        for record in records:
            said = record.values
            if record.says("code"):
                said["code"] = said["code"].upper()
            is_billed = said.get("is_bill_to") or "is_bill_to" in record.faulty
            if said.get("is_ship_to") is False and not is_billed:
                record.reject("Say what the address is for: deliveries, invoices or both.")

    def key_of(self, record: Record) -> Key | None:
        """Customer and code."""
        return (record.refs["account"].id, record.values["code"])

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """The addresses in use of these customers."""
        ids = {record.refs["account"].id for record in records}
        rows = session.scalars(
            select(Address).where(Address.account_id.in_(ids), Address.replaced_at.is_(None))
        )
        return {
            (row.account_id, row.code.upper()): Known(
                row.id, {name: getattr(row, name) for name in FACTS}
            )
            for row in rows
        }

    def write(
        self, session: Session, added: Sequence[Record], changed: Sequence[Record],
        context: Context, progress: Progress,
    ) -> None:  # fmt: skip
        """A changed address becomes a new version; documents keep the old one."""
        ids = [record.target_id for record in changed]
        old = {row.id: row for row in session.scalars(select(Address).where(Address.id.in_(ids)))}
        versions = _versions(session, added)
        if ids:
            session.execute(
                update(Address)
                .where(Address.id == any_(literal(ids, ARRAY(BigInteger))))
                .values(replaced_at=clock.now(), is_default=False)
                .execution_options(synchronize_session=False)
            )
        rows = [
            _row(record, old.get(record.target_id or 0), context, versions)
            for record in (*added, *changed)
        ]
        insert_rows(session, Address, rows)

    def title_of(self, record: Record) -> str:
        """Customer and code."""
        return f"{account_title(record)}, {record.values.get('code', '')}"


def _versions(session: Session, added: Sequence[Record]) -> dict[Key, int]:
    """The last version of codes that were in use once."""
    ids = {record.refs["account"].id for record in added}
    rows = session.execute(
        select(Address.account_id, Address.code, Address.version).where(Address.account_id.in_(ids))
    )
    found: dict[Key, int] = {}
    for account_id, code, version in rows:
        key = (account_id, code.upper())
        found[key] = max(version, found.get(key, 0))
    return found


def _row(
    record: Record, old: Address | None, context: Context, versions: dict[Key, int]
) -> dict[str, Any]:
    said, account = record.values, record.refs["account"]
    defaults: dict[str, Any] = dict.fromkeys(FACTS, "")
    defaults |= {"company": account.name, "country": context.seller.country, "is_ship_to": True,
                 "is_bill_to": False}  # fmt: skip
    kept: dict[str, Any] = {
        "delivery_weekdays": "12345", "is_residential": False, "needs_liftgate": False,
        "home_warehouse_id": None, "zone_code": "", "is_default": False,
    }  # fmt: skip
    if old is not None:
        defaults = {name: getattr(old, name) for name in FACTS}
        kept = {name: getattr(old, name) for name in KEPT}
    last = old.version if old else versions.get((account.id, said["code"]), 0)
    return {
        "account_id": account.id,
        "code": old.code if old else said["code"],
        "version": last + 1,
        **{name: said.get(name, defaults[name]) for name in FACTS},
        **kept,
    }
