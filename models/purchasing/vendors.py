"""Vendors and what they supply, as purchasing keeps them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import list_currencies
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from models.accounts import EMAIL, Actor, Permission
from models.catalog import SPECIAL, Product, product_ids_of
from models.kernel import activity
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.money import round_amount
from models.kernel.quantity import plain
from models.purchasing.purchase_order import PurchaseOrder, Vendor, VendorProduct

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}")
MOST = Decimal(9_999_999)
LONGEST = 120


@dataclass(frozen=True, slots=True)
class VendorFacts:
    """Who supplies, where they are, and how they take orders. `minimum_amount` is in `currency`,
    in which their purchase orders are."""

    name: str
    currency: str
    email: str = ""
    phone: str = ""
    lead_time_days: int = 14
    minimum_amount: Decimal = Decimal(0)
    address: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """What a vendor calls a product and asks for one unit (per `price_per` units of the product)
    from a quantity on, in the vendor's currency."""

    sku: str
    unit_cost: Decimal
    min_quantity: Decimal = Decimal(1)
    part_number: str = ""


def add_vendor(session: Session, code: str, facts: VendorFacts, *, by: Actor) -> Vendor:
    """A vendor whom nobody has bought from yet. Denied without the permission; Refused, naming the
    field, for a code that is taken and for what makes no sense."""
    _require(by)
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        raise Refused("A code has letters, digits and dashes, 20 at most.", field="code")
    if session.scalar(select(Vendor.id).where(func.upper(Vendor.code) == code)):
        raise Refused(f"There is a vendor {code} already.", field="code")
    vendor = Vendor(code=code, **_checked(facts))
    session.add(vendor)
    activity.record(session, "vendor.added", by=by, subject=vendor, code=code, name=vendor.name)
    return vendor


def change_vendor(
    session: Session, vendor_id: int, facts: VendorFacts, *, version: int, by: Actor
) -> Vendor:
    """Puts right who they are; what was mailed to them stays as it was mailed. Conflict when
    somebody changed them since `version`; Refused as `add_vendor` is, and for another currency
    once something was ordered in the old one."""
    vendor = _locked(session, vendor_id, by)
    if vendor.version != version:
        raise Conflict(f"{vendor.name} was changed meanwhile. See what is new, then save it again.")
    wanted = _checked(facts)
    if wanted["currency"] != vendor.currency and session.scalar(
        select(exists().where(PurchaseOrder.vendor_id == vendor_id))
    ):
        raise Refused(
            f"There are purchase orders in {vendor.currency}. Add the vendor anew for "
            f"{wanted['currency']}.",
            field="currency",
        )
    before, after = activity.put(vendor, wanted)
    if after:
        activity.record(
            session, "vendor.changed", by=by, subject=vendor, code=vendor.code,
            before=before, after=after,
        )  # fmt: skip
    return vendor


def put_supply(session: Session, vendor_id: int, supply: Supply, *, by: Actor) -> VendorProduct:
    """What the vendor asks for a product from this quantity on, instead of what was known.

    Refused, naming the field, for an SKU that there is not or that is a special, for no quantity,
    and for a cost below zero or finer than four decimals.
    """
    vendor = _locked(session, vendor_id, by)
    product_id = product_ids_of(session, [supply.sku]).get(supply.sku.strip().upper())
    if product_id is None or session.get_one(Product, product_id).lifecycle == SPECIAL:
        raise Refused(f"There is no product {supply.sku.strip() or 'without an SKU'}.", field="sku")
    if not 0 < supply.min_quantity <= MOST:
        raise Refused("Type from how many on.", field="min_quantity")
    if not 0 <= supply.unit_cost <= MOST or supply.unit_cost != round(supply.unit_cost, 4):
        raise Refused("Type a cost such as 2.10.", field="unit_cost")
    row = session.scalars(
        select(VendorProduct).where(
            VendorProduct.vendor_id == vendor_id, VendorProduct.product_id == product_id,
            VendorProduct.min_quantity == supply.min_quantity,
        )
    ).first()  # fmt: skip
    before = None if row is None else {"cost": row.unit_cost, "number": row.part_number}
    row = row or VendorProduct(vendor_id=vendor_id, product_id=product_id)
    row.min_quantity, row.unit_cost = supply.min_quantity, supply.unit_cost
    row.part_number = supply.part_number.strip()[:LONGEST]
    session.add(row)
    activity.record(
        session, "vendor.supply_put", by=by, subject=vendor, code=vendor.code, sku=supply.sku,
        min_quantity=plain(supply.min_quantity), before=before,
        after={"cost": row.unit_cost, "number": row.part_number},
    )  # fmt: skip
    return row


def end_supply(session: Session, vendor_id: int, supply_id: int, *, by: Actor) -> None:
    """The vendor no longer asks that. NotFound for another vendor's."""
    vendor = _locked(session, vendor_id, by)
    row = session.get(VendorProduct, supply_id)
    if row is None or row.vendor_id != vendor_id:
        raise NotFound("This vendor supplies no such thing.")
    activity.record(
        session, "vendor.supply_ended", by=by, subject=vendor, code=vendor.code,
        product_id=row.product_id, min_quantity=plain(row.min_quantity),
        before={"cost": row.unit_cost, "number": row.part_number},
    )  # fmt: skip
    session.delete(row)


def find_vendor(session: Session, vendor_id: int) -> Vendor:
    """A vendor. NotFound without one."""
    vendor = session.get(Vendor, vendor_id)
    if vendor is None:
        raise NotFound("There is no such vendor.")
    return vendor


def vendor_rows(session: Session, text: str, *, limit: int, offset: int = 0) -> Sequence[Any]:
    """(vendor, products supplied, open purchase orders) by name, of those that `text` names."""
    products = (
        select(func.count(VendorProduct.product_id.distinct()))
        .where(VendorProduct.vendor_id == Vendor.id)
        .scalar_subquery()
    )
    orders = (
        select(func.count())
        .where(
            PurchaseOrder.vendor_id == Vendor.id,
            PurchaseOrder.state.in_(("draft", "sent", "partly_received")),
        )
        .scalar_subquery()
    )
    wanted = select(Vendor, products.label("products"), orders.label("orders"))
    if text:
        wanted = wanted.where(
            Vendor.name.icontains(text, autoescape=True)
            | Vendor.code.icontains(text, autoescape=True)
        )
    return session.execute(
        wanted.order_by(Vendor.name, Vendor.id).limit(limit).offset(offset)
    ).all()


def supplies_from(
    session: Session, vendor_id: int, *, limit: int, offset: int = 0
) -> Sequence[Any]:
    """What the vendor asks for which product from how many on, by SKU."""
    return session.execute(
        select(VendorProduct, Product.sku, Product.name, Product.price_per)
        .join(Product, Product.id == VendorProduct.product_id)
        .where(VendorProduct.vendor_id == vendor_id)
        .order_by(Product.sku, VendorProduct.min_quantity)
        .limit(limit)
        .offset(offset)
    ).all()


def _locked(session: Session, vendor_id: int, by: Actor) -> Vendor:
    _require(by)
    found = lock(session, Vendor, [vendor_id])
    if not found:
        raise NotFound("There is no such vendor.")
    return found[0]


def _require(by: Actor) -> None:
    by.require(Permission.PURCHASING_EDIT, "Vendors are kept by purchasing.")


def _checked(facts: VendorFacts) -> dict[str, Any]:
    given = asdict(facts) | {
        name: getattr(facts, name).strip()[:LONGEST] for name in ("name", "email", "phone")
    }
    if not given["name"]:
        raise Refused("Enter the vendor's name.", field="name")
    if facts.currency not in list_currencies():
        raise Refused("Choose a currency such as GBP.", field="currency")
    if given["email"] and not EMAIL.fullmatch(given["email"]):
        raise Refused("This is no e-mail address.", field="email")
    if not 0 <= facts.lead_time_days <= 999:
        raise Refused("Type a number of days, 999 at most.", field="lead_time_days")
    if not 0 <= facts.minimum_amount <= MOST or facts.minimum_amount != round_amount(
        facts.minimum_amount, facts.currency
    ):
        raise Refused("Enter an amount of zero or more.", field="minimum_amount")
    given["address"] = {name: value.strip() for name, value in (facts.address or {}).items()}
    return given
