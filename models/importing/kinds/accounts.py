"""Customers: accounts with their terms, their main address and the person to talk to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.accounts import (
    Account,
    AccountGroup,
    Address,
    Contact,
    PaymentTerms,
    checked_tax_number,
)
from models.importing import values as read
from models.importing.kind import Column, Context, Key, Known, Progress, Record, ids_by
from models.importing.kinds.account_rows import ADDRESS, CONTACT, PLAIN, write_accounts
from models.importing.kinds.finding import texts
from models.importing.kinds.writing_prices import list_by_code
from models.kernel.errors import Refused
from models.pricing import PriceList, PriceListAssignment

TREATMENTS = {
    "domestic": ("standard", "vat", "yes", "home"), "reverse_charge": ("reverse charge", "eu"),
    "export": ("non eu", "row", "outside"), "exempt": ("no vat",),
}  # fmt: skip


class Accounts:
    """One row a customer, known by number, the old system's id, or the name."""

    name = "accounts"
    columns = (
        Column("number", "Customer number", read.code, ("account", "account number", "account no",
               "customer", "customer no", "customer code", "account code", "account ref", "code",
               "kundennummer", "cust no", "a/c", "acct", "a/c no", "acc no", "customer id"),
               example="C1001"),
        Column("name", "Name", read.text, ("company", "company name", "customer name",
               "account name", "firma", "business name", "trading name"), needed=True,
               example="The Garden Room"),
        Column("legal_name", "Legal name", read.text, ("registered name",), example=""),
        Column("group", "Group", read.text, ("price group", "customer group", "account group",
               "customer type", "type"), example="Trade"),
        Column("discount", "Discount off the base list", read.percent, ("discount", "discount %",
               "disc", "disc %", "customer discount", "rabatt"), example="10",
               hint="A derived price list is made for each rate"),
        Column("price_list", "Price list", read.code, ("list", "price band", "price level",
               "tariff", "preisliste"), example=""),
        Column("terms", "Payment terms", read.text, ("terms", "terms code", "credit terms",
               "zahlungsbedingung"), example="NET30"),
        Column("credit_limit", "Credit limit", read.amount, ("limit", "credit", "kreditlimit"),
               example="2500"),
        Column("tax_number", "VAT number", read.code, ("vat no", "vat reg", "vat reg no", "ein",
               "ust id", "tax no", "vat"), example=""),
        Column("tax_treatment", "Tax treatment", read.choice(TREATMENTS), ("vat treatment",),
               example="domestic"),
        Column("line1", "Street", read.text, ("address 1", "address line 1", "address", "address1",
               "add1", "strasse", "street address"), example="12 High Street"),
        Column("line2", "Second line", read.text, ("address 2", "address line 2", "address2",
               "add2"), example=""),
        Column("line3", "Third line", read.text, ("address 3", "address line 3", "address3"),
               example=""),
        Column("city", "Town", read.text, ("city", "post town", "ort", "stadt"),
               example="Whitby"),
        Column("subdivision", "County", read.text, ("state", "county", "region"), example=""),
        Column("postcode", "Postcode", read.postcode, ("post code", "pcode", "zip",
               "zip code", "plz", "postal code"), example="YO21 3AA"),
        Column("country", "Country", read.country, ("country code", "land"), example="GB"),
        Column("phone", "Phone", read.text, ("telephone", "tel", "phone number", "tel no",
               "telefon"), example="01947 555 010"),
        Column("contact", "Contact", read.text, ("contact name", "buyer", "attention",
               "ansprechpartner"), example="Jo Marsh"),
        Column("email", "E-mail", read.email, ("e mail", "email address", "contact email",
               "mail"), example="jo@gardenroom.example"),
        Column("website", "Website", read.text, ("web", "url"), example=""),
        Column("requires_po_number", "Needs a PO number", read.flag, ("po required",),
               example="no"),
        Column("status", "State", read.choice({
            "active": ("open", "live", "yes", "current"), "stopped": ("stop", "on stop", "hold"),
            "closed": ("inactive", "no", "dead"),
        }), ("account status", "active"), example="active"),
        Column("external_id", "Id in the old system", read.code, ("id", "external id", "old id"),
               example=""),
    )  # fmt: skip

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """Finds those that are there, and their terms and lists."""
        there = _ids(session, records)
        terms = _terms(session)
        codes = ids_by(records, "price_list")
        lists = {code: list_by_code(session, code) for code in codes}
        for record in records:
            values = record.values
            record.refs["id"] = there.get(("id", values.get("external_id"))) or there.get(
                ("number", values.get("number", "").upper())
            )
            if record.refs["id"] is None and "number" not in values and "name" in values:
                record.refs["id"] = there.get(("name", values["name"].upper()))
            if "terms" in values:
                record.refs["terms_id"] = terms.get(values["terms"].upper())
                if record.refs["terms_id"] is None:
                    record.reject(f"There are no payment terms “{values['terms']}”.")
                else:
                    values["terms"] = terms[record.refs["terms_id"]]
            if values.get("price_list") and lists[values["price_list"]] is None:
                record.reject(f"There is no price list {values['price_list']}.")
            record.refs["list_id"] = lists.get(values.get("price_list", ""))
            _check_tax(record, context)

    def key_of(self, record: Record) -> Key | None:
        """Its id where it is there, else number, old id or name."""
        values = record.values
        if record.refs["id"]:
            return (record.refs["id"],)
        return (
            values.get("number", "").upper() or values.get("external_id") or values["name"].upper(),
        )

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """The accounts with their main address and first contact, in the columns of the file."""
        ids = [record.refs["id"] for record in records if record.refs["id"]]
        if not ids:
            return {}
        accounts = session.execute(
            select(Account, AccountGroup.name, PaymentTerms.code)
            .join(AccountGroup, AccountGroup.id == Account.group_id)
            .join(PaymentTerms, PaymentTerms.id == Account.terms_id)
            .where(Account.id.in_(ids))
        ).all()
        addresses = {
            row.account_id: row
            for row in session.scalars(
                select(Address).where(
                    Address.account_id.in_(ids), Address.replaced_at.is_(None), Address.is_default
                )
            )
        }
        contacts = {
            row.account_id: row
            for row in session.scalars(
                select(Contact).where(Contact.account_id.in_(ids)).order_by(Contact.id.desc())
            )
        }
        lists = _lists_of(session, ids)
        return {
            (account.id,): Known(
                account.id,
                {name: getattr(account, name) for name in PLAIN}
                | {"group": group, "terms": terms}
                | {name: getattr(addresses.get(account.id), name, "") for name in ADDRESS}
                | {key: getattr(contacts.get(account.id), name, "")
                   for key, name in CONTACT.items()}
                | lists.get(account.id, {"discount": None, "price_list": None}),
            )
            for account, group, terms in accounts
        }  # fmt: skip

    def write(
        self, session: Session, added: Sequence[Record], changed: Sequence[Record],
        context: Context, progress: Progress,
    ) -> None:  # fmt: skip
        """Accounts, then what hangs on them."""
        write_accounts(session, added, changed, context, progress)

    def title_of(self, record: Record) -> str:
        """Number and name."""
        told = (record.values.get("number", ""), record.values.get("name", ""))
        return ", ".join(each for each in told if each)


def _check_tax(record: Record, context: Context) -> None:
    number = record.values.get("tax_number")
    if number and "country" not in record.faulty:
        country = record.values.get("country", context.seller.country)
        try:
            record.values["tax_number"] = checked_tax_number(number, country)
        except Refused as refusal:
            record.reject(f"VAT number: {refusal.sentence}")


def _ids(session: Session, records: Sequence[Record]) -> dict[tuple[str, Any], int]:
    numbers = {each.upper() for each in ids_by(records, "number")}
    externals = ids_by(records, "external_id")
    names = {each.upper() for each in ids_by(records, "name")}
    rows = session.execute(
        select(Account.id, Account.number, Account.external_id, Account.name).where(
            or_(
                func.upper(Account.number) == texts(numbers),
                Account.external_id == texts(externals),
                func.upper(Account.name) == texts(names),
            )
        )
    ).all()
    found: dict[tuple[str, Any], int] = {}
    for row in rows:
        found["number", row.number.upper()] = row.id
        found["name", row.name.upper()] = row.id
        if row.external_id:
            found["id", row.external_id] = row.id
    return found


def _terms(session: Session) -> dict[Any, Any]:
    """{code or name in capitals: id, id: code}."""
    found: dict[Any, Any] = {}
    for row in session.scalars(select(PaymentTerms)):
        found |= {row.code.upper(): row.id, row.name.upper(): row.id, row.id: row.code}
    return found


def _lists_of(session: Session, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The list or the discount off the base list that each account was given first."""
    rows = session.execute(
        select(PriceListAssignment.account_id, PriceList.code, PriceList.percent, PriceList.kind)
        .join(PriceList, PriceList.id == PriceListAssignment.list_id)
        .where(
            PriceListAssignment.account_id.in_(ids), PriceListAssignment.valid_to.is_(None),
            PriceList.kind == "list",
        )
        .order_by(PriceListAssignment.id.desc())
    )  # fmt: skip
    return {
        row.account_id: {
            "price_list": row.code,
            "discount": Decimal(-row.percent) if row.percent is not None else None,
        }
        for row in rows
    }
