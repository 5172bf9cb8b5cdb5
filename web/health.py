"""For machines that watch the program: is it alive, and can it serve."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from models.kernel.tasks import queue_now
from web.access import Pages, anyone
from web.transactions import session

TOP = Path(__file__).parents[1]
LEAST_FREE_DISK = 0.10

pages = Pages("health", __name__, url_prefix="/health")


def install(app: Flask, settings: Settings) -> None:
    """Adds /health/live and /health/ready."""
    app.extensions["data_dir"] = settings.data_dir
    app.register_blueprint(pages)


@pages.get("/live", access=anyone)
def live() -> Response:
    """The process answers; nothing else is asked."""
    return jsonify(alive=True)


@pages.get("/ready", access=anyone)
def ready() -> tuple[Response, int]:
    """200 when database, migrations, worker, tasks and disk are in order, else 503; each yes or no.

    Beside them it tells how long the oldest due task has waited and how many gave up. Neither alone
    makes the program unready: a worker may be at the first, and only a person mends the second.
    """
    checks, figures = _database_checks()
    checks = {"disk": _has_disk(), **checks}
    return jsonify(checks | figures), 200 if all(checks.values()) else 503


def _database_checks() -> tuple[dict[str, bool], dict[str, int]]:
    try:
        revision = session().scalar(text("SELECT version_num FROM alembic_version"))
        queue = queue_now(session())
    except SQLAlchemyError:
        return dict.fromkeys(("database", "migrated", "worker", "tasks"), False), {}
    checks = {
        "database": True,
        "migrated": revision == newest_revision(),
        "worker": queue.has_worker,
        "tasks": queue.goes_on,
    }
    return checks, {"waiting_seconds": queue.waiting_seconds, "given_up": queue.given_up}


def _has_disk() -> bool:
    folder: Path = current_app.extensions["data_dir"]
    usage = shutil.disk_usage(folder if folder.exists() else folder.parent)
    return usage.free / usage.total > LEAST_FREE_DISK


@cache
def newest_revision() -> str | None:
    """The revision that the code expects the database to be at."""
    return ScriptDirectory.from_config(Config(str(TOP / "alembic.ini"))).get_current_head()
