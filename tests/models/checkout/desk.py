"""Olu's desk: drafts typed, answered and placed, in few words."""

from __future__ import annotations

from decimal import Decimal

from models.accounts import Actor, actor_for
from models.checkout import (
    Choices,
    TypedRow,
    add_rows,
    begin_draft,
    cart_lines,
    decide,
    place_draft,
    propose,
    shopper_of,
    undecided_rows,
)
from models.orders import Order
from tests.world import World


class Desk:
    """Olu with a draft for Acme."""

    def __init__(self, world: World, source: str = "phone", caller: str = "Jo Marsh") -> None:
        self.world, self.session = world, world.session
        _account, self.olu = actor_for(self.session, world.acme.id, by=world.olu)
        self.draft = begin_draft(self.session, world.acme, source, caller, by=self.olu)

    def type(self, *rows: tuple[str, str]) -> None:
        shopper = shopper_of(self.session, self.draft, self.olu)
        typed = [TypedRow(0, code, quantity) for code, quantity in rows]
        add_rows(self.session, self.draft, typed, shopper, by=self.olu)

    def answer(self, text: str, row: int = 0) -> None:
        shopper = shopper_of(self.session, self.draft, self.olu)
        decide(self.session, self.draft, self.question(row), text, shopper, by=self.olu)

    def question(self, row: int = 0) -> int:
        return int(undecided_rows(self.session, self.draft)[row][0].id)

    @property
    def total(self) -> Decimal:
        shopper = shopper_of(self.session, self.draft, self.olu)
        lines = cart_lines(self.session, self.draft)
        return propose(self.session, self.draft, shopper.place, lines=lines).total

    def place(self, key: str = "k", by: Actor | None = None) -> Order:
        choices = Choices(None, None, "PO 7", "", "delivery", "on_account", "partial")
        return place_draft(
            self.session, self.draft, key, self.total, choices, source=self.draft.source,
            caller=self.draft.caller, by=by or self.olu,
        )  # fmt: skip
