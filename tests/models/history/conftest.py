"""Past sales as an import leaves them, made in a few statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from models.accounts import Account
from models.catalog import Product
from models.kernel import clock
from models.kernel.bulk import insert_rows
from models.orders import Order, OrderLine
from tests.factories.accounts import make_account, make_group
from tests.world import World, make_world

Sale = tuple[int, str]


@dataclass
class Past:
    """A wholesaler with past sales; `accounts` bought in turn."""

    world: World
    accounts: list[Account] = field(default_factory=list)

    def buyers(self, count: int) -> None:
        group = make_group(self.world.session)
        self.accounts = [make_account(self.world.session, group_id=group.id) for _ in range(count)]

    def sold(
        self, product: Product, sales: Iterable[Sale], *, at: int = 0, **facts: object
    ) -> None:
        """A document for each sale, (quantity, unit price), to one account after the other."""
        session = self.world.session
        listed = list(sales)
        accounts = [self.accounts[n % len(self.accounts)] for n in range(len(listed))]
        orders = insert_rows(
            session, Order,
            [self._order(product, n, account) for n, account in enumerate(accounts, at)],
        )  # fmt: skip
        insert_rows(
            session,
            OrderLine,
            [
                {
                    "order_id": order_id, "account_id": account.id, "position": 1,
                    "product_id": product.id, "sku": product.sku, "name": product.name,
                    "ordered": Decimal(quantity), "first_ordered": Decimal(quantity),
                    "shipped": Decimal(quantity), "invoiced": Decimal(quantity),
                    "unit_price": Decimal(price), "line_amount": Decimal(price) * quantity,
                    **facts,
                }
                for order_id, account, (quantity, price) in zip(
                    orders, accounts, listed, strict=True
                )
            ],
        )  # fmt: skip

    def _order(self, product: Product, n: int, account: Account) -> dict[str, object]:
        return {
            "number": f"P-{product.sku}-{n}", "seller_id": self.world.seller.id,
            "account_id": account.id, "bill_to_account_id": account.id, "currency": "GBP",
            "status": "paid", "origin": "imported", "channel": "imported",
            "submission_key": f"imported-{product.sku}-{n}", "placed_at": clock.now(),
            "ship_to": {}, "bill_to": {}, "warehouse_id": self.world.warehouse.id,
            "terms_id": account.terms_id,
        }  # fmt: skip


def two_tiers(high: str = "5.00", low: str = "4.00", at: int = 12, count: int = 60) -> list[Sale]:
    """Sales at two prices that break at a quantity."""
    quantities = (1, 2, 6, at, at + 6, at * 2)
    return [
        (quantity, high if quantity < at else low)
        for quantity in (quantities[n // 3 % len(quantities)] for n in range(count))
    ]


@pytest.fixture
def past(session: Session) -> Past:
    made = Past(make_world(session))
    made.buyers(17)
    return made
