"""A throw-away database until tests/conftest.py brings the real one."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from models.kernel.base import Base
from models.kernel.database import make_engine

URL = "postgresql+psycopg://postgres:@/{name}?host=/tmp/pricing-pg"


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    admin = make_engine(URL.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS pricing_test WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE pricing_test"))
    engine = make_engine(URL.format(name="pricing_test"))
    import_module("models.pricing")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.rollback()
