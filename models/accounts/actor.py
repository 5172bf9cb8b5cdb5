"""Who acts: a signed-in person with what they may do, and for which account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Select, or_, select

from models.accounts.account import Account, AccountRep
from models.accounts.permissions import Capability, Permission
from models.kernel.errors import Denied


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as of this request. The account is the buyer's own, or the one acted for.

    Staff have permissions; a buyer has the capabilities of the membership they are using.
    """

    id: int
    name: str
    is_staff: bool
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    capabilities: frozenset[Capability] = field(default_factory=frozenset)
    account_id: int | None = None
    covers_branches: bool = False

    @property
    def acting_for_id(self) -> int | None:
        """The account on whose behalf a member of staff acts; None for a buyer."""
        return self.account_id if self.is_staff else None

    def can(self, what: Permission | Capability) -> bool:
        """Whether this person may do it: a permission of staff, or a capability of a buyer.

        Staff acting for an account order in its name, and nothing else of the buyer's.
        """
        if isinstance(what, Permission):
            return what in self.permissions
        if self.is_staff:
            return self.account_id is not None and what in ACTING_CAPABILITIES
        return what in self.capabilities

    def require(self, what: Permission | Capability, sentence: str) -> None:
        """Denied with the sentence unless `can(what)`."""
        if not self.can(what):
            raise Denied(sentence)


ACTING_CAPABILITIES = frozenset(
    {
        Capability.BROWSE,
        Capability.SEE_PRICES,
        Capability.PLACE_ORDERS,
        Capability.MANAGE_LISTS,
        Capability.SEE_ALL_ORDERS,
        Capability.SEE_INVOICES,
    }
)


def visible_accounts(actor: Actor, *, on: date) -> Select[int]:
    """The ids of the accounts that an actor may see on a day.

    A buyer: their own, and its branches where the membership covers them. Staff: all with the
    permission for it, else those they look after on that day.
    """
    if not actor.is_staff:
        own = Account.id == actor.account_id
        if actor.covers_branches:
            own = or_(own, Account.parent_id == actor.account_id)
        return select(Account.id).where(own)
    if actor.can(Permission.SEE_ALL_ACCOUNTS):
        return select(Account.id)
    return select(AccountRep.account_id).where(
        AccountRep.user_id == actor.id,
        AccountRep.valid_from <= on,
        or_(AccountRep.valid_to.is_(None), AccountRep.valid_to > on),
    )
