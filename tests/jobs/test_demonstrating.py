"""The demo company is put back as it was loaded, from a copy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from jobs.databases import copy_database, name_of
from jobs.demonstrating import has_template, template_of
from models.kernel.seller import Seller
from tests.database import Server
from tests.factories.kernel import make_seller


@pytest.fixture
def url(committed_database: Engine, postgres: Server) -> Iterator[str]:
    url = committed_database.url.render_as_string(hide_password=False)
    yield url
    postgres.drop(template_of(url))


def sellers(sessions: sessionmaker[Session]) -> int | None:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Seller))


def add_seller(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        make_seller(session)
        session.commit()


def test_a_reset_brings_back_what_was_loaded_though_somebody_is_connected(
    url: str, committed_database: Engine, committed_sessions: sessionmaker[Session]
) -> None:
    add_seller(committed_sessions)
    assert not has_template(url)
    copy_database(url, source=name_of(url), target=template_of(url))
    assert has_template(url)

    committed_database.dispose()  # its connections were ended for the copy
    add_seller(committed_sessions)
    assert sellers(committed_sessions) == 2
    copy_database(url, source=template_of(url), target=name_of(url))
    committed_database.dispose()
    assert sellers(committed_sessions) == 1
