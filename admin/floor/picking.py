"""Picking: bin, item, count. A wrong scan is refused at once and nothing is counted.

How far a line is scanned stands in the address (`at`, `counted`), so that a crashed scanner goes
on exactly where it stopped; nothing is recorded before the line is whole or short.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from admin.floor.frame import picking_shell
from admin.floor.scans import right_bin, units_of_item
from admin.frame import Errors, floor_page, picture_of, refused_in_place
from models.accounts import Permission, notes_of_kind
from models.catalog import notes_at_lines
from models.fulfilment import (
    SHORT_REASONS,
    confirm_all,
    confirm_pick,
    pick_list_head,
    pick_list_lines,
)
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.quantity import parse_quantity
from web.access import Pages, staff
from web.forms import Form, SelectField
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("floor_picking", __name__, url_prefix="/floor/pick")


class ScanForm(Form):
    line = HiddenField()
    at = HiddenField()
    counted = HiddenField()
    code = StringField(
        lazy("Scanned code"), [InputRequired(lazy("Scan a code first.")), Length(max=80)]
    )


class CountForm(Form):
    line = HiddenField()
    quantity = StringField(
        lazy("Quantity"), [InputRequired(lazy("Type how many you took.")), Length(max=12)]
    )
    short_reason = SelectField(lazy("If fewer: why?"), choices=[], validate_choice=False)


@dataclass(frozen=True)
class Place:
    """Where a picker stands: at the bin or at the item of a line, with so many units scanned."""

    line: Any
    at: str
    counted: Decimal


@pages.get("/<int:id>", access=staff(Permission.PICK))
def page(id: int) -> Response:
    """The bin to go to now; after the last line, the way on to packing."""
    return show(id)


@pages.post("/<int:id>/scan", access=staff(Permission.PICK))
def scan(id: int) -> Response:
    """Takes one scan: the bin first, then the item, pack by pack until the line is whole."""

    def act() -> Response:
        form = ScanForm()
        form.require_valid()
        place = _place(id, request.form)
        if place.at == "bin":
            right_bin(form.code.data or "", place.line)
            return go_to(_href(id, place.line, "item", Decimal(0)))
        counted = place.counted + units_of_item(session(), form.code.data or "", place.line)
        if counted > place.line.quantity:
            raise Refused(_("That is more than this line asks for. Put it back."), field="code")
        if counted < place.line.quantity:
            return go_to(_href(id, place.line, "item", counted))
        return _confirmed(id, place.line.id, counted, "")

    return refused_in_place(act, lambda errors, status: show(id, errors, status))


@pages.post("/<int:id>/count", access=staff(Permission.PICK))
def count(id: int) -> Response:
    """Records a typed count; fewer than asked needs a reason."""

    def act() -> Response:
        form = CountForm()
        form.require_valid()
        line_id = _line_id(request.form)
        units = parse_quantity(form.quantity.data or "", decimals=3)
        return _confirmed(id, line_id, units, form.short_reason.data or "")

    return refused_in_place(act, lambda errors, status: show(id, errors, status))


@pages.post("/<int:id>/all", access=staff(Permission.PICK))
def everything(id: int) -> Response:
    """Records every line left as picked in full: for those who pick from paper."""

    def act() -> Response:
        confirm_all(session(), id, by=current_actor())
        commit()
        return go_to(url_for("floor_picking.page", id=id))

    return refused_in_place(act, lambda errors, status: show(id, errors, status))


def show(id: int, errors: Errors | None = None, status: int = 200) -> Response:
    """The line to pick now with the next ones; a refused scan as a red block above all."""
    head = pick_list_head(session(), id)
    lines = pick_list_lines(session(), id)
    left = [line for line in lines if line.finished_at is None]
    shell = picking_shell(head, done=len(lines) - len(left), total=len(lines))
    if not left:
        return floor_page(
            "admin/floor/picked.html",
            shell,
            status=status,
            errors=errors or [],
            head=head,
            lines=lines,
        )
    place = _current(left)
    return floor_page(
        "admin/floor/pick.html",
        shell,
        status=status,
        errors=errors or [],
        head=head,
        place=place,
        line=place.line,
        after=[line for line in left if line.id != place.line.id][:4],
        left=len(left),
        notes=notes_of_kind(
            session(), "picking", head.account_id, head.ship_to_address_id, head.order_id
        ),
        told=notes_at_lines(session(), "picking", [place.line.product_id]),
        scan_form=ScanForm(formdata=None),
        count_form=_count_form(place),
        reasons=[(reason, _(reason)) for reason in SHORT_REASONS],
        picture_of=picture_of,
    )


def _count_form(place: Place) -> CountForm:
    form = CountForm()
    form.short_reason.choices = [("", _("Nothing is missing"))] + [
        (reason, _(reason)) for reason in SHORT_REASONS
    ]
    if not form.quantity.data:
        form.quantity.data = f"{place.line.quantity.normalize():f}"
    return form


def _confirmed(id: int, line_id: int, units: Decimal, short_reason: str) -> Response:
    line = confirm_pick(
        session(), id, line_id, units, by=current_actor(), short_reason=short_reason
    )
    commit()
    if line.short_reason:
        flash(_("Short pick recorded; the rest is a backorder now."))
    return go_to(url_for("floor_picking.page", id=id))


def _current(left: list[Any]) -> Place:
    """Where the address says the picker stands; else at the bin of the first line left."""
    values = request.form if request.method == "POST" else request.args
    wanted = values.get("line", "")
    line = next((each for each in left if str(each.id) == wanted), left[0])
    if str(line.id) != wanted:
        return Place(line, "bin", Decimal(0))
    return Place(line, "item" if values.get("at") == "item" else "bin", _counted(values, line))


def _place(id: int, values: Any) -> Place:
    lines = pick_list_lines(session(), id)
    line = next((each for each in lines if each.id == _line_id(values)), None)
    if line is None:
        raise NotFound("This line is not on the pick list.")
    if line.finished_at is not None:
        raise Conflict(_("This line has been picked already."))
    return Place(line, "item" if values.get("at") == "item" else "bin", _counted(values, line))


def _line_id(values: Any) -> int:
    text = values.get("line", "")
    if not text.isascii() or not text.isdigit():
        raise NotFound("This line is not on the pick list.")
    return int(text)


def _counted(values: Any, line: Any) -> Decimal:
    try:
        counted = parse_quantity(values.get("counted", ""), decimals=3)
    except Refused:
        return Decimal(0)
    return counted if counted < line.quantity else Decimal(0)


def _href(id: int, line: Any, at: str, counted: Decimal) -> str:
    return url_for("floor_picking.page", id=id, line=line.id, at=at, counted=f"{counted:f}")
