"""The price lists of one account, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.accounts import Account, Permission
from models.pricing import PricingContext, candidate_lists, standing_of
from web.identity import current_actor
from web.price_reasons import STANDINGS
from web.transactions import session


@dataclass(frozen=True)
class HeldList:
    """A list that may answer for the account today."""

    id: int
    code: str
    name: str
    standing: str
    valid_to: date | None
    is_exclusive: bool


def lists_of(account: Account, on: date) -> list[HeldList] | None:
    """The lists that are asked for the account's prices, first asked first.

    None for those who may not look at price lists in the office.
    """
    actor = current_actor()
    if not actor.can(Permission.PRICES_VIEW) or not actor.can(Permission.OFFICE_VIEW):
        return None
    context = PricingContext(account.id, account.currency, on)
    return [
        HeldList(each.id, each.code, each.name, str(STANDINGS[standing_of(each)]), each.valid_to,
                 each.is_exclusive)
        for each in candidate_lists(session(), context)
    ]  # fmt: skip
