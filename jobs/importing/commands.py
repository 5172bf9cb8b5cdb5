"""`flask import history FILE`: a wholesaler's past sales become finished documents."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Engine, text

from jobs.importing.mapping import DEFAULT, read_mapping
from jobs.importing.reporting import remarks, summary, table, write_report
from jobs.importing.running import Prepared, Written, prepare, without_collecting, write
from models.kernel.database import make_engine, session_factory
from models.kernel.errors import DomainError

importing = AppGroup("import", help="Bring in data of other programs.")
LONG_STATEMENTS = "-c timezone=UTC -c lock_timeout=5s -c synchronous_commit=off"
ONE_AT_A_TIME = "history import"
A_FILE = click.Path(path_type=Path)


@importing.command("history")
@click.argument("file", type=A_FILE)
@click.option("--mapping", type=A_FILE, default=DEFAULT, help="What the file's columns mean.")
@click.option("--dry-run", is_flag=True, help="Only count and report; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
@click.option("--shift-to-today", is_flag=True, help="Move all dates by whole weeks, up to now.")
@click.option("--rejects", type=A_FILE, help="Where the report of rows to look at goes.")
def import_history(
    file: Path, mapping: Path, dry_run: bool, as_json: bool, shift_to_today: bool,
    rejects: Path | None,
) -> None:  # fmt: skip
    """Import past sales lines from FILE: CSV or XLSX, packed by gzip or not."""
    began = time.monotonic()
    engine = make_engine(current_app.extensions["settings"].database_url, settings=LONG_STATEMENTS)
    try:
        with _alone(engine), session_factory(engine)() as session, without_collecting():
            if dry_run:
                session.execute(text("SET TRANSACTION READ ONLY"))
            prepared = prepare(
                session, file, read_mapping(mapping), to_today=shift_to_today, say=_say
            )
            if not dry_run:
                session.commit()
                _say_written(write(session, prepared, say=_say))
    except DomainError as refusal:
        raise click.ClickException(refusal.sentence) from None
    finally:
        engine.dispose()
    _report(prepared, file, rejects, dry_run=dry_run)
    if as_json:
        click.echo(summary(prepared, time.monotonic() - began))


def _report(prepared: Prepared, file: Path, rejects: Path | None, *, dry_run: bool) -> None:
    for line in (*table(prepared), *remarks(prepared)):
        click.echo(line)
    if dry_run and rejects is None:
        return
    for path in [rejects] if rejects else _places(file):
        try:
            number = write_report(prepared, path)
        except OSError as error:
            _say(f"{path} cannot be written ({error.strerror}).")
        else:
            click.echo(f"{number:,} rows that were rejected or left out are listed in {path}.")
            return


def _places(file: Path) -> list[Path]:
    """Beside the file; where that folder is kept read-only, among the program's own data."""
    name = f"{file.name}.report.csv"
    beside, own = file.with_name(name), current_app.extensions["settings"].data_dir / name
    # The mode, not the right: root may write everywhere, and should not where nobody is to.
    return [beside, own] if file.absolute().parent.stat().st_mode & stat.S_IWUSR else [own]


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Two imports at once would write the same documents: the second is refused."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        key = {"name": ONE_AT_A_TIME}
        locked = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
        if not connection.scalar(locked, key):
            raise click.ClickException("Another import is running. Wait until it has ended.")
        yield


def _say(line: str) -> None:
    click.echo(f"  {line}", err=True)


def _say_written(written: Written) -> None:
    _say(
        f"Added: {written.products:,} products, {written.accounts:,} accounts, "
        f"{written.documents:,} documents, {written.entries:,} entries in the ledger."
    )
