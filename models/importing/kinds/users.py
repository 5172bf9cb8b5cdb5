"""Buyers who are to be invited. No import sends mail: invitations go out when staff say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import BuyerRole, Membership, User
from models.importing import values as read
from models.importing.kind import Column, Context, Key, Known, Progress, Record, ids_by
from models.importing.kinds.finding import account_title, resolve_accounts, texts
from models.kernel.bulk import insert_rows, update_rows


class Users:
    """One row a person at a customer, known by the customer and the e-mail."""

    name = "users"
    columns = (
        Column("account", "Customer", read.code, ("customer number", "account number",
               "account no", "a/c", "customer no", "customer code", "account code", "kundennummer",
               "customer name", "company"), needed=True, example="C1001"),
        Column("email", "E-mail", read.email, ("email address", "mail", "login", "user name",
               "username"), needed=True, example="jo@gardenroom.example"),
        Column("name", "Name", read.text, ("full name", "user", "contact", "person"),
               example="Jo Marsh"),
        Column("role", "Role", read.choice({
            BuyerRole.BUYER: ("user", "purchaser"), BuyerRole.APPROVER: ("manager",),
            BuyerRole.ACCOUNTS_PAYABLE: ("accounts", "accounts payable", "finance"),
            BuyerRole.COMPANY_ADMIN: ("admin", "administrator", "company admin", "owner"),
        }), ("type", "permission"), example="buyer"),
    )  # fmt: skip

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """The customer, and who has a sign-in already; staff are no buyers."""
        resolve_accounts(session, records)
        emails = {email.lower() for email in ids_by(records, "email")}
        people = {
            row.email.lower(): row
            for row in session.execute(
                select(User.id, User.email, User.kind).where(
                    func.lower(User.email) == texts(emails)
                )
            )
        }
        for record in records:
            if not record.says("email"):
                continue
            person = people.get(record.values["email"].lower())
            if person is not None and person.kind == "staff":
                record.reject("This e-mail is one of your own staff's.")
            record.refs["user_id"] = person.id if person else None

    def key_of(self, record: Record) -> Key | None:
        """Customer and e-mail."""
        return (record.refs["account"].id, record.values["email"].lower())

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """The users of these customers; who left is one to invite again."""
        ids = {record.refs["account"].id for record in records}
        rows = session.execute(
            select(Membership.id, Membership.account_id, Membership.role, User.email, User.name)
            .join(User, User.id == Membership.user_id)
            .where(Membership.account_id.in_(ids), Membership.ended_at.is_(None))
        )
        return {
            (row.account_id, row.email.lower()): Known(row.id, {"role": row.role, "name": row.name})
            for row in rows
        }

    def write(
        self, session: Session, added: Sequence[Record], changed: Sequence[Record],
        context: Context, progress: Progress,
    ) -> None:  # fmt: skip
        """People without a sign-in get one that nobody has a key to yet, and their membership."""
        new: dict[str, Record] = {}
        for record in added:
            if record.refs["user_id"] is None:
                new.setdefault(record.values["email"].lower(), record)
        ids = insert_rows(
            session,
            User,
            [
                {"kind": "buyer", "email": each.values["email"],
                 "name": each.values.get("name") or each.values["email"].partition("@")[0]}
                for each in new.values()
            ],
        )  # fmt: skip
        made = dict(zip(new, ids, strict=True))
        insert_rows(
            session,
            Membership,
            [
                {"account_id": each.refs["account"].id, "user_kind": "buyer",
                 "user_id": each.refs["user_id"] or made[each.values["email"].lower()],
                 "role": each.values.get("role", BuyerRole.BUYER)}
                for each in added
            ],
            on_conflict="ON CONFLICT (user_id, account_id) DO UPDATE SET ended_at = NULL, "
            "role = excluded.role, capabilities = '{}'",
        )  # fmt: skip
        update_rows(
            session, Membership,
            [{"id": each.target_id, "role": each.values["role"]} for each in changed
             if "role" in each.changes],
        )  # fmt: skip

    def title_of(self, record: Record) -> str:
        """Customer and e-mail."""
        return f"{account_title(record)}, {record.values.get('email', '')}"
