"""Specials that are left over become stock of a product that everybody may buy."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.catalog import SPECIAL, Product, product_ids_of
from models.fulfilment.stocktaking import adjust_stock
from models.inventory import lock_stock
from models.kernel.errors import Refused
from models.kernel.money import ZERO
from models.kernel.quantity import plain
from models.kernel.seller import Seller
from models.orders import lock_waiting


def put_on_sale(
    session: Session,
    special: Product,
    code: str,
    units: Decimal,
    *,
    seller: Seller,
    warehouse_id: int,
    bin_id: int | None,
    seen_on_hand: Decimal | None = None,
    by: Actor,
) -> Product:
    """Takes units of a special that nobody waits for out, and books them in as the product with
    this SKU, where they fill what waits for it. Both are adjustments, each at its own cost.

    Refused for more than is free there, for parts of what is counted whole, and where no product
    of the catalogue has the SKU. Conflict when the level is not `seen_on_hand` any more: so the
    same form twice moves them once.
    """
    by.require(Permission.STOCK_ADJUST, "Adjusting stock needs the permission for it.")
    product_id = product_ids_of(session, [code.strip()]).get(code.strip().upper())
    if special.lifecycle != SPECIAL or product_id is None:
        raise Refused(
            f"No product has the SKU “{code.strip()[:40]}”. Add the product first.", field="code"
        )
    product = session.get_one(Product, product_id)
    lock_waiting(session, [special.id, product.id])
    rows = lock_stock(session, [special.id, product.id], [warehouse_id])
    free = next((row.on_hand - row.allocated for row in rows if row.product_id == special.id), ZERO)
    if not ZERO < units <= free:
        raise Refused(f"Between 0 and {plain(free)} can be put on sale there.", field="units")
    if units != round(units, min(special.quantity_decimals, product.quantity_decimals)):
        raise Refused(f"{product.sku} is counted in whole units.", field="units")
    adjust_stock(
        session, seller=seller, product=special, warehouse_id=warehouse_id, bin_id=bin_id,
        delta=-units, reason=f"Put on sale as {product.sku}", seen_on_hand=seen_on_hand, by=by,
    )  # fmt: skip
    adjust_stock(
        session, seller=seller, product=product, warehouse_id=warehouse_id, delta=units,
        reason=f"Was the special {special.sku}", by=by,
    )  # fmt: skip
    return product
