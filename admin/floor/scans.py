"""What a scanned code is worth at a line: the right bin, or so many units of the right item."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.catalog import Barcode, Pack, Product, match_codes, plain_code
from models.kernel.errors import Refused
from web.i18n import _


def right_bin(code: str, line: Any) -> None:
    """Goes on at the right bin only. Refused with both codes otherwise."""
    if plain_code(code) != plain_code(line.bin_code):
        raise Refused(
            _(
                "Wrong bin. You scanned %(code)s, go to %(bin)s. Nothing was counted.",
                code=code.strip()[:40],
                bin=line.bin_code,
            ),
            field="code",
        )


def units_of_item(session: Session, code: str, line: Any) -> Decimal:
    """The units that one scan of the line's product counts: its pack's, else one.

    Refused for an unknown code and for another product, which it names.
    """
    match = match_codes(session, [code], None)[code]
    if line.product_id in match.product_ids:
        return _pack_units(session, code, line.product_id)
    if not match.product_ids:
        raise Refused(
            _(
                "Unknown code %(code)s. This line is %(sku)s. Nothing was counted.",
                code=code.strip()[:40],
                sku=line.sku,
            ),
            field="code",
        )
    other = session.execute(
        select(Product.sku, Product.name).where(Product.id == match.product_ids[0])
    ).one()
    raise Refused(
        _(
            "Wrong item. You scanned %(other)s, %(name)s. This line is %(sku)s. "
            "Nothing was counted.",
            other=other.sku,
            name=other.name,
            sku=line.sku,
        ),
        field="code",
    )


def _pack_units(session: Session, code: str, product_id: int) -> Decimal:
    units = session.scalar(
        select(Pack.quantity)
        .join(Barcode, (Barcode.product_id == Pack.product_id) & (Barcode.unit == Pack.unit))
        .where(
            Barcode.product_id == product_id,
            Barcode.code.in_((code.strip().upper(), plain_code(code))),
        )
        .limit(1)
    )
    return units or Decimal(1)
