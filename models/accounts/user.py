"""People who sign in: one table, staff or buyer, never both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

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

from models.accounts.permissions import (
    BUYER_ROLES,
    BuyerRole,
    Capability,
    Permission,
    Role,
    permissions_of,
)
from models.kernel.base import Base, Facts, Id, Moment


class User(Base):
    """A person with a sign-in. E-mail is unique without regard to case.

    `auth_epoch` rises when the password, the second factor, the roles or the state change; a
    session that carries an older one has ended.
    """

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint("kind IN ('staff', 'buyer')", name="kind"),
        CheckConstraint("kind = 'staff' OR NOT wants_day_mail", name="day_mail"),
        UniqueConstraint("id", "kind"),
        Index("uq_user_account_email_lower", text("lower(email)"), unique=True),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    email: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(server_default="")
    locale: Mapped[str] = mapped_column(server_default="en_GB")
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None]
    totp_confirmed_at: Mapped[Moment | None]
    totp_last_step: Mapped[int | None]
    auth_epoch: Mapped[int] = mapped_column(server_default="1", default=1)
    disabled_at: Mapped[Moment | None]
    invited_at: Mapped[Moment | None]
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())
    last_seen_at: Mapped[Moment | None]
    wants_day_mail: Mapped[bool] = mapped_column(server_default="false", default=False)
    """Whether Today is mailed to them each morning; only to staff."""
    day_mailed_on: Mapped[date | None]

    staff_roles: Mapped[list[StaffRole]] = relationship(
        cascade="all, delete-orphan",
        back_populates="user",
        lazy="raise_on_sql",
        foreign_keys="[StaffRole.user_id, StaffRole.user_kind]",
    )
    memberships: Mapped[list[Membership]] = relationship(
        cascade="all, delete-orphan", back_populates="user", lazy="raise_on_sql"
    )

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def is_enabled(self) -> bool:
        return self.disabled_at is None

    @property
    def has_second_factor(self) -> bool:
        return self.totp_confirmed_at is not None

    @property
    def roles(self) -> set[Role]:
        """The staff roles; `staff_roles` must have been loaded."""
        return {Role(row.role) for row in self.staff_roles}

    def permissions(self) -> frozenset[Permission]:
        """What the staff roles add up to; nothing for a buyer."""
        return permissions_of(self.roles) if self.is_staff else frozenset()

    def end_sessions(self) -> None:
        """Ends every session of this person at its next request."""
        self.auth_epoch += 1


class StaffRole(Base):
    """A role that a staff member holds. The database refuses one for a buyer."""

    __tablename__ = "staff_role"
    __table_args__ = (
        ForeignKeyConstraint(["user_id", "user_kind"], ["user_account.id", "user_account.kind"]),
        CheckConstraint("user_kind = 'staff'", name="staff_only"),
        CheckConstraint("role IN (" + ", ".join(f"'{role}'" for role in Role) + ")", name="role"),
    )

    user_id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    user_kind: Mapped[str] = mapped_column(server_default="staff")
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    granted_at: Mapped[Moment] = mapped_column(server_default=func.now())

    user: Mapped[User] = relationship(
        back_populates="staff_roles",
        lazy="raise_on_sql",
        foreign_keys="[StaffRole.user_id, StaffRole.user_kind]",
    )


class Membership(Base):
    """Ties a buyer to an account with capabilities. `covers_branches` extends it downward."""

    __tablename__ = "membership"
    __table_args__ = (
        ForeignKeyConstraint(["user_id", "user_kind"], ["user_account.id", "user_account.kind"]),
        CheckConstraint("user_kind = 'buyer'", name="buyers_only"),
        UniqueConstraint("user_id", "account_id"),
        UniqueConstraint("account_id", "id"),
    )

    id: Mapped[Id]
    user_id: Mapped[int]
    user_kind: Mapped[str] = mapped_column(server_default="buyer")
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(server_default="buyer")
    capabilities: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    covers_branches: Mapped[bool] = mapped_column(server_default="false", default=False)
    ended_at: Mapped[Moment | None]
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())

    user: Mapped[User] = relationship(back_populates="memberships", lazy="raise_on_sql")

    def allows(self, capability: Capability) -> bool:
        """Whether this membership grants a capability: the role's set, with single exceptions.

        `capabilities` holds the exceptions as {capability: true or false}.
        """
        return capability in capabilities_of(self.role, self.capabilities)

    def all_capabilities(self) -> frozenset[Capability]:
        return capabilities_of(self.role, self.capabilities)


def capabilities_of(role: str, exceptions: Mapping[str, Any]) -> frozenset[Capability]:
    """What a membership grants: its role's set, with exceptions as {capability: true or false}."""
    granted = BUYER_ROLES[BuyerRole(role)]
    if not exceptions:
        return granted
    stated = {name: bool(value) for name, value in exceptions.items() if value is not None}
    return frozenset(each for each in Capability if stated.get(each.value, each in granted))


class SignInSession(Base):
    """A signed-in browser. The cookie holds a random token; the row holds its SHA-256.

    `acting_for_account_id` is set while a member of staff orders for an account.
    """

    __tablename__ = "sign_in_session"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    auth_epoch: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    acting_for_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    acting_reason: Mapped[str] = mapped_column(server_default="")
    acting_seen_at: Mapped[Moment | None]
    sudo_until: Mapped[Moment | None]
    remembered: Mapped[bool] = mapped_column(server_default="false", default=False)
    address: Mapped[str] = mapped_column(server_default="")
    agent: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())
    seen_at: Mapped[Moment] = mapped_column(server_default=func.now())
    expires_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]


class OneTimeToken(Base):
    """An invitation, a password reset or an e-mail change: bound to a person and a purpose."""

    __tablename__ = "one_time_token"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    bound_to: Mapped[str]
    """A digest of what must not have changed since: the password hash, or the new e-mail."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment] = mapped_column(server_default=func.now())
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class RecoveryCode(Base):
    """One of the ten codes that replace the second factor, hashed, usable once."""

    __tablename__ = "recovery_code"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[Moment | None]


class Throttle(Base):
    """How often something was tried from one key in one window; raised by an atomic upsert."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[Moment] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(server_default="0")
