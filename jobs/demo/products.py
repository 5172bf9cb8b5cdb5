"""Makes the demo's catalogue: categories, products with packs and GTINs, pictures, prices, bins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum import ean

from jobs.demo.art import PALETTES, draw
from jobs.demo.catalogue import SHELVES, Family
from jobs.demo.people import Customer
from models.accounts import Account, AccountGroup
from models.catalog import (
    AccountPartNumber,
    Barcode,
    Category,
    Pack,
    Product,
    ProductImage,
    plain_code,
    refresh,
)
from models.inventory import Bin, Stock, Warehouse
from models.kernel.files import FileStore
from models.kernel.money import round_unit_price
from models.pricing import PriceEntry, PriceList, PriceListAssignment, PriceListRule
from models.purchasing import Vendor, VendorProduct

COMPANY_PREFIX = "5060012"
BREAKS = ((1, Decimal(1)), (4, Decimal("0.94")), (16, Decimal("0.87")))
COST_SHARE = Decimal("0.56")
COLOURS = {"olive", "tan", "black", "white", "red", "blue", "green", "smoke", "ivory", "gold"}
MATERIALS = {
    "ash", "ash handle", "bamboo", "beech", "beech handle", "brass", "canvas", "cast iron", "cedar",
    "coir", "copper", "copper finish", "cork", "cotton", "denim", "galvanised", "hemp", "iron",
    "jute", "kraft", "lambswool", "leather", "linen", "marble", "oak", "olive wood", "stainless",
    "steel", "stoneware", "terracotta", "velvet", "willow", "wire", "wool", "zinc",
}  # fmt: skip
SIZES = {"S", "M", "L", "small", "medium", "large"}


@dataclass(frozen=True, slots=True)
class Item:
    """A product with what the story needs to know of it."""

    product: Product
    department: str
    inner: int
    popularity: float


def basket(customer: Customer, favourites: list[Item], chance: Random) -> list[tuple[Item, int]]:
    """What an account buys at one go: some of what it likes, in whole inner packs."""
    lines = max(2, round(chance.gauss(customer.lines, customer.lines * 0.3)))
    chosen = chance.sample(favourites, min(lines, len(favourites)))
    return [
        (item, item.inner * chance.choice((1, 1, 2, 2, 3, 4, 6)) * customer.size) for item in chosen
    ]


def stock_the_shelves(
    session: Session, files: FileStore, vendors: dict[str, Vendor], start: date, chance: Random
) -> list[Item]:
    """All products of the demo, with pictures kept in the file store."""
    items: list[Item] = []
    pictures: dict[tuple[str, str], str] = {}
    serial = 0
    for order, (slug, name, families) in enumerate(SHELVES):
        department = Category(path=slug, slug=slug, name=name, position=order)
        session.add(department)
        session.flush()
        shelves = _shelves(session, department, families)
        for number, family in enumerate(families):
            for index, variant in enumerate(family.variants):
                serial += 1
                product = _product(family, variant, index, number, order, serial, start)
                product.category_id = shelves[family.shelf].id
                session.add(product)
                session.flush()
                _packs(session, family, product, serial)
                _picture(session, files, family, index, product, pictures)
                session.add(
                    VendorProduct(
                        vendor_id=vendors[slug].id,
                        product_id=product.id,
                        part_number=f"{slug[:2].upper()}{serial:05d}",
                        unit_cost=product.cost,
                    )
                )
                popularity = chance.paretovariate(1.3) if chance.random() < 0.9 else 0.2
                items.append(Item(product, slug, family.inner, min(popularity, 9.0)))
    session.flush()
    refresh(session, [item.product.id for item in items])
    return items


def _shelves(
    session: Session, department: Category, families: tuple[Family, ...]
) -> dict[str, Category]:
    shelves: dict[str, Category] = {}
    for family in families:
        if family.shelf not in shelves:
            slug = _slug(family.shelf)
            shelves[family.shelf] = Category(
                parent_id=department.id,
                path=f"{department.path}/{slug}",
                slug=slug,
                name=family.shelf,
                position=len(shelves),
            )
            session.add(shelves[family.shelf])
    session.flush()
    return shelves


def _product(
    family: Family, variant: str, index: int, number: int, order: int, serial: int, start: date
) -> Product:
    price = Decimal(family.price) / 100 * (1 + Decimal(family.step * index) / 100)
    price = price.quantize(Decimal("0.01"))
    name = f"{family.name}, {variant}"
    sku = f"PL-{(order + 1) * 1000 + number * 25 + index:04d}"
    return Product(
        sku=sku,
        sku_plain=plain_code(sku),
        slug=f"{_slug(name)}-{sku.lower()}",
        name=name,
        description=f"{family.text} {_packing(family)}",
        variant_label=variant,
        order_minimum=Decimal(family.inner),
        order_multiple=Decimal(family.inner),
        tax_category=family.tax,
        weight_grams=family.grams,
        origin_country="GB" if serial % 3 else "PT",
        retail_price=(price * Decimal("2.6")).quantize(Decimal(1)) - Decimal("0.05"),
        cost=round_unit_price(price * COST_SHARE),
        position=serial,
        launched_on=start,
        attributes=_attributes(variant),
        manufacturer_number=f"{family.art[:3].upper()}-{serial:04d}",
        lead_time_days=14,
    )


def _attributes(variant: str) -> dict[str, str]:
    """What of a variant's name one can filter by: its size, its colour, what it is made of."""
    found: dict[str, str] = {}
    for word in [part.strip() for part in variant.split(",")]:
        if word in PALETTES or word in COLOURS:
            found["Colour"] = word.capitalize()
        elif word in MATERIALS:
            found["Material"] = word.capitalize()
        elif any(digit.isdigit() for digit in word) or word in SIZES:
            found["Size"] = word
    return found


def _packing(family: Family) -> str:
    return f"Sold in packs of {family.inner}, {family.inner * family.inners} to the case."


def _packs(session: Session, family: Family, product: Product, serial: int) -> None:
    sizes = (("each", 1), ("inner", family.inner), ("case", family.inner * family.inners))
    for level, (unit, quantity) in enumerate(sizes):
        session.add(
            Pack(
                product_id=product.id,
                unit=unit,
                quantity=Decimal(quantity),
                weight_grams=family.grams * quantity,
                length_mm=120 + 40 * level,
                width_mm=90 + 30 * level,
                height_mm=60 + 40 * level,
            )
        )
        digits = f"{COMPANY_PREFIX}{serial * 3 + level:05d}"
        session.add(
            Barcode(
                product_id=product.id,
                unit=unit,
                code=digits + ean.calc_check_digit(digits),
                is_gtin=True,
            )
        )


def _picture(
    session: Session,
    files: FileStore,
    family: Family,
    index: int,
    product: Product,
    pictures: dict[tuple[str, str], str],
) -> None:
    palette = family.palettes[index % len(family.palettes)]
    key = (family.art, palette)
    if key not in pictures:
        stored = files.put(
            session,
            draw(family.art, PALETTES[palette]),
            kind="product.picture",
            owner=product,
            media_type="image/svg+xml",
            file_name=f"{family.art}-{palette}.svg",
        )
        pictures[key] = stored.sha256
    product.image = pictures[key]
    session.add(
        ProductImage(
            product_id=product.id,
            position=1,
            sha256=pictures[key],
            media_type="image/svg+xml",
            description=product.name,
        )
    )


def set_prices(
    session: Session, items: list[Item], accounts: dict[str, Account], start: date, today: date
) -> None:
    """Four price lists (base, two derived, one seasonal) and two contracts."""
    base = PriceList(code="BASE", name="Trade prices", currency="GBP", kind="base",
                     status="active", valid_from=start, floor_percent=Decimal(12))  # fmt: skip
    session.add(base)
    session.flush()
    session.add_all(entry for item in items for entry in _tiers(base, item, start))
    garden = _derived(session, base, "GARDEN", "Garden centres", "-5", start)
    garden_category = session.scalars(select(Category).where(Category.path == "garden")).one()
    session.add(
        PriceListRule(list_id=garden.id, category_id=garden_category.id, percent=Decimal(-10))
    )
    online = _derived(session, base, "ONLINE", "New customers' welcome", "-3", start)
    season = PriceList(code="WINTER", name="Winter offers", currency="GBP", kind="list",
                       status="active", priority=5, valid_from=date(today.year, 10, 1),
                       valid_to=date(today.year + 1, 1, 1))  # fmt: skip
    session.add(season)
    session.flush()
    for item in [item for item in items if item.department == "seasonal"][:28]:
        session.add(_entry(season, item, item.inner, Decimal("0.9"), season.valid_from))
    groups = {row.code: row.id for row in session.scalars(select(AccountGroup))}
    for price_list, group in ((garden, "GARDEN"), (season, "TRADE"), (season, "GARDEN")):
        session.add(
            PriceListAssignment(
                list_id=price_list.id, group_id=groups[group], valid_from=price_list.valid_from
            )
        )
    session.add(
        PriceListAssignment(list_id=online.id, account_id=accounts["newly"].id, valid_from=start)
    )
    _contract(session, items, accounts["seaglass"], "SEAGLASS-C", "Seaglass contract", 0.86, start)
    _contract(session, items, accounts["harbour"], "HARBOUR-C", "Harbour contract", 0.80, start)
    session.flush()


def _tiers(base: PriceList, item: Item, start: date) -> Iterator[PriceEntry]:
    for inners, share in BREAKS:
        yield _entry(base, item, item.inner * inners, share, start)


def _entry(
    price_list: PriceList, item: Item, at: int, share: Decimal, valid_from: date
) -> PriceEntry:
    price = item.product.cost / COST_SHARE * share
    return PriceEntry(
        list_id=price_list.id,
        product_id=item.product.id,
        min_quantity=Decimal(at),
        unit_price=price.quantize(Decimal("0.01")),
        valid_from=valid_from,
    )


def _derived(
    session: Session, base: PriceList, code: str, name: str, percent: str, start: date
) -> PriceList:
    made = PriceList(
        code=code,
        name=name,
        currency="GBP",
        status="active",
        valid_from=start,
        derived_from_id=base.id,
        percent=Decimal(percent),
        rounding_step=Decimal("0.01"),
        floor_percent=Decimal(8),
    )
    session.add(made)
    session.flush()
    return made


def _contract(
    session: Session,
    items: list[Item],
    account: Account,
    code: str,
    name: str,
    share: float,
    start: date,
) -> None:
    contract = PriceList(code=code, name=name, currency="GBP", kind="contract", status="active",
                         is_exclusive=True, valid_from=start)  # fmt: skip
    session.add(contract)
    session.flush()
    chosen = sorted(items, key=lambda item: -item.popularity)[: 30 if share > 0.8 else 20]
    for item in chosen:
        session.add(_entry(contract, item, item.inner, Decimal(str(share)), start))
        session.add(
            AccountPartNumber(
                account_id=account.id,
                product_id=item.product.id,
                code=f"{account.name[:2].upper()}{item.product.id + 4000}",
            )
        )
    session.add(PriceListAssignment(list_id=contract.id, account_id=account.id, valid_from=start))


def lay_out_bins(session: Session, items: list[Item]) -> None:
    """A bin for every product in both warehouses, in walking order."""
    for warehouse in session.scalars(select(Warehouse).order_by(Warehouse.position)).all():
        bins = [
            Bin(
                warehouse_id=warehouse.id,
                code=f"{'ABCDEFGH'[index // 80]}-{index % 80 // 8 + 1:02d}-{index % 8 + 1}",
                zone="ABCDEFGH"[index // 80],
                walking_order=index,
            )
            for index in range(len(items))
        ]
        session.add_all(bins)
        session.flush()
        session.add_all(
            Stock(
                product_id=item.product.id,
                warehouse_id=warehouse.id,
                home_bin_id=place.id,
                safety_stock=Decimal(0),
            )
            for item, place in zip(items, bins, strict=True)
        )
    session.flush()


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
