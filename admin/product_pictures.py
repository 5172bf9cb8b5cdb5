"""A product's pictures: adding, saying what is on them, which comes first, taking off."""

from __future__ import annotations

from flask import current_app, flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, picture_of, refused_in_place, today
from admin.typed import text_of
from models import insight
from models.accounts import Permission
from models.catalog import (
    MOST_PICTURES,
    add_picture,
    describe_picture,
    pictures_of,
    show_first,
    take_off_picture,
)
from models.kernel.errors import Refused
from models.kernel.files import FileStore
from web.access import Pages, staff
from web.i18n import _
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages(
    "office_product_pictures", __name__, url_prefix="/admin/products/<int:product_id>/pictures"
)
EDIT = staff(Permission.PRODUCTS_EDIT)


@pages.get("", access=EDIT)
def page(product_id: int) -> Response:
    """The pictures in the order shown, and the form for another."""
    return show(product_id)


@pages.post("", access=EDIT)
def add(product_id: int) -> Response:
    """Takes a picture in."""

    def act() -> Response:
        sent = request.files.get("picture")
        if sent is None or not sent.filename:
            raise Refused(_("Choose a picture first."), field="picture")
        files: FileStore = current_app.extensions["files"]
        add_picture(
            session(), files, product_id, sent.read(), file_name=sent.filename,
            description=text_of("description"), by=current_actor(),
        )  # fmt: skip
        return _done(product_id, _("The picture is there."))

    return refused_in_place(act, lambda errors, status: show(product_id, errors, status))


@pages.post("/<int:image_id>/first", access=EDIT)
def first(product_id: int, image_id: int) -> Response:
    """Lists show this one."""
    show_first(session(), product_id, image_id, by=current_actor())
    return _done(product_id, _("Lists show this picture now."))


@pages.post("/<int:image_id>/description", access=EDIT)
def describe(product_id: int, image_id: int) -> Response:
    """Says what is on it."""
    describe_picture(session(), product_id, image_id, text_of("description"), by=current_actor())
    return _done(product_id, _("Saved"))


@pages.post("/<int:image_id>/remove", access=EDIT)
def remove(product_id: int, image_id: int) -> Response:
    """Takes it off."""
    take_off_picture(session(), product_id, image_id, by=current_actor())
    return _done(product_id, _("The picture is taken off."))


def show(product_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    product = insight.product_by_id(session(), product_id, current_actor(), today=today()).Product
    return office_page(
        "admin/products/pictures.html",
        current="products",
        status=status,
        errors=errors or [],
        product=product,
        pictures=pictures_of(session(), product_id),
        most=MOST_PICTURES,
        picture_of=picture_of,
    )


def _done(product_id: int, said: str) -> Response:
    commit()
    flash(said)
    return go_to(url_for("office_product_pictures.page", product_id=product_id))
