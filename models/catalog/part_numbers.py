"""What an account calls a product, so that its own codes are understood."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.catalog.product import AccountPartNumber, Product
from models.kernel import activity
from models.kernel.activity import Actor
from models.kernel.errors import Refused

LONGEST_CODE = 60


def own_numbers_of(session: Session, account_id: int) -> dict[int, str]:
    """What the account calls products, by product; of several names the first."""
    rows = session.execute(
        select(AccountPartNumber.product_id, AccountPartNumber.code)
        .where(AccountPartNumber.account_id == account_id)
        .order_by(AccountPartNumber.id.desc())
    )
    return {row.product_id: row.code for row in rows}


def remember_part_number(
    session: Session, account_id: int, product: Product, code: str, *, by: Actor
) -> None:
    """From now on the account's code names this product; nothing happens where it does already.

    Refused where the account calls another product so, or the code has more than 60 signs.
    """
    code = code.strip()
    if not 0 < len(code) <= LONGEST_CODE:
        raise Refused("A part number has 1 to 60 signs.", field="code")
    known = session.execute(
        select(Product.id, Product.sku)
        .join(AccountPartNumber, AccountPartNumber.product_id == Product.id)
        .where(
            AccountPartNumber.account_id == account_id,
            func.upper(AccountPartNumber.code) == code.upper(),
        )
    ).first()
    if known is not None and known.id == product.id:
        return
    if known is not None:
        raise Refused(f"They call {known.sku} “{code}” already.", field="code")
    session.add(AccountPartNumber(account_id=account_id, product_id=product.id, code=code))
    activity.record(
        session, "part_number.remembered", by=by, subject=product, account_id=account_id,
        code=code, sku=product.sku,
    )  # fmt: skip
    session.flush()
