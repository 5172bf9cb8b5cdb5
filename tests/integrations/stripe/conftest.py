"""One stand-in for the tests of this folder; each test counts from what it finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stand_in import StandIn, stand_in


@pytest.fixture(scope="session")
def standing_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with stand_in(tmp_path_factory.mktemp("stripe")) as running:
        yield running
