"""Carts, on screen the order pad: what an account is about to order."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.kernel.base import Amount, Base, Facts, Id, Moment, UnitPrice, Units
from models.kernel.money import ZERO

IMPORTED = "imported"


class Cart(Base):
    """A saved, named order pad of an account. One per person (and account) is the current one.

    A member of staff acting for the account has their own (`is_staff_cart`): never the buyer's.
    Where it has a `source` it is a draft of the order desk: somebody calls or has written, and the
    desk takes the order down. A person may have many of those, none of them is a current pad.
    `goods_amount`, `line_count` and `unit_count` are kept as the sum of the lines, so that a
    change costs its own line.
    """

    __tablename__ = "cart"
    __table_args__ = (
        UniqueConstraint("account_id", "id"),
        ForeignKeyConstraint(["account_id", "ship_to_id"], ["address.account_id", "address.id"]),
        Index(
            "uq_cart_current",
            "account_id",
            "owner_id",
            unique=True,
            postgresql_where=text("is_current AND ordered_at IS NULL"),
        ),
        Index("ix_cart_account", "account_id", text("changed_at DESC")),
        Index(
            "ix_cart_draft",
            "owner_id",
            text("changed_at DESC"),
            postgresql_where=text("source <> '' AND ordered_at IS NULL"),
        ),
        CheckConstraint("source IN ('', 'phone', 'mail', 'imported')", name="source"),
        CheckConstraint("source = '' OR NOT is_current", name="draft"),
        CheckConstraint("carriage_amount >= 0", name="carriage_amount"),
        CheckConstraint("split_pack_amount >= 0", name="split_pack_amount"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    is_staff_cart: Mapped[bool] = mapped_column(server_default="false", default=False)
    name: Mapped[str] = mapped_column(server_default="", default="")
    is_shared: Mapped[bool] = mapped_column(server_default="false", default=False)
    is_current: Mapped[bool] = mapped_column(server_default="true", default=True)
    currency: Mapped[str]
    ship_to_id: Mapped[int | None]
    requested_on: Mapped[date | None]
    po_number: Mapped[str] = mapped_column(server_default="", default="")
    message: Mapped[str] = mapped_column(server_default="", default="")
    freight_choice: Mapped[str] = mapped_column(server_default="delivery", default="delivery")
    payment_means: Mapped[str] = mapped_column(server_default="on_account", default="on_account")
    backorder_choice: Mapped[str] = mapped_column(server_default="", default="")
    source: Mapped[str] = mapped_column(server_default="", default="")
    caller: Mapped[str] = mapped_column(server_default="", default="")
    alerts_read_at: Mapped[Moment | None]
    discarded_at: Mapped[Moment | None]
    carriage_amount: Mapped[Amount | None]
    """What the desk agreed for carriage, in place of the zone's charge; 0 waives it."""
    carriage_reason: Mapped[str] = mapped_column(server_default="", default="")
    split_pack_amount: Mapped[Amount | None]
    """What the desk agreed for splitting packs, in place of the company's charge; 0 waives it."""
    split_pack_reason: Mapped[str] = mapped_column(server_default="", default="")
    ship_on: Mapped[date | None]
    """The day on which the desk promised to ship what is there, whatever the calendar says."""
    ship_on_reason: Mapped[str] = mapped_column(server_default="", default="")
    goods_amount: Mapped[Amount] = mapped_column(server_default="0", default=ZERO)
    line_count: Mapped[int] = mapped_column(server_default="0", default=0)
    unit_count: Mapped[Units] = mapped_column(server_default="0", default=ZERO)
    priced_at: Mapped[Moment | None]
    changed_at: Mapped[Moment] = mapped_column(server_default=func.now())
    ordered_at: Mapped[Moment | None]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order.id"))
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())

    lines: Mapped[list[CartLine]] = relationship(
        back_populates="cart", order_by="CartLine.position", lazy="raise_on_sql"
    )

    @property
    def is_agreed(self) -> bool:
        """Whether it was accepted in the system before: what is sold how is settled already."""
        return self.source == IMPORTED


class CartLine(Base):
    """A product on the pad, with the price and terms it was last shown at."""

    __tablename__ = "cart_line"
    __table_args__ = (
        UniqueConstraint("cart_id", "product_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("NOT is_sample OR override_price = 0", name="sample"),
        Index("ix_cart_line_cart", "cart_id", "position"),
    )

    id: Mapped[Id]
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    position: Mapped[int]
    quantity: Mapped[Units]
    entered_unit: Mapped[str] = mapped_column(server_default="", default="")
    entered_quantity: Mapped[Units | None]
    unit_price: Mapped[UnitPrice | None]
    """None where the price is on request: such a line cannot be ordered online."""
    price_per: Mapped[int] = mapped_column(server_default="1", default=1)
    amount: Mapped[Amount] = mapped_column(server_default="0", default=ZERO)
    base_amount: Mapped[Amount] = mapped_column(server_default="0", default=ZERO)
    """What it would cost without its quantity break."""
    short: Mapped[Units] = mapped_column(server_default="0", default=ZERO)
    """How many units were not available when the line was last changed."""
    tax_category: Mapped[str] = mapped_column(server_default="standard", default="standard")
    """The product's, copied at each change, so that the lines alone say what a pad comes to."""
    price_list_id: Mapped[int | None]
    tier: Mapped[Units | None]
    first_price: Mapped[UnitPrice | None]
    """The price when the line was added: the review says what changed since."""
    override_price: Mapped[UnitPrice | None]
    override_reason: Mapped[str] = mapped_column(server_default="", default="")
    overridden_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_sample: Mapped[bool] = mapped_column(server_default="false", default=False)
    """Whether it goes for nothing, to be tried; `override_reason` says why."""
    pack_reason: Mapped[str] = mapped_column(server_default="", default="")
    """Why it may be fewer than the minimum or no multiple of the pack; empty where it may not."""
    problem: Mapped[str] = mapped_column(server_default="", default="")
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(server_default="1", default=1)
    changed_at: Mapped[Moment] = mapped_column(server_default=func.now())

    cart: Mapped[Cart] = relationship(back_populates="lines", lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}


class UndecidedRow(Base):
    """A pasted or uploaded row that needs an answer; it stays with the pad until it has one."""

    __tablename__ = "undecided_row"
    __table_args__ = (
        CheckConstraint(
            "problem IN ('unknown', 'ambiguous', 'not_for_sale', 'below_minimum', 'not_multiple', "
            "'above_maximum', 'short', 'bad_quantity', 'on_request', 'sample')",
            name="problem",
        ),
        Index("ix_undecided_row_cart", "cart_id", "row_number"),
    )

    id: Mapped[Id]
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id", ondelete="CASCADE"))
    row_number: Mapped[int]
    code: Mapped[str]
    quantity_text: Mapped[str] = mapped_column(server_default="", default="")
    quantity: Mapped[Units | None]
    problem: Mapped[str]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    offers: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())
