"""Writes many accounts with their groups, main addresses, contacts and price lists."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, literal, select, update
from sqlalchemy.orm import Session

from models.accounts import Account, AccountGroup, Address, Contact, usual_terms_id
from models.importing.kind import Context, Progress, Record
from models.importing.kinds.writing_prices import base_list, give_list, list_by_code, open_list
from models.kernel import clock
from models.kernel.bulk import insert_rows, update_rows
from models.kernel.errors import Refused
from models.kernel.money import ZERO
from models.kernel.numbering import next_number
from models.kernel.quantity import plain

PLAIN = (
    "number", "external_id", "name", "legal_name", "credit_limit", "tax_number", "tax_treatment",
    "country", "phone", "website", "requires_po_number", "status",
)  # fmt: skip
"""Columns of the file that are columns of the table."""
ADDRESS = ("line1", "line2", "line3", "city", "subdivision", "postcode")
CONTACT = {"contact": "name", "email": "email"}
KEPT = (
    "contact", "phone", "email", "gln", "delivery_instructions", "receiving_hours",
    "delivery_weekdays", "is_residential", "needs_liftgate", "home_warehouse_id", "zone_code",
)  # fmt: skip
"""What an address keeps when its lines change."""
MAIN = "MAIN"
UNKNOWN_STREET = "Address to be completed"
CENT = Decimal("0.01")


def write_accounts(
    session: Session,
    added: Sequence[Record],
    changed: Sequence[Record],
    context: Context,
    progress: Progress,
) -> None:
    """New ones in and changed ones over, then what hangs on them."""
    everything = [*added, *changed]
    groups = _groups(session, everything)
    _insert(session, added, groups, context)
    progress(len(added), len(everything))
    _update(session, changed, groups)
    _write_addresses(session, added, changed, context)
    _write_contacts(session, everything)
    _give_lists(session, everything, context)


def _insert(
    session: Session, added: Sequence[Record], groups: dict[str, int], context: Context
) -> None:
    first_group = session.scalar(select(AccountGroup.id).order_by(AccountGroup.id).limit(1))
    first_terms = usual_terms_id(session)
    if first_terms is None:
        raise Refused("Enter payment terms on the set-up page first: every customer has some.")
    home = context.seller.country
    rows = []
    for record in added:
        said = record.values
        country = said.get("country", home)
        rows.append({
            "number": said.get("number") or _next(session, context),
            "external_id": said.get("external_id"),
            "name": said["name"],
            "legal_name": said.get("legal_name", ""),
            "group_id": groups.get(said.get("group", ""), first_group),
            "terms_id": record.refs.get("terms_id") or first_terms,
            "currency": context.seller.base_currency,
            "locale": "de_DE" if country in ("DE", "AT") else "en_GB",
            "country": country,
            "tax_number": said.get("tax_number", ""),
            "tax_treatment": said.get("tax_treatment", "domestic" if country == home else "export"),
            "credit_limit": said.get("credit_limit", ZERO),
            "phone": said.get("phone", ""),
            "website": said.get("website", ""),
            "requires_po_number": said.get("requires_po_number", False),
            "status": said.get("status", "active"),
        })  # fmt: skip
    for record, id_ in zip(added, insert_rows(session, Account, rows), strict=True):
        record.refs["id"] = id_


def _next(session: Session, context: Context) -> str:
    return next_number(session, seller_id=context.seller.id, kind="account", on=context.today).text


def _update(session: Session, changed: Sequence[Record], groups: dict[str, int]) -> None:
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for record in changed:
        row = {name: record.values[name] for name in PLAIN if name in record.changes}
        if "group" in record.changes:
            row["group_id"] = groups[record.values["group"]]
        if "terms" in record.changes:
            row["terms_id"] = record.refs["terms_id"]
        if row:
            by_columns.setdefault(tuple(row), []).append({"id": record.refs["id"], **row})
    for rows in by_columns.values():
        update_rows(session, Account, rows)
        update_rows(session, Account, [{"id": row["id"], "version": 1} for row in rows], add=True)


def _groups(session: Session, records: Sequence[Record]) -> dict[str, int]:
    """The groups by the name or code that the file says; missing ones are made."""
    known: dict[str, int] = {}
    taken = set()
    for row in session.scalars(select(AccountGroup)):
        known |= {row.name.upper(): row.id, row.code.upper(): row.id}
        taken.add(row.code.upper())
    found = {}
    for name in sorted({record.values["group"] for record in records if "group" in record.values}):
        if name.upper() not in known:
            code = "".join(each for each in name.upper() if each.isalnum())[:16] or "GROUP"
            number = 1
            while code in taken:
                number += 1
                code = f"{code[:13]}-{number}"
            taken.add(code)
            made = AccountGroup(code=code, name=name)
            session.add(made)
            session.flush()
            known[name.upper()] = made.id
        found[name] = known[name.upper()]
    return found


def _write_addresses(
    session: Session, added: Sequence[Record], changed: Sequence[Record], context: Context
) -> None:
    moved = [record for record in changed if set(ADDRESS) & record.changes.keys()]
    old = _main_addresses(session, moved)
    if old:
        session.execute(
            update(Address)
            .where(Address.id == any_(literal([row.id for row in old.values()], ARRAY(BigInteger))))
            .values(replaced_at=clock.now(), is_default=False)
            .execution_options(synchronize_session=False)
        )
    rows = []
    for record in (*added, *moved):
        before = old.get(record.refs["id"])
        said = record.values
        lines = {name: said.get(name, getattr(before, name, "")) for name in ADDRESS}
        kept = {name: getattr(before, name) for name in KEPT} if before else _fresh(said)
        rows.append({
            "account_id": record.refs["id"],
            "code": before.code if before else MAIN,
            "version": before.version + 1 if before else 1,
            "company": said.get("name", getattr(before, "company", "")),
            **lines,
            "line1": lines["line1"] or UNKNOWN_STREET,
            "country": said.get("country", getattr(before, "country", context.seller.country)),
            "is_ship_to": True,
            "is_bill_to": True,
            "is_default": True,
            **kept,
        })  # fmt: skip
    insert_rows(session, Address, rows)


def _fresh(said: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = dict.fromkeys(KEPT, "")
    return kept | {
        "contact": said.get("contact", ""), "phone": said.get("phone", ""),
        "email": said.get("email", ""), "delivery_weekdays": "12345", "is_residential": False,
        "needs_liftgate": False, "home_warehouse_id": None,
    }  # fmt: skip


def _main_addresses(session: Session, records: Sequence[Record]) -> dict[int, Address]:
    if not records:
        return {}
    ids = [record.refs["id"] for record in records]
    rows = session.scalars(
        select(Address).where(
            Address.account_id.in_(ids), Address.replaced_at.is_(None), Address.is_default
        )
    )
    return {row.account_id: row for row in rows}


def _write_contacts(session: Session, records: Sequence[Record]) -> None:
    about = [record for record in records if set(CONTACT) & record.changes.keys()]
    if not about:
        return
    ids = [record.refs["id"] for record in about]
    there = {
        row.account_id: row
        for row in session.scalars(
            select(Contact).where(Contact.account_id.in_(ids)).order_by(Contact.id.desc())
        )
    }
    new = []
    for record in about:
        said = {name: record.values[key] for key, name in CONTACT.items() if key in record.values}
        contact = there.get(record.refs["id"])
        if contact is None:
            name = said.get("name") or said["email"].partition("@")[0]
            new.append({"account_id": record.refs["id"], "name": name,
                        "email": said.get("email", "")})  # fmt: skip
            continue
        for name, value in said.items():
            setattr(contact, name, value)
    insert_rows(session, Contact, new)


def _give_lists(session: Session, records: Sequence[Record], context: Context) -> None:
    """The named list, or one that takes the discount off the base list; from today."""
    made: dict[Decimal, int] = {}
    for record in records:
        if "price_list" in record.changes and record.refs.get("list_id"):
            give_list(session, record.refs["list_id"], record.refs["id"], context)
        discount = record.values.get("discount")
        if "discount" not in record.changes or not discount:
            continue
        if discount not in made:
            made[discount] = discount_list(session, discount, context)
        give_list(session, made[discount], record.refs["id"], context)


def discount_list(session: Session, discount: Decimal, context: Context) -> int:
    """The list that takes so many per cent off the base list; made where there is none."""
    code = f"LESS-{plain(discount)}"
    found = list_by_code(session, code)
    if found is not None:
        return found
    base = base_list(session, context) or open_list(session, "BASE", "Base prices", "base", context)
    return open_list(
        session, code, f"{plain(discount)}% off the base list", "list", context,
        derived_from_id=base, percent=-discount, rounding_step=CENT,
    )  # fmt: skip
