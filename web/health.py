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
from web.access import Pages, anyone
from web.transactions import session

TOP = Path(__file__).parents[1]
LEAST_FREE_DISK = 0.10
OLDEST_TASK_SECONDS = 60
OLDEST_DUE_TASK = text(
    "SELECT coalesce(max(extract(epoch FROM now() - coalesce(job.scheduled_at, event.at))), 0)"
    " FROM procrastinate_jobs job"
    " JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'"
    " WHERE job.status = 'todo' AND coalesce(job.scheduled_at, now()) <= now()"
)

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
    """200 when database, migrations, tasks and disk are in order, else 503; each with yes or no."""
    checks = {"disk": _has_disk(), **_database_checks()}
    return jsonify(checks), 200 if all(checks.values()) else 503


def _database_checks() -> dict[str, bool]:
    try:
        revision = session().scalar(text("SELECT version_num FROM alembic_version"))
        oldest = session().scalar(OLDEST_DUE_TASK) or 0
    except SQLAlchemyError:
        return {"database": False, "migrated": False, "tasks": False}
    return {
        "database": True,
        "migrated": revision == newest_revision(),
        "tasks": float(oldest) < OLDEST_TASK_SECONDS,
    }


def _has_disk() -> bool:
    folder: Path = current_app.extensions["data_dir"]
    usage = shutil.disk_usage(folder if folder.exists() else folder.parent)
    return usage.free / usage.total > LEAST_FREE_DISK


@cache
def newest_revision() -> str | None:
    """The revision that the code expects the database to be at."""
    return ScriptDirectory.from_config(Config(str(TOP / "alembic.ini"))).get_current_head()
