"""A few routes that do what a view may do, right and wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from models.kernel.activity import Activity, record
from models.kernel.errors import Conflict, Denied, NotFound, Refused
from web import access
from web.access import Pages, anyone, buyer, signed_in, staff
from web.observing import observe
from web.transactions import commit, external, session

REFUSALS = {"refused": Refused, "conflict": Conflict, "missing": NotFound, "denied": Denied}


class Right(StrEnum):
    VOID = "invoices_void"
    BUY = "place_orders"


@dataclass(frozen=True)
class Somebody:
    """An actor with a list of rights."""

    id: int = 7
    is_staff: bool = False
    account_id: int | None = None
    rights: tuple[str, ...] = ()

    def can(self, right: StrEnum) -> bool:
        return right in self.rights


def write(session: Session, kind: str = "probe.written") -> None:
    record(session, kind, by=None)


@pytest.fixture
def probed(app: Flask) -> Flask:
    """The program with routes to try its plumbing on."""
    app.register_blueprint(_probes())
    return app


@pytest.fixture
def probe(probed: Flask) -> FlaskClient:
    return probed.test_client()


def sign_in(app: Flask, actor: Somebody | None) -> None:
    """From now on every request is `actor`'s."""
    access.load_actor_with(app, lambda: actor, "health.live")


def _probes() -> Pages:
    pages = Pages("probe", __name__, url_prefix="/probe")
    _writing(pages)
    _guarded(pages)

    @pages.get("/error/<kind>", access=anyone)
    def error(kind: str) -> str:
        if kind in REFUSALS:
            raise REFUSALS[kind]("The box is full. Take a larger one.", field="box")
        if kind == "broken":  # the database answers nothing more in this transaction
            session().execute(text("SELECT 'secret inside'::integer"))
        raise RuntimeError("secret inside")

    @pages.get("/observed", access=anyone)
    def observed() -> str:
        observe(lambda session: write(session, "probe.observed"))
        return "seen"

    return pages


def _writing(pages: Pages) -> None:
    @pages.get("/written", access=anyone)
    def writing_get() -> str:
        write(session())
        session().flush()
        return "written"

    @pages.post("/written", access=anyone)
    def written() -> str:
        write(session())
        if "refuse" in request.form:
            session().flush()
            raise Refused("No.")
        commit()
        return "written"

    @pages.post("/forgotten", access=anyone)
    def forgotten() -> str:
        write(session())
        session().flush()
        return "written"

    @pages.post("/external", access=anyone)
    def called() -> str:
        write(session(), "probe.intended")
        with external():
            if "peek" in request.form:
                session().get(Activity, 1)
        write(session(), "probe.done")
        commit()
        return "called"


def _guarded(pages: Pages) -> None:
    @pages.get("/staff", access=staff(Right.VOID))
    def for_staff() -> str:
        return "staff"

    @pages.get("/buyer", access=buyer(Right.BUY))
    def for_buyers() -> str:
        return "buyer"

    @pages.get("/signed-in", access=signed_in)
    def for_everybody() -> str:
        return "signed in"
