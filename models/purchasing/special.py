"""Specials: what no list has, bought for one line of one order."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base


class Special(Base):
    """What is known of a special beyond its product: from whom it comes, and when.

    The product is a row of its own for this line alone, with the lifecycle `special`: nobody finds
    it, and no other order can name it. `order_line_id` is empty while it stands on a draft.
    """

    __tablename__ = "special"

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    part_number: Mapped[str] = mapped_column(server_default="", default="")
    expected_on: Mapped[date]
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"), unique=True)
