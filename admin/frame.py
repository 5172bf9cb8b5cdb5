"""What the office's frame shows around the pages of users, applications and audit."""

from __future__ import annotations

from flask import request, url_for

from models.accounts import Permission
from web import identity
from web.branding import brand
from web.i18n import _
from web.shell import NavGroup, NavItem, OfficeShell, Person, Strip


def office_frame() -> OfficeShell:
    """The frame for whoever is signed in, with the pages that they may open."""
    visit = identity.current_visit()
    initials = "".join(part[0] for part in visit.actor.name.split()[:2]).upper()
    return OfficeShell(
        brand=brand(_("Back office"), "/admin"),
        person=Person(
            visit.actor.name,
            initials=initials,
            settings_href=url_for("details.page"),
            sign_out_href=url_for("signing_in.stop"),
        ),
        groups=(NavGroup(_people_items(), _("People")),),
        find_href="/admin/find",
        strips=acting_strips(),
    )


def acting_strips() -> tuple[Strip, ...]:
    """The permanent line while staff order for a customer, with its way out."""
    visit = identity.current_visit()
    if visit.actor.acting_for_id is None:
        return ()
    text = _("Ordering for %(account)s", account=visit.account_name)
    leave = url_for("acting.stop")
    return (Strip(text, "acting", "store", _("Leave"), leave, action_posts=True),)


def _people_items() -> tuple[NavItem, ...]:
    actor = identity.current_actor()
    items = (
        (_("Users"), "users.page", "users", Permission.USERS_MANAGE),
        (_("Applications"), "applications.page", "inbox", Permission.ACCOUNTS_APPROVE),
        (_("Audit"), "audit.page", "history", Permission.AUDIT_VIEW),
    )
    return tuple(
        NavItem(label, url_for(page), icon, current=request.endpoint == page)
        for label, page, icon, permission in items
        if actor.can(permission)
    )
