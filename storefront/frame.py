"""What the shop's frame shows around the company pages."""

from __future__ import annotations

from flask import current_app, url_for

from models.accounts import Capability
from web import identity
from web.branding import brand
from web.i18n import _
from web.shell import NavItem, Person, ShopShell, Strip


def shop_frame() -> ShopShell:
    """The frame for whoever is signed in: their account, and the menu of what they may do."""
    visit = identity.current_visit()
    return ShopShell(
        brand=brand(),
        person=Person(visit.actor.name, sign_out_href=url_for("signing_in.stop")),
        account_name=visit.account_name,
        search_href=_address("search.page", "/search"),
        account_menu=account_menu(),
        strips=acting_strips(),
    )


def account_menu() -> tuple[NavItem, ...]:
    """The links of the account menu that this person may follow."""
    visit = identity.current_visit()
    items = [(_("Your details"), "details.page", "circle-user-round", True)]
    items += [
        (_("Users"), "company_users.page", "users", visit.actor.can(Capability.MANAGE_USERS)),
        (
            _("Addresses"), "company_addresses.page", "map-pin",
            visit.actor.can(Capability.MANAGE_ADDRESSES),
        ),
        (_("Change company"), "acting.accounts", "store", visit.account_count > 1),
    ]  # fmt: skip
    return tuple(NavItem(label, url_for(page), icon) for label, page, icon, ok in items if ok)


def acting_strips() -> tuple[Strip, ...]:
    """The permanent line while staff order for a customer, with its way out."""
    visit = identity.current_visit()
    if visit.actor.acting_for_id is None:
        return ()
    text = _("Ordering for %(account)s", account=visit.account_name)
    leave = url_for("acting.stop")
    return (Strip(text, "acting", "store", _("Leave"), leave, action_posts=True),)


def _address(endpoint: str, otherwise: str) -> str:
    return url_for(endpoint) if endpoint in current_app.view_functions else otherwise
