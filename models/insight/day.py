"""What a person's working day begins with: what waits, how much of it, and what it is worth.

Each concern counts by the rule of the list that it leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, Text, cast, func, select
from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.insight.left_over import left_over
from models.insight.order_views import OrderFilter, conditions
from models.insight.stock_pages import StockFilter, count_stock
from models.insight.waiting import Waiting
from models.kernel.database import columns_of
from models.kernel.seller import first_seller
from models.kernel.tasks import count_dead_tasks
from models.orders import HOLD_CODES, Order
from models.purchasing import PurchaseFilter, count_purchases
from models.receivables import InvoiceFilter, PaymentFilter, invoice_sums, payment_sums

Sums = tuple[tuple[str, Decimal], ...]
ORDER_VIEWS = (
    "new", "held", "late", "cut_off", "short", "fillable", "payment", "release", "invoice",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that waits: how many, and their money by currency where it is money's matter."""

    key: str
    count: int
    sums: Sums = ()


@dataclass(frozen=True, slots=True)
class Part:
    """The concerns of one kind of work."""

    key: str
    concerns: tuple[Concern, ...]


def parts_of_day(
    session: Session,
    actor: Actor,
    counts: Waiting,
    orders: dict[str, Concern],
    *,
    today: date,
) -> list[Part]:
    """What concerns this person by their permissions, each once, in the order of their work.

    The number of statements depends on what they may see, never on how much waits.
    """
    parts: list[tuple[str, Permission, Callable[[], list[Concern]]]] = [
        ("desk", Permission.ORDERS_EDIT, lambda: _desk(orders, counts, actor)),
        ("warehouse", Permission.PICK,
         lambda: [*_warehouse(session, orders, counts, today), *_left_over(session, actor)]),
        ("purchasing", Permission.PURCHASING_EDIT,
         lambda: [*_purchasing(session, today), *_left_over(session, actor)]),
        ("finance", Permission.PAYMENTS_RECORD,
         lambda: _finance(session, orders, counts, actor, today)),
        ("system", Permission.SETTINGS_MANAGE, lambda: _system(session, counts)),
    ]  # fmt: skip
    seen: set[str] = set()
    found = []
    for key, permission, concerns in parts:
        if actor.can(permission):
            new = tuple(each for each in concerns() if each.key not in seen)
            seen.update(each.key for each in new)
            found.append(Part(key, new))
    return found


def order_figures(session: Session, actor: Actor, *, today: date) -> dict[str, Concern]:
    """Every view of the day and every reason of a hold, in one statement."""
    chosen = {name: OrderFilter(view=name) for name in ORDER_VIEWS}
    chosen |= {f"hold.{code}": OrderFilter(view="held", hold=code) for code in HOLD_CODES}
    return _figures(session, chosen, actor, today)


def view_figures(
    session: Session, views: Sequence[str], actor: Actor, *, today: date
) -> dict[str, Concern]:
    """What stands in each of these views of the order list, in one statement."""
    return _figures(session, {name: OrderFilter(view=name) for name in views}, actor, today)


def _figures(
    session: Session, chosen: dict[str, OrderFilter], actor: Actor, today: date
) -> dict[str, Concern]:
    row = columns_of(session, _statement(tuple(chosen.items()), actor, today)).one()
    return {key: _concern(key, stored) for key, stored in row._mapping.items()}


@lru_cache(32)
def _statement(
    chosen: tuple[tuple[str, OrderFilter], ...], actor: Actor, today: date
) -> Select[Any]:
    """The statement of a day: building it for each page would cost more than its rows."""
    return select(*(_figure(each, actor, today).label(key) for key, each in chosen))


def holds_of(figures: dict[str, Concern]) -> list[tuple[str, Concern]]:
    """The reasons that hold something, by the code of the hold; the most orders first."""
    held = [(code, figures[f"hold.{code}"]) for code in HOLD_CODES if figures[f"hold.{code}"].count]
    return sorted(held, key=lambda pair: -pair[1].count)


def _figure(chosen: OrderFilter, actor: Actor, today: date) -> ScalarSelect[Any]:
    sums = (
        select(
            Order.currency,
            func.count().label("orders"),
            cast(func.sum(Order.total_amount), Text).label("total"),
        )
        .where(*conditions(chosen, actor, today))
        .group_by(Order.currency)
        .subquery()
    )
    row = func.jsonb_build_array(sums.c.currency, sums.c.orders, sums.c.total)
    return select(func.jsonb_agg(row)).select_from(sums).scalar_subquery()


def _concern(key: str, stored: Sequence[Any] | None) -> Concern:
    rows = stored or ()
    sums = sorted(((row[0], Decimal(row[2])) for row in rows), key=lambda each: -each[1])
    return Concern(key, sum(row[1] for row in rows), tuple(sums))


def _desk(orders: dict[str, Concern], counts: Waiting, actor: Actor) -> list[Concern]:
    found = [Concern("messages", counts.messages)]
    found += [orders[name] for name in ("new", "held", "cut_off", "late", "short", "fillable")]
    found.append(orders["payment"])
    if actor.can(Permission.RETURNS_DECIDE):
        found.append(Concern("returns_requested", counts.returns_requested))
    if actor.can(Permission.PRICE_BELOW_FLOOR):
        found.append(Concern("below_floor", *_of(orders["hold.below_floor"])))
    if actor.can(Permission.ACCOUNTS_APPROVE):
        found.append(Concern("applications", counts.applications))
    return found


def _warehouse(
    session: Session, orders: dict[str, Concern], counts: Waiting, today: date
) -> list[Concern]:
    return [
        orders["cut_off"],
        orders["late"],
        Concern("release", orders["release"].count),
        Concern("pick", counts.pick_lists),
        Concern("pack", counts.to_pack),
        Concern("ship", counts.to_ship),
        Concern("manifest", counts.to_manifest),
        Concern("arriving", count_purchases(session, PurchaseFilter("arriving", today=today))),
        Concern("returns_awaited", counts.returns_awaited),
    ]


def _purchasing(session: Session, today: date) -> list[Concern]:
    return [
        Concern("overdue_supply", count_purchases(session, PurchaseFilter("overdue", today=today))),
        Concern("arriving", count_purchases(session, PurchaseFilter("arriving", today=today))),
        Concern("drafts", count_purchases(session, PurchaseFilter("draft"))),
        Concern("stock_short", count_stock(session, StockFilter("short"))),
        Concern("stock_low", count_stock(session, StockFilter("low"))),
    ]


def _left_over(session: Session, actor: Actor) -> list[Concern]:
    """Specials that nobody waits for, and what they have cost."""
    if not actor.can(Permission.STOCK_VIEW):
        return []
    found = left_over(session)
    sees_cost = found.cost and actor.can(Permission.COSTS_SEE)
    sums = ((first_seller(session).base_currency, found.cost),) if sees_cost else ()
    return [Concern("left_over", found.levels, sums)]


def _finance(
    session: Session, orders: dict[str, Concern], counts: Waiting, actor: Actor, today: date
) -> list[Concern]:
    unapplied = payment_sums(session, PaymentFilter(state="unapplied"), actor, today=today)
    overdue = invoice_sums(session, InvoiceFilter(state="overdue"), actor, today=today)
    by_post = invoice_sums(session, InvoiceFilter(state="post"), actor, today=today)
    found = [
        Concern("unapplied", *_owed(unapplied)),
        Concern("overdue", *_owed(overdue)),
        orders["payment"],
        Concern("hold.credit_limit", *_of(orders["hold.credit_limit"])),
        Concern("hold.overdue", *_of(orders["hold.overdue"])),
        Concern("invoice", *_of(orders["invoice"])),
        Concern("post", *_owed(by_post)),
        Concern("returns_to_credit", counts.returns_to_credit),
        Concern("cards", counts.card_trouble),
    ]
    if actor.can(Permission.ACCOUNTS_APPROVE):
        found.append(Concern("applications", counts.applications))
    return found


def _system(session: Session, counts: Waiting) -> list[Concern]:
    return [
        Concern("mails", counts.failed_mails),
        Concern("tasks", count_dead_tasks(session)),
    ]


def _of(found: Concern) -> tuple[int, Sums]:
    return found.count, found.sums


def _owed(found: Sequence[Any]) -> tuple[int, Sums]:
    """What is open of payments or invoices."""
    return sum(each.count for each in found), tuple((each.currency, each.open) for each in found)
