"""Who gets an account's documents and how, in which language, and what its delivery notes show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from models.accounts.account import Account, Contact, DocumentRecipient
from models.accounts.actor import Actor
from models.accounts.inviting import EMAIL
from models.accounts.permissions import Permission
from models.kernel.activity import record
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Problem, Refused

DOCUMENT_KINDS = (
    "acknowledgement", "pro_forma", "delivery_note", "invoice", "credit_note", "statement",
    "price_notice",
)  # fmt: skip
"""The kinds of document whose recipients an account may settle."""
USUAL = "usual"
MEANS = (USUAL, "mail", "post", "none")
"""How a kind leaves: to whom it usually goes, to these addresses, on paper, or not at all."""
MOST_RECIPIENTS = 20
_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Wish:
    """How an account wants a kind of document, and to which mail addresses."""

    means: str = USUAL
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentWishes:
    """Everything that an account wants of its documents, and the version somebody saw."""

    wishes: Mapping[str, Wish]
    locale: str
    delivery_note_prices: bool
    version: int


def emails_in(text: str) -> tuple[str, ...]:
    """Addresses as people type them: one a line, or with commas; each once."""
    return tuple(dict.fromkeys(each for each in _BETWEEN.split(text) if each))


def document_wishes(session: Session, account_id: int) -> dict[str, Wish]:
    """How the account wants each kind; the usual where nothing is settled."""
    found = dict.fromkeys(DOCUMENT_KINDS, Wish())
    rows = session.scalars(
        select(DocumentRecipient)
        .where(DocumentRecipient.account_id == account_id)
        .order_by(DocumentRecipient.id)
    )
    for row in rows:
        emails = found.get(row.document_kind, Wish()).emails
        if row.means == "mail" and row.email:
            found[row.document_kind] = Wish("mail", (*emails, row.email))
        elif not emails:
            found[row.document_kind] = Wish(row.means)
    return found


def change_documents(
    session: Session, account_id: int, wanted: DocumentWishes, *, by: Actor
) -> Account:
    """Settles how the account gets its documents, with before and after in the audit log.

    Denied without the permission; Conflict when somebody changed the account meanwhile; Refused, at
    each field, for an address that is none and for mail to nobody.
    """
    by.require(Permission.ACCOUNTS_EDIT, "Documents of accounts need the permission to edit them.")
    account = next(iter(lock(session, Account, [account_id])), None)
    if account is None:
        raise NotFound("There is no such account.")
    if account.version != wanted.version:
        raise Conflict(f"{account.name} was changed meanwhile. Look again, then change it.")
    _require_right(wanted.wishes)
    before = _facts(account, document_wishes(session, account_id))
    session.execute(
        delete(DocumentRecipient).where(
            DocumentRecipient.account_id == account_id,
            DocumentRecipient.document_kind.in_(DOCUMENT_KINDS),
        )
    )
    session.add_all(
        DocumentRecipient(account_id=account_id, document_kind=kind, means=wish.means, email=email)
        for kind, wish in wanted.wishes.items()
        if wish.means != USUAL
        for email in (wish.emails if wish.means == "mail" else ("",))
    )
    account.locale, account.delivery_note_prices = wanted.locale, wanted.delivery_note_prices
    after = _facts(account, wanted.wishes)
    changed = [name for name in after if before[name] != after[name]]
    if changed:
        record(
            session, "account.documents_changed", by=by, subject=account, account_id=account_id,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )  # fmt: skip
        flag_modified(account, "locale")  # a new version, also where only recipients changed
    return account


def correct_address(
    session: Session, account_id: int, before: str, after: str, *, by: Actor
) -> None:
    """Puts an address right wherever the account has it for documents and contacts.

    What somebody signs in with is their own and stays. Denied without the permission; Refused for
    an address that is none.
    """
    by.require(Permission.ACCOUNTS_EDIT, "Addresses need the permission to edit accounts.")
    if not EMAIL.fullmatch(after):
        raise Refused(f"“{after[:60]}” is no e-mail address.", field="to")
    known = set(
        session.scalars(
            select(DocumentRecipient.document_kind).where(
                DocumentRecipient.account_id == account_id, DocumentRecipient.email == after
            )
        )
    )
    for row in session.scalars(
        select(DocumentRecipient).where(
            DocumentRecipient.account_id == account_id, DocumentRecipient.email == before
        )
    ):
        if row.document_kind in known:
            session.delete(row)
        else:
            row.email = after
    session.execute(
        update(Contact)
        .where(Contact.account_id == account_id, Contact.email == before)
        .values(email=after)
    )
    record(
        session, "account.address_corrected", by=by, account_id=account_id, before=before,
        after=after,
    )  # fmt: skip


def _require_right(wishes: Mapping[str, Wish]) -> None:
    problems = []
    for kind, wish in wishes.items():
        field = f"to-{kind}"
        if wish.means not in MEANS:
            problems.append(Problem("Choose how it is sent.", f"means-{kind}"))
        if wish.means == "mail" and not wish.emails:
            problems.append(Problem("Enter the address to mail it to.", field))
        if len(wish.emails) > MOST_RECIPIENTS:
            problems.append(Problem(f"At most {MOST_RECIPIENTS} addresses.", field))
        problems += [
            Problem(f"“{email[:60]}” is no e-mail address.", field)
            for email in wish.emails
            if not EMAIL.fullmatch(email)
        ]
    if problems:
        raise Refused(problems[0].sentence, problems=problems)


def _facts(account: Account, wishes: Mapping[str, Wish]) -> dict[str, object]:
    facts: dict[str, object] = {
        kind: [wish.means, *wish.emails] if wish.means == "mail" else wish.means
        for kind, wish in wishes.items()
    }
    prices = account.delivery_note_prices
    return facts | {"language": account.locale, "prices_on_delivery_notes": prices}
