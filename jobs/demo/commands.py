"""`flask demo ...`: is it loaded, load it, who can sign in. `bin/demo` calls these."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from jobs.demo.company import PASSWORD
from jobs.demo.loading import is_half_loaded, is_loaded, load, sign_ins
from jobs.demonstrating import HALF_LOADED, LOADED, NOT_LOADED
from jobs.standing_in import stand_in_record
from models.kernel.database import make_engine, session_factory

demo = AppGroup("demo", help="The demo company.")
LONG_STATEMENTS = "-c timezone=UTC -c lock_timeout=5s"


@demo.command("status")
def status() -> None:
    """Say by the exit code whether the demo company is loaded, not yet, or by half."""
    engine = make_engine(current_app.extensions["settings"].database_url)
    with session_factory(engine)() as session:
        if is_half_loaded(session):
            sys.exit(HALF_LOADED)
        sys.exit(LOADED if is_loaded(session) else NOT_LOADED)


@demo.command("load")
def load_company() -> None:
    """Load the demo company into an empty database."""
    url = current_app.extensions["settings"].database_url
    engine = make_engine(url, settings=LONG_STATEMENTS)
    with session_factory(engine)() as session:
        if is_loaded(session):
            raise click.ClickException("This database holds a company already.")
        load(
            session, current_app.extensions["files"], lambda line: click.echo(f"  {line}"),
            card_record=stand_in_record(),
        )  # fmt: skip


@demo.command("sign-ins")
def show_sign_ins() -> None:
    """List who can sign in, with the password."""
    for email, role in sign_ins():
        click.echo(f"  {email:<28} {role}")
    click.echo(f"  Password for all: {PASSWORD}")
