"""One of the two companies of the walk, and what an address may name of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from models.accounts import Account, User
from models.orders import Order

Values = dict[str, list[Any]]


@dataclass
class Company:
    """One of the two accounts: its people, and what it may put where in an address."""

    account: Account
    mark: str
    """The letters that every text of this company holds, and no other text."""
    people: dict[str, User] = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)

    def marked(self, word: str) -> str:
        return f"{self.mark}-{word}"
