"""Manifests: what has left is listed by service, signed for by the driver, and closed."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.floor.frame import floor_shell, floor_tabs
from admin.frame import Errors, floor_page, refused_in_place, seller
from admin.printing import documents
from admin.typed import text_of, whole_of
from models.accounts import Permission
from models.fulfilment import close_manifest, loads_waiting, manifest_by_id, manifests_made
from web.access import Pages, staff
from web.downloads import pdf
from web.i18n import _
from web.identity import current_actor
from web.limits import EXPORT, limiter
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("floor_manifests", __name__, url_prefix="/floor/manifest")


@pages.get("", access=staff(Permission.SHIP))
def page() -> Response:
    """What stands on no manifest yet, and the manifests closed last."""
    return show()


@pages.post("", access=staff(Permission.SHIP))
def close() -> Response:
    """Closes one: everything that has left that warehouse by that service."""

    def act() -> Response:
        made = close_manifest(
            session(), seller(), whole_of("warehouse_id") or 0, request.form.get("service", ""),
            handed_to=text_of("handed_to"), by=current_actor(),
        )  # fmt: skip
        commit()
        flash(_("%(number)s is closed. Print it and have it signed.", number=made.number))
        return go_to(url_for("floor_manifests.page"))

    return refused_in_place(act, show)


@pages.get("/<int:manifest_id>.pdf", access=staff(Permission.SHIP))
@limiter.limit(EXPORT)
def as_pdf(manifest_id: int) -> Response:
    """The list for the driver's signature; the same however often it is printed."""
    made = manifest_by_id(session(), manifest_id)
    return pdf(documents().manifest(session(), made), f"{made.number}.pdf")


def show(errors: Errors | None = None, status: int = 200) -> Response:
    return floor_page(
        "admin/floor/manifests.html",
        floor_shell(_("Manifest")),
        status=status,
        errors=errors or [],
        tabs=floor_tabs("manifest"),
        loads=loads_waiting(session()),
        made=manifests_made(session()),
    )
