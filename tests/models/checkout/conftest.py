"""The desk on a Monday morning in November."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from models.kernel import clock
from tests.models.checkout.changing import MONDAY, Office
from tests.world import make_world


@pytest.fixture
def office(session: Session) -> Iterator[Office]:
    """Olu's desk in a world of its own."""
    with clock.travelling(MONDAY):
        yield Office(make_world(session))
