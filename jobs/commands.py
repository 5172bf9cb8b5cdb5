"""The commands of `bin/flask`: shallow, like views. Each opens, calls and commits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from config import Settings
from jobs import migrating, worker
from jobs.bouncing import mail
from jobs.company_commands import company
from jobs.demo.commands import demo
from jobs.importing.commands import importing
from jobs.supervising import Child, Supervisor
from models.insight import INVARIANTS, check_invariants
from models.kernel.database import make_engine, session_factory
from web.routes import access_matrix

TOP = Path(__file__).parents[1]
SPEAKING = ("storefront", "admin", "api", "web", "integrations", "jobs", "templates")
"""The folders whose words people read."""
MATRIX = TOP / "tests" / "conventions" / "access_matrix.txt"
check = AppGroup("check", help="Prove that the records add up.")
database = AppGroup("database", help="Bring the database to a revision.")
words = AppGroup("words", help="Translations.")


def register(app: Flask) -> None:
    """Adds the commands to `flask`."""
    for command in (
        check,
        company,
        database,
        demo,
        importing,
        mail,
        words,
        work,
        write_access_matrix,
    ):
        app.cli.add_command(command)


@check.command("invariants")
def check_everything() -> None:
    """Prove that stock, money and orders add up; list what does not."""
    engine = make_engine(_settings().database_url)
    with session_factory(engine)() as session:
        broken = check_invariants(session)
    for name, ids in broken.items():
        click.echo(f"{name}: {', '.join(str(each) for each in ids)}")
    if broken:
        sys.exit(1)
    click.echo(f"All {len(INVARIANTS)} invariants hold.")


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Migrate up, to the newest revision."""
    migrating.upgrade(_settings().database_url, revision)


@database.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Migrate down to REVISION."""
    migrating.downgrade(_settings().database_url, revision)


@click.command("worker")
@click.option("--processes", default=1, show_default=True, help="How many tasks run at once.")
@click.option("--until-empty", is_flag=True, help="Stop when nothing is left to do.")
def work(processes: int, until_empty: bool) -> None:
    """Work off the task queue until stopped."""
    if processes == 1:
        worker.work(_settings(), until_stopped=not until_empty)
        return
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    supervisor = Supervisor([Child(f"worker {n}", command) for n in range(1, processes + 1)])
    supervisor.start()
    supervisor.run()


@click.command("access-matrix")
def write_access_matrix() -> None:
    """Write down who may use which route, for the review of a change."""
    MATRIX.write_text(access_matrix(current_app))
    click.echo(f"Wrote {MATRIX.relative_to(TOP)}")


@words.command("collect")
def collect_words() -> None:
    """Bring every catalogue up to date with the words in code and templates."""
    template = TOP / "translations" / "messages.pot"
    template.parent.mkdir(exist_ok=True)
    options = ("--no-location", "--omit-header", "-F", "babel.cfg", "-k", "lazy")
    _babel("extract", *options, "-o", str(template), *SPEAKING)
    for catalogue in sorted((TOP / "translations").glob("*/LC_MESSAGES/messages.po")):
        language = catalogue.parts[-3]
        _babel("update", "-i", str(template), "-o", str(catalogue), "-l", language, "-N")


def _babel(*arguments: str) -> None:
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", *arguments]
    subprocess.run(command, cwd=TOP, check=True)  # noqa: S603


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
