"""What several kinds look up: products by SKU, accounts by number, warehouses by code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Text, any_, func, literal, or_, select
from sqlalchemy.orm import Session

from models.accounts import Account
from models.catalog import product_ids_of
from models.importing.kind import Context, Record, ids_by
from models.inventory import Warehouse
from models.purchasing import Vendor


def texts(values: Any) -> Any:
    """Any of these texts, as one array: the statement is the same for any number."""
    return any_(literal(list(values), ARRAY(Text)))


def resolve_products(
    session: Session, records: Sequence[Record], name: str = "sku", *, with_specials: bool = False
) -> None:
    """`refs["product_id"]` of each record that names one (None: there is none); or its
    rejection."""
    found = product_ids_of(session, list(ids_by(records, name)), with_specials=with_specials)
    for record in records:
        if record.says(name):
            product_id = found.get(record.values[name].upper())
            if product_id is None:
                record.reject(f"There is no product {record.values[name]}.")
            record.refs["product_id"] = product_id


def resolve_accounts(session: Session, records: Sequence[Record], name: str = "account") -> None:
    """`refs["account"]` (id, pays_id, currency, name) of each record that names one (None: there
    is none), or its rejection.

    An account is named by its number, the old system's id, or its exact name where only one has it.
    """
    wanted = {value.upper() for value in ids_by(records, name)}
    rows = session.execute(
        select(
            Account.id, Account.bill_to_id, Account.currency, Account.name, Account.number,
            Account.external_id,
        ).where(
            or_(
                func.upper(Account.number) == texts(wanted),
                func.upper(Account.external_id) == texts(wanted),
                func.upper(Account.name) == texts(wanted),
            )
        )
    ).all()  # fmt: skip
    by_name: dict[str, list[Any]] = {}
    by_code: dict[str, Any] = {}
    for row in rows:
        by_name.setdefault(row.name.upper(), []).append(row)
        if row.external_id:
            by_code.setdefault(row.external_id.upper(), row)
    by_code |= {row.number.upper(): row for row in rows}
    for record in records:
        if not record.says(name):
            continue
        asked = record.values[name].upper()
        named = by_name.get(asked, [])
        found = by_code.get(asked) or (named[0] if len(named) == 1 else None)
        if found is None:
            several = f"{len(named)} customers are called" if named else "There is no customer"
            record.reject(f"{several} {record.values[name]}.")
        record.refs["account"] = found


def resolve_warehouses(session: Session, records: Sequence[Record], context: Context) -> None:
    """`refs["warehouse_id"]`: the named one, or the company's first."""
    rows = session.execute(
        select(Warehouse.id, func.upper(Warehouse.code), func.upper(Warehouse.name))
        .where(Warehouse.seller_id == context.seller.id)
        .order_by(Warehouse.position, Warehouse.id)
    ).all()
    known = {word: row[0] for row in reversed(rows) for word in row[1:]}
    for record in records:
        asked = record.values.get("warehouse")
        if not rows:
            record.reject("No warehouse is open yet. Open one on the set-up page.")
        elif asked is None:
            if record.lacks("warehouse"):
                record.refs["warehouse_id"] = rows[0][0]
        elif asked.upper() in known:
            record.refs["warehouse_id"] = known[asked.upper()]
        else:
            record.reject(f"There is no warehouse {asked}.")


def resolve_vendors(session: Session, records: Sequence[Record], name: str = "vendor") -> None:
    """`refs["vendor"]` of each record that names one, by its code, the old system's id or its
    exact name (None: there is none); or its rejection."""
    rows = session.scalars(select(Vendor).order_by(Vendor.id.desc())).all()
    known = {row.name.upper(): row for row in rows}
    known |= {row.external_id.upper(): row for row in rows if row.external_id}
    known |= {row.code.upper(): row for row in rows}
    for record in records:
        if record.says(name):
            found = known.get(record.values[name].upper())
            if found is None:
                record.reject(f"There is no vendor {record.values[name]}.")
            record.refs["vendor"] = found


def number_repeats(records: Sequence[Record], name: str) -> None:
    """`refs["nth"]`: a product may stand on several lines of one order; which of them this is."""
    seen: Counter[tuple[str, int]] = Counter()
    for record in records:
        if record.is_good:
            place = (record.values[name].upper(), record.refs["product_id"])
            seen[place] += 1
            record.refs["nth"] = seen[place]


def line_key(record: Record) -> tuple[str, int, int]:
    """The old number, the product, and which of its lines: after `number_repeats`."""
    return (record.values["number"].upper(), record.refs["product_id"], record.refs["nth"])


def settle_heads(
    records: Sequence[Record], name: str, facts: Mapping[str, Callable[[Record], Any]]
) -> None:
    """`refs["head"]`: what holds for the whole order, {what it is called: what its rows say}.

    Rejects a row that says otherwise than one before it; one that says nothing agrees.
    """
    heads: dict[str, dict[str, Any]] = {}
    lines: dict[tuple[str, str], int] = {}
    for record in records:
        if not record.is_good:
            continue
        order = record.values[name].upper()
        head = record.refs["head"] = heads.setdefault(order, {})
        for called, said in facts.items():
            value = said(record)
            if value is None:
                continue
            if head.setdefault(called, value) != value:
                line = lines[order, called]
                record.reject(f"{called}: line {line} says otherwise for {record.values[name]}.")
            lines.setdefault((order, called), record.line)


def account_title(record: Record) -> str:
    """The customer that a row is about, as the file names it."""
    return str(record.values.get("account", ""))
