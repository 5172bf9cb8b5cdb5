"""Prices of lists and of single customers, from a quantity on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.importing import values as read
from models.importing.kind import Column, Context, Key, Known, Progress, Record, ids_by
from models.importing.kinds.finding import resolve_accounts, resolve_products, texts
from models.importing.kinds.writing_prices import BASE, base_list, give_list, open_list
from models.kernel.database import lock
from models.pricing import NewPrice, PriceList, prices_in_force, put_prices

ONE = Decimal(1)


def _from(cell: str, format_: read.Format) -> Decimal:
    return read.number(cell, format_, places=3, least=Decimal("0.001"))


class Prices:
    """One row a price: of the base list, of a list by its code, or of one customer's contract.

    Lists and contracts that are not there yet are made. Prices count from today.
    """

    name = "prices"
    columns = (
        Column("sku", "SKU", read.code, ("item code", "item", "code", "stock code", "stockcode",
               "product code", "part number", "artikel", "artikelnummer", "product"), needed=True,
               example="TR-1001"),
        Column("unit_price", "Price", read.amount, ("unit price", "net price", "price each",
               "trade price", "sell price", "preis", "contract price", "special price"),
               needed=True, example="4.86"),
        Column("min_quantity", "From quantity", _from, ("min quantity", "min qty", "break",
               "quantity break", "from", "qty", "quantity", "ab menge"), example="24"),
        Column("list", "Price list", read.code, ("list", "price band", "price level", "list code",
               "preisliste"), example="", hint="Empty: the base list"),
        Column("account", "Customer", read.code, ("customer number", "account number",
               "account no", "a/c", "customer no", "customer code", "account code", "kundennummer",
               "customer name"), example="", hint="For a price of this customer alone"),
        Column("floor_price", "Floor", read.amount, ("floor price", "lowest price", "min price"),
               example=""),
    )  # fmt: skip

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """The product, the customer and the list of each price."""
        resolve_products(session, records)
        of_accounts = [record for record in records if record.says("account")]
        resolve_accounts(session, of_accounts)
        lists = _lists(session, {code.upper() for code in ids_by(records, "list")}, of_accounts)
        base = base_list(session, context)
        for record in records:
            if record.says("account", "list"):
                record.reject("A price is of a list or of a customer, not of both.")
                continue
            code = _code_of(record)
            if code is None:
                continue
            there = lists.get(code.upper())
            record.refs["list_code"] = code
            record.refs["list_id"] = base if code == BASE and not there else there and there.id
            if there is not None and there.derived_from_id is not None:
                record.reject(f"{code} is derived from another list: change its terms instead.")
            elif there is not None and there.currency != context.seller.base_currency:
                record.reject(f"{code} is in {there.currency}.")
            record.values.setdefault("min_quantity", ONE)

    def key_of(self, record: Record) -> Key | None:
        """List, product and quantity."""
        return (record.refs["list_code"].upper(), record.refs["product_id"],
                record.values["min_quantity"])  # fmt: skip

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """What the lists say today."""
        by_list: dict[tuple[str, int], set[int]] = {}
        for record in records:
            if record.refs["list_id"]:
                key = (record.refs["list_code"].upper(), record.refs["list_id"])
                by_list.setdefault(key, set()).add(record.refs["product_id"])
        found: dict[Key, Known] = {}
        for (code, list_id), products in by_list.items():
            prices = prices_in_force(session, list_id, products, context.today)
            for (product_id, at), price in prices.items():
                facts = {"unit_price": price.unit_price, "floor_price": price.floor_price}
                found[code, product_id, at] = Known(price.entry_id, facts)
        return found

    def write(
        self, session: Session, added: Sequence[Record], changed: Sequence[Record],
        context: Context, progress: Progress,
    ) -> None:  # fmt: skip
        """List by list, each locked, with few statements for any number of prices."""
        by_list: dict[str, list[Record]] = {}
        for record in (*added, *changed):
            by_list.setdefault(record.refs["list_code"].upper(), []).append(record)
        done = 0
        for records in by_list.values():
            list_id = records[0].refs["list_id"] or _make_list(session, records[0], context)
            lock(session, PriceList, [list_id])
            wanted = {
                (record.refs["product_id"], record.values["min_quantity"]): _new(record)
                for record in records
            }
            put_prices(session, list_id, wanted, context.today)
            done += len(records)
            progress(done, len(added) + len(changed))

    def title_of(self, record: Record) -> str:
        """List or customer, and the product."""
        said = record.values
        where = said.get("list") or said.get("account") or BASE
        return f"{where}, {said.get('sku', '')}"


def _code_of(record: Record) -> str | None:
    """The code of its list; None where its customer or list is at fault."""
    if record.says("account"):
        account = record.refs["account"]
        return f"C-{account.number}" if account else None
    if record.faulty & {"account", "list"}:
        return None
    return str(record.values.get("list", BASE))


def _new(record: Record) -> NewPrice:
    floor = record.values.get("floor_price")
    return NewPrice(record.values["unit_price"], floor)


def _lists(session: Session, codes: set[str], of_accounts: Sequence[Record]) -> dict[str, Any]:
    theirs = {code.upper() for each in of_accounts if (code := _code_of(each))}
    wanted = codes | theirs | {BASE}
    rows = session.execute(
        select(PriceList.id, PriceList.code, PriceList.derived_from_id, PriceList.currency).where(
            func.upper(PriceList.code) == texts(wanted)
        )
    )
    return {row.code.upper(): row for row in rows}


def _make_list(session: Session, record: Record, context: Context) -> int:
    code, account = record.refs["list_code"], record.refs.get("account")
    if account is not None:
        list_id = open_list(session, code, f"Prices of {account.name}"[:200], "contract", context)
        give_list(session, list_id, account.id, context)
        return list_id
    kind = "base" if code == BASE else "list"
    return open_list(session, code, "Base prices" if kind == "base" else code, kind, context)
