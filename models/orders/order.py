"""Orders and their lines: what was asked for, and how far each line has come."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

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

from models.kernel.base import Amount, Base, Facts, Id, Moment, Rate, UnitPrice, Units
from models.kernel.money import ZERO

CHANNELS = ("web", "rep", "phone", "mail", "counter", "file", "standing", "imported")
STATUSES = (
    "awaiting_approval", "on_hold", "open", "picking", "partly_shipped", "shipped", "delivered",
    "invoiced", "paid", "closed", "cancelled",
)  # fmt: skip


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{value}'" for value in values) + ")"


class Order(Base):
    """An order, from its submission on. `status` is derived from facts, see `status.py`.

    `account_id` bought, `bill_to_account_id` owes; both are fixed at submit. Addresses are
    copies. The clock's columns say when each stage was first reached.
    """

    __tablename__ = "sales_order"
    __table_args__ = (
        UniqueConstraint("seller_id", "number"),
        UniqueConstraint("account_id", "submission_key"),
        UniqueConstraint("account_id", "id"),
        UniqueConstraint("bill_to_account_id", "id"),
        CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
        CheckConstraint(_one_of("status", STATUSES), name="status"),
        CheckConstraint("payment_means IN ('on_account', 'card', 'transfer')", name="payment"),
        CheckConstraint(
            "backorder_choice IN ('complete', 'partial', 'cancel_rest')", name="backorder_choice"
        ),
        CheckConstraint("total_amount >= 0", name="total_amount"),
        Index("ix_sales_order_account", "account_id", text("placed_at DESC"), "id"),
        Index("ix_sales_order_status", "status", text("placed_at DESC"), "id"),
        Index("ix_sales_order_placed", text("placed_at DESC"), text("id DESC")),
        Index("ix_sales_order_total", "total_amount", "id"),
        Index("ix_sales_order_promised", "promised_on", "id"),
        Index(
            "ix_sales_order_open",
            "promised_on",
            "id",
            postgresql_where=text(
                "status IN ('awaiting_approval', 'on_hold', 'open', 'picking', 'partly_shipped')"
            ),
        ),
        Index(
            "uq_sales_order_external",
            "seller_id",
            text("upper(external_id)"),
            unique=True,
            postgresql_where=text("external_id IS NOT NULL"),
        ),
        Index(
            "ix_sales_order_po", text("upper(po_number)"), postgresql_where=text("po_number <> ''")
        ),
    )

    id: Mapped[Id]
    number: Mapped[str]
    external_id: Mapped[str | None]
    """Its number in the system before, where it was still open when it came over."""
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    bill_to_account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    currency: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="open", default="open")
    channel: Mapped[str] = mapped_column(server_default="web", default="web")
    origin: Mapped[str] = mapped_column(server_default="entered", default="entered")
    submission_key: Mapped[str]
    placed_at: Mapped[Moment]
    placed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    placed_on_behalf: Mapped[bool] = mapped_column(server_default="false", default=False)
    caller: Mapped[str] = mapped_column(server_default="", default="")
    po_number: Mapped[str] = mapped_column(server_default="", default="")
    message: Mapped[str] = mapped_column(server_default="", default="")
    ship_to_address_id: Mapped[int | None]
    ship_to: Mapped[Facts]
    bill_to: Mapped[Facts]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    """The ship-to's home warehouse at submit; others may serve lines too."""
    freight_choice: Mapped[str] = mapped_column(server_default="delivery", default="delivery")
    payment_means: Mapped[str] = mapped_column(server_default="on_account", default="on_account")
    backorder_choice: Mapped[str] = mapped_column(server_default="partial", default="partial")
    terms_id: Mapped[int | None] = mapped_column(ForeignKey("payment_terms.id"))
    requested_on: Mapped[date | None]
    first_promised_on: Mapped[date | None]
    promised_on: Mapped[date | None]
    deliver_on: Mapped[date | None]
    goods_amount: Mapped[Amount] = mapped_column(default=ZERO, server_default="0")
    charges_amount: Mapped[Amount] = mapped_column(default=ZERO, server_default="0")
    tax_amount: Mapped[Amount] = mapped_column(default=ZERO, server_default="0")
    total_amount: Mapped[Amount] = mapped_column(default=ZERO, server_default="0")
    invoiced_amount: Mapped[Amount] = mapped_column(default=ZERO, server_default="0")
    paid_amount: Mapped[Amount] = mapped_column(default=ZERO, server_default="0")
    approved_at: Mapped[Moment | None]
    released_at: Mapped[Moment | None]
    picking_since: Mapped[Moment | None]
    """Set while a pick list of the order is under way or its goods wait to be shipped."""
    picked_at: Mapped[Moment | None]
    packed_at: Mapped[Moment | None]
    shipped_at: Mapped[Moment | None]
    delivered_at: Mapped[Moment | None]
    invoiced_at: Mapped[Moment | None]
    due_on: Mapped[date | None]
    paid_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    cancelled_at: Mapped[Moment | None]
    revision: Mapped[int] = mapped_column(server_default="0", default=0)
    """How often it was changed since it was placed: the number on its acknowledgement."""
    version: Mapped[int] = mapped_column(server_default="1", default=1)

    lines: Mapped[list[OrderLine]] = relationship(
        back_populates="order", order_by="OrderLine.position", lazy="raise_on_sql"
    )
    charges: Mapped[list[OrderCharge]] = relationship(
        back_populates="order", order_by="OrderCharge.id", lazy="raise_on_sql"
    )
    holds: Mapped[list[OrderHold]] = relationship(
        back_populates="order", order_by="OrderHold.id", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def open_holds(self) -> list[OrderHold]:
        """The holds nobody has released yet; `holds` must have been loaded."""
        return [hold for hold in self.holds if hold.released_at is None]


class OrderLine(Base):
    """A line of an order. The database keeps its quantities consistent with one another.

    ordered = shipped + cancelled + open; what of `open` is neither allocated nor backordered is
    waiting for its allocation horizon. Quantities and prices are per base unit; `entered_*` is
    what the buyer typed.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "order_id"], ["sales_order.account_id", "sales_order.id"]
        ),
        UniqueConstraint("order_id", "position"),
        CheckConstraint("ordered > 0 AND first_ordered >= 0", name="ordered"),
        CheckConstraint("ordered >= shipped + cancelled", name="open"),
        CheckConstraint(
            "allocated + backordered <= ordered - shipped - cancelled", name="promised"
        ),
        CheckConstraint("picked >= 0 AND picked <= allocated", name="picked"),
        CheckConstraint("returned >= 0 AND returned <= shipped", name="returned"),
        CheckConstraint("invoiced >= 0 AND invoiced <= shipped", name="invoiced"),
        CheckConstraint("credited >= 0 AND credited <= invoiced", name="credited"),
        CheckConstraint(
            "allocated >= 0 AND backordered >= 0 AND shipped >= 0 AND cancelled >= 0", name="signs"
        ),
        CheckConstraint("unit_price >= 0", name="unit_price"),
        CheckConstraint("NOT is_sample OR unit_price = 0", name="sample"),
        Index("ix_order_line_product", "product_id", "order_id"),
        Index("ix_order_line_to_pick", "order_id", postgresql_where=text("allocated > picked")),
        Index("ix_order_line_to_invoice", "order_id", postgresql_where=text("shipped > invoiced")),
        Index("ix_order_line_account_product", "account_id", "product_id"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(index=True)
    account_id: Mapped[int]
    position: Mapped[int]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    sku: Mapped[str]
    name: Mapped[str]
    own_number: Mapped[str] = mapped_column(server_default="", default="")
    unit: Mapped[str] = mapped_column(server_default="each", default="each")
    entered_unit: Mapped[str] = mapped_column(server_default="", default="")
    entered_quantity: Mapped[Units | None]
    ordered: Mapped[Units]
    first_ordered: Mapped[Units]
    allocated: Mapped[Units] = mapped_column(default=ZERO, server_default="0")
    backordered: Mapped[Units] = mapped_column(default=ZERO, server_default="0")
    picked: Mapped[Units] = mapped_column(default=ZERO, server_default="0")
    shipped: Mapped[Units] = mapped_column(default=ZERO, server_default="0")
    cancelled: Mapped[Units] = mapped_column(default=ZERO, server_default="0")
    returned: Mapped[Units] = mapped_column(default=ZERO, server_default="0")
    invoiced: Mapped[Units] = mapped_column(default=ZERO, server_default="0")
    credited: Mapped[Units] = mapped_column(default=ZERO, server_default="0")
    unit_price: Mapped[UnitPrice]
    price_per: Mapped[int] = mapped_column(server_default="1", default=1)
    line_amount: Mapped[Amount]
    price_list_id: Mapped[int | None]
    tier: Mapped[Units | None]
    explanation: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    original_price: Mapped[UnitPrice | None]
    override_reason: Mapped[str] = mapped_column(server_default="", default="")
    overridden_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_sample: Mapped[bool] = mapped_column(server_default="false", default=False)
    """Goes for nothing, to be tried: its cost is not one of sales, and it is no purchase."""
    pack_reason: Mapped[str] = mapped_column(server_default="", default="")
    """Why it is sold otherwise than by the pack; empty where the pack holds."""
    unit_cost: Mapped[Amount] = mapped_column(default=ZERO, server_default="0")
    tax_category: Mapped[str] = mapped_column(server_default="standard", default="standard")
    tax_code: Mapped[str] = mapped_column(server_default="S", default="S")
    tax_rate: Mapped[Rate] = mapped_column(default=ZERO, server_default="0")
    tax_reason: Mapped[str] = mapped_column(server_default="", default="")
    tax_exemption_code: Mapped[str] = mapped_column(server_default="", default="")
    weight_grams: Mapped[int] = mapped_column(server_default="0", default=0)
    first_promised_on: Mapped[date | None]
    promised_on: Mapped[date | None]

    order: Mapped[Order] = relationship(back_populates="lines", lazy="raise_on_sql")

    @property
    def live(self) -> Decimal:
        """What the customer gets of it in all: shipped and still to be shipped."""
        return self.ordered - self.cancelled

    @property
    def open(self) -> Decimal:
        """What is still to be shipped."""
        return self.ordered - self.shipped - self.cancelled

    @property
    def unpromised(self) -> Decimal:
        """What of the open quantity is neither allocated nor backordered yet."""
        return self.open - self.allocated - self.backordered

    @property
    def to_pick(self) -> Decimal:
        return self.allocated - self.picked

    @property
    def to_invoice(self) -> Decimal:
        return self.shipped - self.invoiced


class OrderCharge(Base):
    """A charge (positive) or allowance (negative) of an order, with its own tax."""

    __tablename__ = "order_charge"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('carriage', 'small_order', 'split_pack', 'restocking', 'fee', 'discount')",
            name="kind",
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), index=True)
    kind: Mapped[str]
    text: Mapped[str]
    amount: Mapped[Amount]
    tax_category: Mapped[str] = mapped_column(server_default="standard", default="standard")
    tax_code: Mapped[str] = mapped_column(server_default="S", default="S")
    tax_rate: Mapped[Rate] = mapped_column(default=ZERO, server_default="0")
    tax_reason: Mapped[str] = mapped_column(server_default="", default="")
    tax_exemption_code: Mapped[str] = mapped_column(server_default="", default="")
    reason: Mapped[str] = mapped_column(server_default="", default="")
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    invoiced_at: Mapped[Moment | None]
    """Set when an invoice carried it: carriage is charged once per order."""

    order: Mapped[Order] = relationship(back_populates="charges", lazy="raise_on_sql")


HOLD_CODES = (
    "credit_limit", "overdue", "awaiting_payment", "below_floor", "address", "manual", "approval",
)  # fmt: skip


class OrderHold(Base):
    """Why an order waits, since when, and who let it go with which reason."""

    __tablename__ = "order_hold"
    __table_args__ = (
        CheckConstraint(_one_of("code", HOLD_CODES), name="code"),
        Index(
            "uq_order_hold_open",
            "order_id",
            "code",
            unique=True,
            postgresql_where=text("released_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    code: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="", default="")
    details: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    placed_at: Mapped[Moment] = mapped_column(server_default=func.now())
    placed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    stock_kept_until: Mapped[Moment | None]
    released_at: Mapped[Moment | None]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    release_reason: Mapped[str] = mapped_column(server_default="", default="")

    order: Mapped[Order] = relationship(back_populates="holds", lazy="raise_on_sql")


class OrderEvent(Base):
    """One entry of an order's timeline, append-only; the same one for all who look."""

    __tablename__ = "order_event"
    __table_args__ = (
        CheckConstraint("audience IN ('all', 'staff')", name="audience"),
        Index("ix_order_event_order", "order_id", "id"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    at: Mapped[Moment] = mapped_column(server_default=func.now())
    kind: Mapped[str]
    audience: Mapped[str] = mapped_column(server_default="all", default="all")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    on_behalf: Mapped[bool] = mapped_column(server_default="false", default=False)
    facts: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    document_kind: Mapped[str] = mapped_column(server_default="", default="")
    document_id: Mapped[int | None]
