"""The floor's frame and its three lists."""

from __future__ import annotations

from typing import Any

from flask import url_for
from markupsafe import Markup, escape

from admin.frame import address, mail_strips, person, waiting
from models.accounts import Permission
from web.i18n import _
from web.identity import current_actor
from web.shell import FloorShell


def floor_shell(title: str, *, subtitle: str = "", back: str = "") -> FloorShell:
    """The frame of a list; `back` is where its cross leads."""
    return FloorShell(
        title=title, person=person(), subtitle=subtitle, back_href=back, strips=mail_strips()
    )


def picking_shell(head: Any, *, done: int, total: int) -> FloorShell:
    """The frame of a pick list, with how far it is."""
    return FloorShell(
        title=f"{head.number}, {head.order_number}",
        subtitle=head.account_name,
        person=person(),
        back_href=url_for("floor_lists.page"),
        done=done,
        total=total,
        progress_text=escape(_("%(done)s of %(total)s lines"))
        % {"done": Markup("<b>{}</b>").format(done), "total": total},
    )


def floor_tabs(current: str) -> list[dict[str, Any]]:
    """Pick, pack and ship with what waits, as far as this person may; and the way to the office."""
    counts, actor = waiting(), current_actor()
    entries = [
        ("pick", _("Pick"), "floor_lists.page", counts.pick_lists, Permission.PICK),
        ("pack", _("Pack"), "floor_packing.waiting", counts.to_pack, Permission.SHIP),
        ("ship", _("Ship"), "floor_shipping.page", counts.to_ship, Permission.SHIP),
        ("manifest", _("Manifest"), "floor_manifests.page", counts.to_manifest, Permission.SHIP),
        ("office", _("Office"), "office_today.page", None, Permission.OFFICE_VIEW),
    ]
    return [
        {"label": words, "href": address(endpoint), "count": count, "current": key == current}
        for key, words, endpoint, count, permission in entries
        if actor.can(permission)
    ]
