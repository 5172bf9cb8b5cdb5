"""Signing people of the world in, without the form."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.accounts import SECOND_FACTOR_FOR_STAFF, Actor, Browser, User
from models.accounts import sign_in as begin_session
from models.kernel import settings

PASSWORD = "correct horse battery staple"


def sign_in(client: FlaskClient, session: Session, actor: Actor | User) -> FlaskClient:
    """Gives the client's browser a real session of this person. Staff need no second factor."""
    user = session.get_one(User, actor.id)
    if user.is_staff and settings.get(session, SECOND_FACTOR_FOR_STAFF):
        settings.change(session, SECOND_FACTOR_FOR_STAFF, False, by=None)
    opened = begin_session(session, user, browser=Browser("127.0.0.1", "tests"))
    session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = opened.token
        cookie["_fresh"] = True
    return client
