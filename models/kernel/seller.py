"""The seller: the legal entity that every warehouse, order, invoice and ledger entry names."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, cast, func, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.kernel import clock
from models.kernel.base import Base, Id
from models.kernel.errors import NotFound


class Seller(Base):
    """A legal entity of the wholesaler, with what its documents must say about it.

    `time_zone` (IANA) decides its business days; invoice and due dates use it.
    """

    __tablename__ = "seller"
    __table_args__ = (
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
        CheckConstraint("base_currency ~ '^[A-Z]{3}$'", name="base_currency"),
        CheckConstraint("brand_colour ~ '^(#[0-9A-F]{6})?$'", name="brand_colour"),
    )

    id: Mapped[Id]
    legal_name: Mapped[str]
    trading_name: Mapped[str]
    address_line_1: Mapped[str]
    address_line_2: Mapped[str] = mapped_column(default="")
    address_line_3: Mapped[str] = mapped_column(default="")
    city: Mapped[str]
    postcode: Mapped[str]
    subdivision: Mapped[str] = mapped_column(default="")
    country: Mapped[str]
    company_number: Mapped[str] = mapped_column(default="")
    vat_number: Mapped[str] = mapped_column(default="")
    email: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    bank_name: Mapped[str] = mapped_column(default="")
    iban: Mapped[str] = mapped_column(default="")
    bic: Mapped[str] = mapped_column(default="")
    sort_code: Mapped[str] = mapped_column(default="")
    account_number: Mapped[str] = mapped_column(default="")
    base_currency: Mapped[str]
    time_zone: Mapped[str]
    invoice_footer: Mapped[str] = mapped_column(default="")
    terms_text: Mapped[str] = mapped_column(server_default="", default="")
    """The terms of trade, as documents print them."""
    brand_colour: Mapped[str] = mapped_column(server_default="", default="")
    """`#14201B`; empty leaves the program's own."""
    logo_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    version: Mapped[int] = mapped_column(server_default="1", default=1)

    __mapper_args__ = {"version_id_col": version}


def first_seller(session: Session) -> Seller:
    """The seller made first: the one that speaks where no document says another.

    NotFound before the company is set up.
    """
    seller = session.scalars(select(Seller).order_by(Seller.id).limit(1)).first()
    if seller is None:
        raise NotFound("No company is set up yet. Load the demo or set up the company first.")
    return seller


def zone_of(seller_id: Any) -> Any:
    """The time zone of the seller that a column names, in SQL."""
    return (
        select(Seller.time_zone)
        .where(Seller.id == seller_id)
        .correlate_except(Seller)
        .scalar_subquery()
    )


def first_zone() -> Any:
    """The time zone of `first_seller`, in SQL; NULL before there is a company."""
    return select(Seller.time_zone).order_by(Seller.id).limit(1).scalar_subquery()


def day_within(zone: Any, at: Any) -> Any:
    """The day that a moment falls on in a time zone, in SQL; `at` is an expression, or a moment."""
    if isinstance(at, datetime):
        at = literal(at, DateTime(timezone=True))
    return cast(func.timezone(zone, at), Date)


def today_of(session: Session, seller_id: int) -> date:
    """The seller's business day now: what is dated and numbered takes it, not the day in UTC."""
    return clock.today(session.get_one(Seller, seller_id).time_zone)


def day_at(session: Session, seller_id: int, moment: datetime) -> date:
    """The seller's business day that a moment falls on."""
    return clock.day_of(moment, session.get_one(Seller, seller_id).time_zone)
