"""One order from the pad to the money, told through the door: each step is a form of a page.

`STEPS` are sent by those whose work it is. A step can be sent again exactly as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.catalog import Product
from models.fulfilment import PickList, Shipment
from models.orders import Order
from models.receivables import Payment
from tests.proof.door import Answer, Caller, changed, form_of
from tests.world import World

Fields = list[tuple[str, str]]
SENT, REFUSED_AGAIN = 303, (409, 422)
"""A retry of something that was done is told so: the step is over."""


@dataclass
class Story:
    """An order on its way. `cookies` are those of everybody in it."""

    world: World
    session: Session
    product: Product
    cookies: dict[str, dict[str, str]]
    submission_key: str = ""
    payment_key: str = ""
    heard: dict[str, str] = field(default_factory=dict)
    """Where each step that was acknowledged led: a promise to whoever sent it."""

    def order(self) -> Order:
        return self._one(select(Order).where(Order.submission_key == self.submission_key))

    def pick_list(self) -> PickList:
        return self._one(select(PickList).where(PickList.order_id == self.order().id))

    def shipment(self) -> Shipment:
        return self._one(select(Shipment).where(Shipment.order_id == self.order().id))

    def payment(self) -> Payment:
        return self._one(select(Payment).where(Payment.submission_key == self.payment_key))

    def _one(self, statement: Any) -> Any:
        """The only such row, as it is now."""
        self.session.rollback()
        statement = statement.execution_options(populate_existing=True)
        row = self.session.scalars(statement).one()
        self.session.commit()
        return row


@dataclass(frozen=True)
class Sending:
    """A form, ready to be sent as often as need be."""

    who: str
    path: str
    fields: Fields

    def to(self, caller: Caller) -> Answer:
        return caller.post(self.path, self.fields)


def place(story: Story, look: Callable[[str], Caller]) -> Sending:
    fields = look("bob").form("/order", "/order/place")
    story.submission_key = dict(fields)["submission_key"]
    return Sending("bob", "/order/place", changed(fields, po_number="PROOF-1"))


def release(story: Story, look: Callable[[str], Caller]) -> Sending:
    number = story.order().number
    path = f"/admin/orders/{number}/release"
    return Sending("sam", path, look("sam").form(f"/admin/orders/{number}", path))


def pick(story: Story, look: Callable[[str], Caller]) -> Sending:
    page = f"/floor/pick/{story.pick_list().id}"
    return Sending("sam", f"{page}/all", look("sam").form(page, f"{page}/all"))


def pick_by_count(story: Story, look: Callable[[str], Caller]) -> Sending:
    page = f"/floor/pick/{story.pick_list().id}"
    return Sending("sam", f"{page}/count", look("sam").form(page, f"{page}/count"))


def pack(story: Story, look: Callable[[str], Caller]) -> Sending:
    """Two cartons, one unit in the second."""
    page = f"/floor/pack/{story.shipment().id}"
    sam = look("sam")
    once = [*sam.form(page, page), ("add", "1")]
    fields = form_of(sam.post(page, once).text, page)
    first = next(name for name, _ in fields if name.startswith("c1-") and name[3:].isdigit())
    units = int(dict(fields)[first])
    second = first.replace("c1-", "c2-")
    return Sending("sam", page, changed(fields, **{first: str(units - 1), second: "1"}))


def ship(story: Story, look: Callable[[str], Caller]) -> Sending:
    path = f"/admin/shipments/{story.shipment().number}/ship"
    page = f"/admin/orders/{story.order().number}"
    return Sending("sam", path, look("sam").form(page, path))


def pay(story: Story, look: Callable[[str], Caller]) -> Sending:
    page = f"/admin/payments/new?account={story.order().bill_to_account_id}"
    fields = look("nora").form(page, "/admin/payments")
    story.payment_key = dict(fields)["submission_key"]
    return Sending("nora", "/admin/payments", fields)


STEPS: dict[str, Callable[[Story, Callable[[str], Caller]], Sending]] = {
    "place": place,
    "release": release,
    "pick": pick,
    "pack": pack,
    "ship": ship,
    "pay": pay,
}
