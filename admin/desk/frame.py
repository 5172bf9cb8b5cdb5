"""A draft as the desk's pages hold it: the cart, its account, and the person who acts for it."""

from __future__ import annotations

from dataclasses import dataclass

from models.accounts import Account, Actor, actor_for
from models.checkout import Cart, Shopper, draft_of, shopper_of
from web.identity import current_actor
from web.transactions import session


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """`by` acts for the account in this request alone; the session does not go over to it."""

    cart: Cart
    account: Account
    by: Actor

    def shopper(self) -> Shopper:
        """The account as it is shopped for on this draft, as it is now."""
        return shopper_of(session(), self.cart, self.by)


def open_draft(draft_id: int) -> OpenDraft:
    """This person's draft. NotFound for any other, or an account they do not see any more."""
    cart = draft_of(session(), draft_id, current_actor())
    account, by = actor_for(session(), cart.account_id, by=current_actor())
    return OpenDraft(cart, account, by)
