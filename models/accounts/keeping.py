"""What is kept about an account beside its credit, documents and people; and who looks after it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.account import Account, AccountGroup, AccountRep
from models.accounts.actor import Actor
from models.accounts.permissions import Permission
from models.accounts.reaching import require_seen
from models.accounts.tax_numbers import checked_tax_number
from models.accounts.user import StaffRole, User
from models.kernel import clock
from models.kernel.activity import put, record
from models.kernel.database import lock
from models.kernel.errors import Conflict, Refused
from models.kernel.money import round_amount
from models.kernel.seller import first_seller

REPS = ("sales_rep", "sales_manager")
TAX_TREATMENTS = ("domestic", "reverse_charge", "export", "exempt")
CANCEL_REST = "cancel_rest"
"""What is short is cancelled: nobody waits for it."""
BACKORDER_POLICIES = ("partial", "complete", CANCEL_REST)
HIGHEST_PRIORITY = 99
LARGEST = Decimal(1_000_000)
AMOUNTS = ("carriage_free_over", "minimum_order_value", "small_order_charge")


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """Who the customer is and how they like to be supplied. `country` is where they are
    registered; the tax number is checked by its rules."""

    name: str
    legal_name: str = ""
    trade: str = ""
    phone: str = ""
    website: str = ""
    country: str = "GB"
    tax_number: str = ""
    requires_po_number: bool = False
    backorder_policy: str = "partial"


@dataclass(frozen=True, slots=True)
class AccountTerms:
    """What those settle who open accounts. Amounts are in the account's currency, net; None takes
    what the group or the company settled. `exempt_until` is the last day of an exemption."""

    group_id: int
    tax_treatment: str = "domestic"
    exempt_until: date | None = None
    carriage_free: bool = False
    carriage_free_over: Decimal | None = None
    minimum_order_value: Decimal | None = None
    small_order_charge: Decimal | None = None
    priority: int = 0


def change_account(
    session: Session,
    account_id: int,
    facts: AccountFacts,
    terms: AccountTerms | None,
    rep_id: int | None,
    *,
    version: int,
    by: Actor,
) -> Account:
    """Puts the facts in force for orders from now on; documents keep what they were made with.

    `terms` and `rep_id` (None: nobody) count only for those who approve accounts; others leave
    `terms` None. Denied without the permission, NotFound for an account that the actor does not
    see, Conflict when it changed since `version`, Refused, naming the field, for what makes no
    sense.
    """
    by.require(Permission.ACCOUNTS_EDIT, "Your role does not include changing accounts.")
    if terms is not None:
        by.require(Permission.ACCOUNTS_APPROVE, "Group, tax and charges are settled by sales.")
    account = lock(session, Account, [require_seen(session, by, account_id)])[0]
    if account.version != version:
        raise Conflict(f"{account.name} was changed meanwhile. Look at it again, then change it.")
    wanted = checked_facts(facts)
    if terms is not None:
        wanted |= checked_terms(session, terms, account.currency)
    require_taxable(wanted.get("tax_treatment", account.tax_treatment), wanted["tax_number"])
    before, after = put(account, wanted)
    rep_before = _rep_name(session, rep_id_of(session, account.id))
    if terms is not None and give_rep(session, account, rep_id):
        before["rep"], after["rep"] = rep_before, _rep_name(session, rep_id)
    if after:
        record(
            session, "account.changed", by=by, subject=account, account_id=account.id,
            before=before, after=after,
        )  # fmt: skip
    return account


def checked_facts(facts: AccountFacts) -> dict[str, Any]:
    """The facts as the account keeps them. Refused without a name, for a tax number with a wrong
    check digit, and for a policy that there is not."""
    given = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in asdict(facts).items()
    }
    if not given["name"]:
        raise Refused("Enter the customer's name.", field="name")
    if given["backorder_policy"] not in BACKORDER_POLICIES:
        raise Refused("Choose what happens when something is short.", field="backorder_policy")
    given["tax_number"] = checked_tax_number(given["tax_number"], given["country"])
    return given


def require_taxable(treatment: str, tax_number: str) -> None:
    """Refused for reverse charge without the customer's tax number, which the invoice shows."""
    if treatment == "reverse_charge" and not tax_number:
        raise Refused(
            "Reverse charge needs the customer's tax number: the invoice shows it.",
            field="tax_number",
        )


def checked_terms(session: Session, terms: AccountTerms, currency: str) -> dict[str, Any]:
    """The terms as the account keeps them. Refused for a group or treatment that there is not, and
    amounts below zero or finer than the currency."""
    given = asdict(terms)
    if session.get(AccountGroup, terms.group_id) is None:
        raise Refused("Choose a price group.", field="group_id")
    if terms.tax_treatment not in TAX_TREATMENTS:
        raise Refused("Choose how the customer is taxed.", field="tax_treatment")
    if terms.tax_treatment != "exempt":
        given["exempt_until"] = None
    for name in AMOUNTS:
        amount = given[name]
        if amount is not None and not (
            0 <= amount <= LARGEST and amount == round_amount(amount, currency)
        ):
            raise Refused("Enter an amount of zero or more, or leave it empty.", field=name)
    if not 0 <= terms.priority <= HIGHEST_PRIORITY:
        raise Refused(f"A priority is between 0 and {HIGHEST_PRIORITY}.", field="priority")
    return given


def _rep_name(session: Session, rep_id: int | None) -> str:
    rep = session.get(User, rep_id) if rep_id else None
    return rep.name if rep else ""


def give_rep(session: Session, account: Account, rep_id: int | None) -> bool:
    """Puts the account into a rep's hands from today, None into nobody's; what was before stays
    known. Gives whether that changes anything. Refused for somebody who is no rep."""
    if rep_id is not None and rep_id not in {user.id for user in possible_reps(session)}:
        raise Refused("Choose a sales rep.", field="rep_id")
    today = clock.today(first_seller(session).time_zone)
    now = session.scalars(
        select(AccountRep).where(
            AccountRep.account_id == account.id, AccountRep.kind == "primary",
            AccountRep.valid_to.is_(None),
        )
    ).all()  # fmt: skip
    if [row.user_id for row in now] == ([] if rep_id is None else [rep_id]):
        return False
    for row in now:
        if row.valid_from >= today:
            session.delete(row)
        else:
            row.valid_to = today
    if rep_id is not None:
        session.add(AccountRep(account_id=account.id, user_id=rep_id, valid_from=today))
    session.flush()
    return True


def possible_reps(session: Session) -> list[User]:
    """Who can look after an account, by name."""
    wanted = (
        select(User)
        .where(
            User.disabled_at.is_(None),
            User.id.in_(select(StaffRole.user_id).where(StaffRole.role.in_(REPS))),
        )
        .order_by(User.name)
    )
    return list(session.scalars(wanted))


def rep_id_of(session: Session, account_id: int) -> int | None:
    """Who looks after the account from now on; None for nobody."""
    return session.scalar(
        select(AccountRep.user_id)
        .where(
            AccountRep.account_id == account_id, AccountRep.kind == "primary",
            AccountRep.valid_to.is_(None),
        )
        .limit(1)
    )  # fmt: skip
