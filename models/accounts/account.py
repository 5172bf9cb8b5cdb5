"""Accounts: the companies that buy, their groups, addresses, contacts, notes and reps."""

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

from models.kernel.base import Amount, Base, Id, Moment, Rate


class AccountGroup(Base):
    """A price group, with what it settles for its accounts: how stock is shown, charges."""

    __tablename__ = "account_group"
    __table_args__ = (
        CheckConstraint("stock_display IN ('exact', 'capped', 'words')", name="stock_display"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    stock_display: Mapped[str] = mapped_column(server_default="exact", default="exact")
    own_numbers_first: Mapped[bool] = mapped_column(server_default="false", default=False)
    minimum_order_value: Mapped[Amount | None]
    small_order_charge: Mapped[Amount | None]


class PaymentTerms(Base):
    """When an invoice falls due, and what paying early is worth.

    Due date = base (invoice date or its end of month) + `days`, moved to `day_of_month` of the
    following month where set. `discount_percent` off when paid within `discount_days`.
    """

    __tablename__ = "payment_terms"
    __table_args__ = (
        CheckConstraint("base IN ('invoice_date', 'end_of_month')", name="base"),
        CheckConstraint("days >= 0", name="days"),
        CheckConstraint("kind IN ('on_account', 'prepayment', 'card')", name="kind"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="on_account", default="on_account")
    base: Mapped[str] = mapped_column(server_default="invoice_date", default="invoice_date")
    days: Mapped[int] = mapped_column(server_default="30", default=30)
    day_of_month: Mapped[int | None]
    discount_percent: Mapped[Rate] = mapped_column(server_default="0", default=Decimal(0))
    discount_days: Mapped[int] = mapped_column(server_default="0", default=0)


class Account(Base):
    """A company that buys. Its number is how people name it; its currency never changes.

    `parent_id` is the head office; `bill_to_id` says who pays, itself when empty.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("id <> parent_id", name="not_own_parent"),
        CheckConstraint("credit_limit >= 0", name="credit_limit"),
        CheckConstraint(
            "status IN ('applied', 'active', 'stopped', 'closed', 'declined')", name="status"
        ),
        CheckConstraint(
            "tax_treatment IN ('domestic', 'reverse_charge', 'export', 'exempt')",
            name="tax_treatment",
        ),
        CheckConstraint(
            "backorder_policy IN ('complete', 'partial', 'cancel_rest')", name="backorder_policy"
        ),
        Index("ix_account_name_lower", text("lower(name)")),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    external_id: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    legal_name: Mapped[str] = mapped_column(server_default="", default="")
    status: Mapped[str] = mapped_column(server_default="active", default="active")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    bill_to_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("account_group.id"), index=True)
    terms_id: Mapped[int] = mapped_column(ForeignKey("payment_terms.id"))
    currency: Mapped[str] = mapped_column(server_default="GBP", default="GBP")
    locale: Mapped[str] = mapped_column(server_default="en_GB", default="en_GB")
    country: Mapped[str] = mapped_column(server_default="GB", default="GB")
    tax_number: Mapped[str] = mapped_column(server_default="", default="")
    tax_treatment: Mapped[str] = mapped_column(server_default="domestic", default="domestic")
    exempt_until: Mapped[date | None]
    """The last day of an exemption; from the next on the account is taxed as domestic."""
    credit_limit: Mapped[Amount] = mapped_column(server_default="0", default=Decimal(0))
    group_credit_limit: Mapped[Amount | None]
    phone: Mapped[str] = mapped_column(server_default="", default="")
    website: Mapped[str] = mapped_column(server_default="", default="")
    trade: Mapped[str] = mapped_column(server_default="", default="")
    requires_po_number: Mapped[bool] = mapped_column(server_default="false", default=False)
    backorder_policy: Mapped[str] = mapped_column(server_default="partial", default="partial")
    inherits_prices: Mapped[bool] = mapped_column(server_default="true", default=True)
    carriage_free: Mapped[bool] = mapped_column(server_default="false", default=False)
    carriage_free_over: Mapped[Amount | None]
    minimum_order_value: Mapped[Amount | None]
    small_order_charge: Mapped[Amount | None]
    delivery_note_prices: Mapped[bool] = mapped_column(server_default="false", default=False)
    """Whether its delivery notes show prices: they often travel with goods to a third party."""
    priority: Mapped[int] = mapped_column(server_default="0", default=0)
    """Whose backorders are filled first: higher first."""
    origin: Mapped[str] = mapped_column(server_default="entered", default="entered")
    version: Mapped[int] = mapped_column(server_default="1", default=1)
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())

    group: Mapped[AccountGroup] = relationship(lazy="raise_on_sql")
    terms: Mapped[PaymentTerms] = relationship(lazy="raise_on_sql")
    addresses: Mapped[list[Address]] = relationship(
        back_populates="account", order_by="Address.id", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def pays_id(self) -> int:
        """The bill-to account's id: who owes what this account buys."""
        return self.bill_to_id or self.id

    def treatment_on(self, day: date) -> str:
        """How the account is taxed on a day: an exemption that has run out counts no more."""
        has_run_out = self.exempt_until is not None and self.exempt_until < day
        return "domestic" if has_run_out else self.tax_treatment

    @property
    def is_open(self) -> bool:
        """Whether new orders are taken."""
        return self.status in {"active", "stopped"}


class Address(Base):
    """A ship-to or bill-to address. An edit makes a new version; documents hold copies."""

    __tablename__ = "address"
    __table_args__ = (
        UniqueConstraint("account_id", "id"),
        UniqueConstraint("account_id", "code", "version"),
        CheckConstraint("is_ship_to OR is_bill_to", name="some_kind"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    code: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1", default=1)
    replaced_at: Mapped[Moment | None]
    is_ship_to: Mapped[bool] = mapped_column(server_default="true", default=True)
    is_bill_to: Mapped[bool] = mapped_column(server_default="false", default=False)
    is_default: Mapped[bool] = mapped_column(server_default="false", default=False)
    company: Mapped[str]
    contact: Mapped[str] = mapped_column(server_default="", default="")
    phone: Mapped[str] = mapped_column(server_default="", default="")
    email: Mapped[str] = mapped_column(server_default="", default="")
    line1: Mapped[str]
    line2: Mapped[str] = mapped_column(server_default="", default="")
    line3: Mapped[str] = mapped_column(server_default="", default="")
    city: Mapped[str]
    subdivision: Mapped[str] = mapped_column(server_default="", default="")
    postcode: Mapped[str] = mapped_column(server_default="", default="")
    country: Mapped[str] = mapped_column(server_default="GB", default="GB")
    gln: Mapped[str] = mapped_column(server_default="", default="")
    delivery_instructions: Mapped[str] = mapped_column(server_default="", default="")
    receiving_hours: Mapped[str] = mapped_column(server_default="", default="")
    delivery_weekdays: Mapped[str] = mapped_column(server_default="12345", default="12345")
    """The ISO weekdays on which this place takes deliveries, as digits."""
    is_residential: Mapped[bool] = mapped_column(server_default="false", default=False)
    needs_liftgate: Mapped[bool] = mapped_column(server_default="false", default=False)
    home_warehouse_id: Mapped[int | None]
    """The warehouse that serves this place first; the inventory context owns the table."""
    zone_code: Mapped[str] = mapped_column(server_default="", default="")
    """The carriage zone, where it was settled by hand; else it follows country and postcode."""

    account: Mapped[Account] = relationship(back_populates="addresses", lazy="raise_on_sql")

    def copy(self) -> dict[str, str]:
        """The address as documents keep it."""
        names = (
            "code", "company", "contact", "phone", "email", "line1", "line2", "line3", "city",
            "subdivision", "postcode", "country", "gln", "delivery_instructions",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names}


class AccountRep(Base):
    """Who looks after an account, as of a date: half-open `[valid_from, valid_to)`."""

    __tablename__ = "account_rep"
    __table_args__ = (
        CheckConstraint("kind IN ('primary', 'cover')", name="kind"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="dates"),
        Index("ix_account_rep_user", "user_id", "valid_from"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(server_default="primary", default="primary")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Contact(Base):
    """A person at an account, with or without a sign-in."""

    __tablename__ = "contact"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "address_id"], ["address.account_id", "address.id"]),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    address_id: Mapped[int | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str]
    role: Mapped[str] = mapped_column(server_default="", default="")
    email: Mapped[str] = mapped_column(server_default="", default="")
    phone: Mapped[str] = mapped_column(server_default="", default="")
    mobile: Mapped[str] = mapped_column(server_default="", default="")


class DocumentRecipient(Base):
    """Who gets one kind of document of an account: an address to mail, or post, or none."""

    __tablename__ = "document_recipient"
    __table_args__ = (
        CheckConstraint("means IN ('mail', 'post', 'none')", name="means"),
        UniqueConstraint("account_id", "document_kind", "email"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    document_kind: Mapped[str]
    means: Mapped[str] = mapped_column(server_default="mail", default="mail")
    email: Mapped[str] = mapped_column(server_default="", default="")


class Note(Base):
    """Something to know, shown only where its kind belongs."""

    __tablename__ = "note"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('alert', 'picking', 'delivery', 'invoice', 'internal')", name="kind"
        ),
        CheckConstraint(
            "subject_kind IN ('account', 'address', 'product', 'order')", name="subject_kind"
        ),
        Index("ix_note_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    text: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())
    ended_at: Mapped[Moment | None]


class AccountTag(Base):
    """A word by which staff group accounts."""

    __tablename__ = "account_tag"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)


class AccountApplication(Base):
    """A visitor's request for an account, waiting for staff. Approval makes the account."""

    __tablename__ = "account_application"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'approved', 'declined')", name="state"),
    )

    id: Mapped[Id]
    state: Mapped[str] = mapped_column(server_default="waiting", default="waiting")
    company: Mapped[str]
    contact: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str] = mapped_column(server_default="", default="")
    tax_number: Mapped[str] = mapped_column(server_default="", default="")
    trade: Mapped[str] = mapped_column(server_default="", default="")
    line1: Mapped[str]
    line2: Mapped[str] = mapped_column(server_default="", default="")
    city: Mapped[str]
    postcode: Mapped[str]
    country: Mapped[str] = mapped_column(server_default="GB", default="GB")
    message: Mapped[str] = mapped_column(server_default="", default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    reason: Mapped[str] = mapped_column(server_default="", default="")
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())
