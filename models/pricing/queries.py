"""Questions about price lists as staff ask them: which there are, and who gets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from models.accounts import Account, AccountGroup, User
from models.catalog import Brand, Category, Product
from models.kernel.activity import Activity
from models.pricing.price_entry import PriceEntry, QuantityRule
from models.pricing.price_list import (
    AssortmentEntry,
    PriceList,
    PriceListAssignment,
    PriceListRule,
)

LIST_STATES = ("active", "future", "ended", "draft")


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which lists: `state` is one of LIST_STATES on the day asked. `text` is part of a code or a
    name, or the SKU of a product that they hold."""

    kind: str = ""
    currency: str = ""
    state: str = ""
    text: str = ""
    account_id: int | None = None
    list_id: int | None = None


def state_of(price_list: Any, on: date) -> str:
    """Draft, or by its dates: in force (`active`), still to come (`future`) or `ended`."""
    if price_list.status == "draft":
        return "draft"
    if price_list.valid_from > on:
        return "future"
    is_over = price_list.valid_to is not None and price_list.valid_to <= on
    return "ended" if is_over else "active"


def price_lists(
    session: Session, chosen: ListFilter, *, on: date, limit: int = 50, offset: int = 0
) -> Sequence[Any]:
    """One page of lists by code, each with its prices on the day and whom it is given to."""
    page = (
        select(PriceList)
        .where(*_conditions(chosen, on))
        .order_by(PriceList.code, PriceList.id)
        .limit(limit)
        .offset(offset)
        .subquery("page")
    )
    origin = aliased(PriceList, name="origin")
    held, given = _held(page, on), _given(page, on)
    return session.execute(
        select(
            page, held.c.products, held.c.planned, given.c.accounts, given.c.groups, given.c.names,
            origin.code.label("origin_code"),
        )
        .select_from(page)
        .join(held, true())
        .join(given, true())
        .outerjoin(origin, origin.id == page.c.derived_from_id)
        .order_by(page.c.code, page.c.id)
    ).all()  # fmt: skip


def count_price_lists(session: Session, chosen: ListFilter, *, on: date) -> int:
    """How many lists there are."""
    rows = select(PriceList.id).where(*_conditions(chosen, on))
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def base_list_id(session: Session, currency: str) -> int | None:
    """The base list in a currency; None where there is none."""
    return session.scalar(
        select(PriceList.id)
        .where(PriceList.kind == "base", PriceList.currency == currency)
        .order_by(PriceList.id)
        .limit(1)
    )


def list_currencies(session: Session) -> list[str]:
    """The currencies that any list is in."""
    return list(session.scalars(select(PriceList.currency).distinct().order_by(PriceList.currency)))


def list_options(session: Session, *, currency: str = "") -> list[tuple[int, str]]:
    """The lists to choose from: id, and code with name."""
    rows = session.execute(
        select(PriceList.id, PriceList.code, PriceList.name)
        .where(PriceList.currency == currency if currency else true())
        .order_by(PriceList.code)
    )
    return [(row.id, f"{row.code}, {row.name}") for row in rows]


def holders_of(session: Session, list_id: int) -> Sequence[Any]:
    """Everybody the list is given to: groups first, then accounts by name, latest dates first."""
    given = PriceListAssignment
    return session.execute(
        select(
            given.id, given.account_id, given.group_id, given.priority, given.is_inherited,
            given.valid_from, given.valid_to, Account.name.label("account_name"),
            Account.number.label("account_number"), Account.currency,
            AccountGroup.name.label("group_name"),
        )
        .outerjoin(Account, Account.id == given.account_id)
        .outerjoin(AccountGroup, AccountGroup.id == given.group_id)
        .where(given.list_id == list_id)
        .order_by(
            given.account_id.is_not(None), AccountGroup.name, Account.name, given.valid_from.desc()
        )
    ).all()  # fmt: skip


def rules_of(session: Session, list_id: int) -> Sequence[Any]:
    """The rules of a derived list with the names of what they cover."""
    rule = PriceListRule
    return session.execute(
        select(
            rule.id, rule.percent, rule.rounding_step, rule.category_id, rule.brand_id,
            Category.name.label("category"), Category.path.label("category_path"),
            Brand.name.label("brand"),
        )
        .outerjoin(Category, Category.id == rule.category_id)
        .outerjoin(Brand, Brand.id == rule.brand_id)
        .where(rule.list_id == list_id)
        .order_by(Category.path.asc().nulls_last(), Brand.name, rule.id)
    ).all()  # fmt: skip


def derived_lists(session: Session, list_id: int) -> Sequence[Any]:
    """The lists that are reckoned from this one."""
    return session.execute(
        select(PriceList.id, PriceList.code, PriceList.name, PriceList.percent, PriceList.status)
        .where(PriceList.derived_from_id == list_id)
        .order_by(PriceList.code)
    ).all()


def quantity_rules_of(
    session: Session, list_id: int, *, after: str = "", limit: int = 50
) -> Sequence[Any]:
    """What the list says about quantities, by SKU behind `after`, beside the product's own."""
    return session.execute(
        select(
            QuantityRule.product_id, QuantityRule.minimum, QuantityRule.multiple,
            QuantityRule.maximum, Product.sku, Product.name, Product.image, Product.order_minimum,
            Product.order_multiple, Product.order_maximum,
        )
        .join(Product, Product.id == QuantityRule.product_id)
        .where(QuantityRule.list_id == list_id, Product.sku > after)
        .order_by(Product.sku)
        .limit(limit)
    ).all()  # fmt: skip


def assortment_of(
    session: Session, list_id: int, *, text: str = "", after: str = "", limit: int = 50
) -> Sequence[Any]:
    """The products that the list lets its accounts see, by SKU behind `after`."""
    words = text.strip()
    named = or_(
        Product.sku.istartswith(words, autoescape=True),
        Product.name.icontains(words, autoescape=True),
    )
    return session.execute(
        select(Product.id, Product.sku, Product.name, Product.image)
        .join(AssortmentEntry, AssortmentEntry.product_id == Product.id)
        .where(
            AssortmentEntry.list_id == list_id, Product.sku > after, named if words else true()
        )
        .order_by(Product.sku)
        .limit(limit)
    ).all()  # fmt: skip


def assortment_size(session: Session, list_id: int) -> int:
    """How many products the list lets its accounts see."""
    named = AssortmentEntry.list_id == list_id
    return session.scalar(select(func.count()).select_from(AssortmentEntry).where(named)) or 0


def changes_of(session: Session, list_id: int, *, limit: int = 30) -> Sequence[Any]:
    """What was done to the list, latest first: (entry of the audit log, person's name)."""
    return session.execute(
        select(Activity, User.name)
        .outerjoin(User, User.id == Activity.actor_id)
        .where(Activity.subject_kind == PriceList.__tablename__, Activity.subject_id == list_id)
        .order_by(Activity.id.desc())
        .limit(limit)
    ).all()


def _conditions(chosen: ListFilter, on: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if chosen.kind:
        found.append(PriceList.kind == chosen.kind)
    if chosen.currency:
        found.append(PriceList.currency == chosen.currency)
    if chosen.state:
        found.append(_in_state(chosen.state, on))
    if chosen.account_id is not None:
        found.append(PriceList.id.in_(_given_to(chosen.account_id)))
    if chosen.list_id is not None:
        found.append(PriceList.id == chosen.list_id)
    words = chosen.text.strip()
    if words:
        priced = (
            select(PriceEntry.list_id)
            .join(Product, Product.id == PriceEntry.product_id)
            .where(func.upper(Product.sku) == words.upper())
        )
        found.append(
            or_(
                PriceList.code.icontains(words, autoescape=True),
                PriceList.name.icontains(words, autoescape=True),
                PriceList.id.in_(priced),
            )
        )
    return found


def _in_state(state: str, on: date) -> ColumnElement[bool]:
    if state == "draft":
        return PriceList.status == "draft"
    active = PriceList.status == "active"
    if state == "future":
        return and_(active, PriceList.valid_from > on)
    if state == "ended":
        return and_(active, PriceList.valid_to <= on)
    not_over = or_(PriceList.valid_to.is_(None), PriceList.valid_to > on)
    return and_(active, PriceList.valid_from <= on, not_over)


def _given_to(account_id: int) -> Any:
    """The lists given to the account or to its group."""
    group = select(Account.group_id).where(Account.id == account_id).scalar_subquery()
    return select(PriceListAssignment.list_id).where(
        or_(PriceListAssignment.account_id == account_id, PriceListAssignment.group_id == group)
    )


def _held(page: Any, on: date) -> Any:
    """How many products the list has prices of its own for, and how many prices start later."""
    entry = PriceEntry
    is_over = and_(entry.valid_to.is_not(None), entry.valid_to <= on)
    return (
        select(
            func.count(func.distinct(entry.product_id)).label("products"),
            func.count().filter(entry.valid_from > on).label("planned"),
        )
        .where(entry.list_id == page.c.id, ~is_over)
        .lateral("held")
    )


def _given(page: Any, on: date) -> Any:
    given = PriceListAssignment
    name = func.coalesce(AccountGroup.name, Account.name)
    return (
        select(
            func.count(given.account_id).label("accounts"),
            func.count(given.group_id).label("groups"),
            func.array_agg(aggregate_order_by(name, given.account_id.is_not(None), name)).label(
                "names"
            ),
        )
        .select_from(given)
        .outerjoin(Account, Account.id == given.account_id)
        .outerjoin(AccountGroup, AccountGroup.id == given.group_id)
        .where(given.list_id == page.c.id, or_(given.valid_to.is_(None), given.valid_to > on))
        .lateral("given")
    )
