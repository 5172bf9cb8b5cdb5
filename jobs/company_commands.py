"""`flask company ...`: found an empty one, and the link that its first administrator comes by."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Role, StaffRole, User, invite_first_administrator
from models.company import found_empty
from models.kernel.database import make_engine, session_factory
from models.kernel.errors import DomainError
from models.kernel.seller import Seller

company = AppGroup("company", help="The company that this installation serves.")
FOUNDED, NOT_FOUNDED, NOBODY_CAME = 0, 3, 4


@company.command("status")
def status() -> None:
    """Say by the exit code: founded (0), not yet (3), or no administrator has come (4)."""
    with _session() as session:
        if session.scalar(select(Seller.id).limit(1)) is None:
            sys.exit(NOT_FOUNDED)
        sys.exit(FOUNDED if _has_administrator(session) else NOBODY_CAME)


@company.command("found")
@click.option("--name", required=True, help="The company's name.")
@click.option("--country", required=True, help="Its country: GB, DE, ...")
@click.option("--email", required=True, help="The first administrator's e-mail.")
def found(name: str, country: str, email: str) -> None:
    """Found an empty company in an empty database, and print the administrator's link."""
    with _session() as session:
        try:
            invited = found_empty(session, name=name, country=country, email=email)
        except DomainError as refusal:
            raise click.ClickException(refusal.sentence) from None
        session.commit()
        _print(invited.token)


@company.command("link")
def link() -> None:
    """Print a new link for the first administrator, who has not come yet; earlier ones end."""
    with _session() as session:
        user = session.scalars(
            select(User).join(StaffRole, StaffRole.user_id == User.id)
            .where(StaffRole.role == Role.ADMINISTRATOR).order_by(User.id).limit(1)
        ).first()  # fmt: skip
        if user is None:
            raise click.ClickException("No company is founded yet. Run bin/start.")
        try:
            invited = invite_first_administrator(session, email=user.email, name=user.name)
        except DomainError as refusal:
            raise click.ClickException(refusal.sentence) from None
        session.commit()
        _print(invited.token)


def _session() -> Session:
    engine = make_engine(current_app.extensions["settings"].database_url)
    return session_factory(engine)()


def _has_administrator(session: Session) -> bool:
    return (
        session.scalar(
            select(User.id).join(StaffRole, StaffRole.user_id == User.id)
            .where(StaffRole.role == Role.ADMINISTRATOR, User.password_hash.is_not(None)).limit(1)
        )
        is not None
    )  # fmt: skip


def _print(token: str | None) -> None:
    click.echo(f"{current_app.extensions['settings'].base_url}/invitation/{token}")
