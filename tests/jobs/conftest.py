"""Means for tasks that run in the test itself, on a database of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

import config
from jobs.app import Work
from models.kernel.files import FileStore


@pytest.fixture
def live_settings(committed_database: Engine, tmp_path: Path) -> config.Settings:
    return config.load(
        {
            "ENVIRONMENT": "test",
            "DATABASE_URL": committed_database.url.render_as_string(hide_password=False),
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": "tests-" + "0123456789abcdef" * 3,
        }
    )


@pytest.fixture
def work(
    live_settings: config.Settings, committed_sessions: sessionmaker[Session], files: FileStore
) -> Work:
    return Work(live_settings, committed_sessions, files)
