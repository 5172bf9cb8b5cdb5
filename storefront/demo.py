"""One-click sign-ins, in the demo only: each person on a host of their own, so that several can be
signed in side by side (cookies belong to a host)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from flask import current_app, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from config import Settings
from models.accounts import demo_sign_ins, find_user, sign_in
from models.kernel.errors import NotFound, Refused
from web import identity
from web.access import Pages, anyone
from web.pages import go_to
from web.security import allow_form_to
from web.transactions import commit, session

pages = Pages("demo", __name__)
GOOD_FOR_SECONDS = 12 * 3600
THIS_MACHINE = re.compile(r"(?:[a-z0-9-]+\.)?localhost|127\.0\.0\.1|\[::1\]")


@dataclass(frozen=True, slots=True)
class Tile:
    """One click: where it posts to, what it carries, and what it says."""

    action: str
    signed: str
    name: str
    role: str
    try_this: str


def tiles() -> list[Tile]:
    """The tiles of the demo; none in any other environment."""
    if not _is_demo():
        return []
    found = [
        Tile(
            _host_of(each.role) + url_for("demo.start"),
            _signer().dumps(each.email),
            each.name,
            each.role,
            each.try_this,
        )
        for each in demo_sign_ins(session())
    ]
    allow_form_to(*{tile.action.rpartition("/sign-in")[0] for tile in found} - {""})
    return found


@pages.post("/sign-in/demo", access=anyone)
def start() -> AnyResponse:
    """Signs in by a tile. It carries a signature of ours instead of a form token, as it comes from
    another host of the same demo. Nothing is here outside the demo."""
    if not _is_demo():
        raise NotFound("There is nothing here.")
    try:
        email = _signer().loads(request.form.get("tile", ""), max_age=GOOD_FOR_SECONDS)
    except BadSignature:
        raise Refused("This tile is too old. Load the sign-in page again.") from None
    user = find_user(session(), email)
    offered = {each.email.lower() for each in demo_sign_ins(session())}
    if user is None or email.lower() not in offered:
        raise NotFound("There is nobody of this name in the demo.")
    opened = sign_in(session(), user, browser=identity.browser())
    commit()
    return go_to(identity.home_of(identity.begin(opened.token).actor))


def _is_demo() -> bool:
    return cast("Settings", current_app.extensions["settings"]).is_demo


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="demo-tile")


def _host_of(role: str) -> str:
    """`http://sales-rep.localhost:8000` where the browser runs on this machine, else nothing.

    Safari does not know names below localhost.
    """
    host, _, port = request.host.rpartition(":") if ":" in request.host else (request.host, "", "")
    agent = request.headers.get("User-Agent", "")
    if not THIS_MACHINE.fullmatch(host) or ("Safari" in agent and "Chrom" not in agent):
        return ""
    name = re.sub(r"[^a-z0-9]+", "-", role.lower()).strip("-") or "demo"
    return f"{request.scheme}://{name}.localhost{':' + port if port else ''}"
