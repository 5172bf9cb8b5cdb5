"""Customers' own part numbers for products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.catalog import AccountPartNumber
from models.importing import values as read
from models.importing.kind import Column, Context, Key, Known, Progress, Record
from models.importing.kinds.finding import account_title, resolve_accounts, resolve_products
from models.kernel.bulk import insert_rows, update_rows


class PartNumbers:
    """One row a number, known by the customer and the number."""

    name = "part-numbers"
    columns = (
        Column("account", "Customer", read.code, ("customer number", "account number",
               "account no", "a/c", "customer no", "customer code", "account code", "kundennummer",
               "customer name"), needed=True, example="C1001"),
        Column("code", "Their number", read.code, ("customer part number", "own number",
               "their code", "cust part", "customer sku", "customer item"), needed=True,
               example="GR-0042"),
        Column("sku", "SKU", read.code, ("item code", "item", "our code", "stock code",
               "product code", "artikel"), needed=True, example="TR-1001"),
        Column("name", "Their name for it", read.text, ("customer description", "description"),
               example=""),
    )  # fmt: skip

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """Customer and product."""
        resolve_accounts(session, records)
        resolve_products(session, records)

    def key_of(self, record: Record) -> Key | None:
        """Customer and number."""
        return (record.refs["account"].id, record.values["code"].upper())

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """The numbers of these customers; `sku` is told by the product's id."""
        ids = {record.refs["account"].id for record in records}
        skus = {record.refs["product_id"]: record.values["sku"] for record in records}
        rows = session.scalars(
            select(AccountPartNumber).where(AccountPartNumber.account_id.in_(ids))
        )
        return {
            (row.account_id, row.code.upper()): Known(
                row.id,
                {"sku": skus.get(row.product_id, f"#{row.product_id}"), "name": row.name},
            )
            for row in rows
        }

    def write(
        self, session: Session, added: Sequence[Record], changed: Sequence[Record],
        context: Context, progress: Progress,
    ) -> None:  # fmt: skip
        """New numbers in, changed ones to their product."""
        insert_rows(
            session,
            AccountPartNumber,
            [
                {"account_id": each.refs["account"].id, "product_id": each.refs["product_id"],
                 "code": each.values["code"], "name": each.values.get("name", "")}
                for each in added
            ],
        )  # fmt: skip
        update_rows(
            session,
            AccountPartNumber,
            [
                {"id": each.target_id, "product_id": each.refs["product_id"],
                 "name": each.values.get("name", "")}
                for each in changed
            ],
        )  # fmt: skip

    def title_of(self, record: Record) -> str:
        """Customer and number."""
        return f"{account_title(record)}, {record.values.get('code', '')}"
