"""People at customers, with or without a sign-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Contact
from models.importing import values as read
from models.importing.kind import Column, Context, Key, Known, Progress, Record
from models.importing.kinds.finding import account_title, resolve_accounts
from models.kernel.bulk import insert_rows, update_rows

FACTS = ("name", "role", "email", "phone", "mobile")


class Contacts:
    """One row a person, known by the customer and e-mail, or by the name where there is none."""

    name = "contacts"
    columns = (
        Column("account", "Customer", read.code, ("customer number", "account number",
               "account no", "a/c", "customer no", "customer code", "account code", "kundennummer",
               "customer name", "company"), needed=True, example="C1001"),
        Column("name", "Name", read.text, ("contact", "contact name", "full name", "person"),
               needed=True, example="Jo Marsh"),
        Column("role", "Role", read.text, ("job title", "position", "title", "department"),
               example="Buyer"),
        Column("email", "E-mail", read.email, ("e mail", "email address", "mail"),
               example="jo@gardenroom.example"),
        Column("phone", "Phone", read.text, ("telephone", "tel", "direct line"),
               example="01947 555 010"),
        Column("mobile", "Mobile", read.text, ("mobile phone", "cell", "handy"), example=""),
    )  # fmt: skip

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """The customer."""
        resolve_accounts(session, records)

    def key_of(self, record: Record) -> Key | None:
        """Customer and e-mail, or name."""
        said = record.values
        return (record.refs["account"].id, (said.get("email") or said["name"]).lower())

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """The people of these customers, under both of their keys."""
        ids = {record.refs["account"].id for record in records}
        found: dict[Key, Known] = {}
        for row in session.scalars(select(Contact).where(Contact.account_id.in_(ids))):
            known = Known(row.id, {name: getattr(row, name) for name in FACTS})
            if row.email:
                found[row.account_id, row.email.lower()] = known
            found.setdefault((row.account_id, row.name.lower()), known)
        return found

    def write(
        self, session: Session, added: Sequence[Record], changed: Sequence[Record],
        context: Context, progress: Progress,
    ) -> None:  # fmt: skip
        """New people in, changed ones over."""
        insert_rows(
            session,
            Contact,
            [
                {"account_id": record.refs["account"].id}
                | {name: record.values.get(name, "") for name in FACTS}
                for record in added
            ],
        )
        for record in changed:
            update_rows(
                session, Contact,
                [{"id": record.target_id}
                 | {name: record.values[name] for name in record.changes}],
            )  # fmt: skip

    def title_of(self, record: Record) -> str:
        """Customer and name."""
        return f"{account_title(record)}, {record.values.get('name', '')}"
