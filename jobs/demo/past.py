"""The demo company's months before it moved, brought over from the program it had before.

A seeded file of past sales lines goes through the history import, as a real wholesaler's would.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from jobs.demo.people import CUSTOMERS, GONE, Customer, Tempo, working_day
from jobs.demo.products import Item, basket
from jobs.importing.mapping import read_mapping
from jobs.importing.running import prepare, write
from models.accounts import Account
from models.pricing import Ask, PricingContext, resolve

MAPPING = Path(__file__).with_name("past.toml")
HEADER = ("invoice", "date", "account", "sku", "description", "quantity", "price")
CAME_LATER = {"newly"}
"""Accounts that opened after the move."""
CHEAPER_THEN = Decimal("0.97")
SENT_BACK = 1 / 45
CARRIAGE = Decimal("8.50")
CARRIAGE_FREE_OVER = Decimal(250)

Rows = Iterator[tuple[object, ...]]


@dataclass
class Past:
    """What the old program's sales lines are made from."""

    session: Session
    accounts: Mapping[str, Account]
    favourites: Mapping[str, list[Item]]
    chance: Random
    tempo: Tempo
    until: date
    number: int = 20_000

    def bring_over(self) -> None:
        """Writes the file and imports it. Commits."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "sales-lines.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(HEADER)
                for customer in CUSTOMERS:
                    if customer.key not in CAME_LATER:
                        writer.writerows(self._lines_of(customer))
            plan = prepare(
                self.session, path, read_mapping(MAPPING), to_today=False, say=lambda _line: None
            )
            write(self.session, plan, say=lambda _line: None)

    def _lines_of(self, customer: Customer) -> Rows:
        prices = self._prices(customer)
        day = self.tempo.began + timedelta(days=self.chance.randint(0, customer.every_days))
        while working_day(day) < self.until and self.tempo.trend_of(customer, day) > GONE:
            yield from self._invoice(customer, working_day(day), prices)
            day += self.tempo.wait(customer, day, self.chance)

    def _invoice(self, customer: Customer, day: date, prices: dict[int, Decimal]) -> Rows:
        self.number += 1
        account = self.accounts[customer.key].number
        when = f"{day} {self.chance.randint(8, 16):02}:{self.chance.randint(0, 59):02}:00"
        goods = Decimal(0)
        bought = basket(customer, self.favourites[customer.key], self.chance)
        lines = [(item, units) for item, units in bought if item.product.id in prices]
        for item, units in lines:
            product, price = item.product, prices[item.product.id]
            goods += price * units
            yield self.number, when, account, product.sku, product.name, units, price
        if lines and goods < CARRIAGE_FREE_OVER:
            yield self.number, when, account, "CARRIAGE", "Carriage", 1, CARRIAGE
        if lines and self.chance.random() < SENT_BACK:
            item, units = self.chance.choice(lines)
            later = min(day + timedelta(days=9), self.until)
            price = prices[item.product.id]
            yield (f"C{self.number + 50_000}", f"{later} 15:00:00", account, item.product.sku,
                   item.product.name, -units, price)  # fmt: skip

    def _prices(self, customer: Customer) -> dict[int, Decimal]:
        """What the account pays each, a little less than now."""
        account = self.accounts[customer.key]
        context = PricingContext(account.id, account.currency, self.until)
        asks = [Ask(item.product.id) for item in self.favourites[customer.key]]
        return {
            price.product_id: (price.unit_price / price.price_per * CHEAPER_THEN).quantize(
                Decimal("0.01")
            )
            for price in resolve(self.session, context, asks)
            if price.unit_price
        }
