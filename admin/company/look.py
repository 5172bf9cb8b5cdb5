"""Logo and colour."""

from __future__ import annotations

from flask import current_app, flash, request, url_for
from werkzeug.wrappers import Response

from admin.company.frame import MANAGE, part_page
from admin.company.parts import save_facts
from admin.frame import Errors, refused_in_place, seller
from models.company import change_logo, remove_logo
from models.kernel.errors import Refused
from web.access import Pages
from web.branding import logo_address
from web.i18n import _
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("company_look", __name__, url_prefix="/admin/company/look")


@pages.get("", access=MANAGE)
def page() -> Response:
    """The logo as it is, and the colour."""
    return show()


@pages.post("", access=MANAGE)
def save() -> Response:
    """Changes the colour."""
    return refused_in_place(lambda: save_facts("look"), show)


@pages.post("/logo", access=MANAGE)
def upload() -> Response:
    """Puts a new logo on pages and documents."""

    def act() -> Response:
        sent = request.files.get("logo")
        if sent is None or not sent.filename:
            raise Refused("Choose a picture first.", field="logo")
        change_logo(session(), current_app.extensions["files"], sent.read(), sent.filename,
                    by=current_actor())  # fmt: skip
        commit()
        flash(_("The new logo is on your pages and documents."))
        return go_to(url_for("company_look.page"))

    return refused_in_place(act, show)


@pages.post("/logo/remove", access=MANAGE)
def remove() -> Response:
    """Goes back to the name alone."""
    remove_logo(session(), by=current_actor())
    commit()
    flash(_("The logo is taken away."))
    return go_to(url_for("company_look.page"))


def show(errors: Errors | None = None, status: int = 200) -> Response:
    company = seller()
    return part_page(
        "admin/company/look.html",
        "look",
        errors=errors,
        status=status,
        logo=logo_address(session(), company),
        colour=request.form.get("brand_colour", company.brand_colour),
        version=company.version,
    )
