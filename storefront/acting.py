"""Ordering for a customer, and changing between one's own accounts."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from models.accounts import Permission, accounts_of, start_acting, stop_acting, switch_account
from web import identity
from web.access import Pages, signed_in, staff
from web.branding import brand
from web.pages import go_to, render
from web.safe_redirects import safe_next
from web.transactions import commit, session

pages = Pages("acting", __name__)


@pages.post("/acting/start/<int:account_id>", access=staff(Permission.ACT_FOR))
def start(account_id: int) -> AnyResponse:
    """Opens the shop in a customer's name."""
    visit = identity.current_visit()
    reason = request.form.get("reason", "")
    token = start_acting(session(), visit.session_id, account_id, by=visit.actor, reason=reason)
    commit()
    identity.change_token(token)
    return go_to(safe_next(request.form.get("next"), "/"))


@pages.post("/acting/stop", access=staff())
def stop() -> AnyResponse:
    """Back to one's own work."""
    visit = identity.current_visit()
    token = stop_acting(session(), visit.session_id, by=visit.actor)
    commit()
    back = identity.home_of(identity.change_token(token).actor)
    return go_to(safe_next(request.form.get("next"), back))


@pages.get("/switch-account", access=signed_in)
def accounts() -> AnyResponse:
    """The accounts that a buyer belongs to."""
    visit = identity.current_visit()
    return render(
        "storefront/switch_account.html",
        accounts=session().execute(accounts_of(visit.actor.id)).all(),
        current_id=visit.actor.account_id,
        brand=brand(),
    )


@pages.post("/switch-account/<int:account_id>", access=signed_in)
def switch(account_id: int) -> AnyResponse:
    visit = identity.current_visit()
    token = switch_account(session(), visit.session_id, account_id, by=visit.actor)
    commit()
    identity.change_token(token)
    return go_to("/")
