"""Packing: what goes in which carton, what each weighs; labels to stick on."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.floor.frame import floor_shell, floor_tabs
from admin.frame import Errors, floor_page, picture_of, refused_in_place
from admin.printing import documents
from models.accounts import Permission
from models.fulfilment import (
    CartonSpec,
    Shipment,
    carton_rows,
    pack,
    shipment_contents,
    shipment_head,
    unpack,
    waiting_shipments,
)
from models.kernel.errors import NotFound, Refused
from models.kernel.quantity import parse_quantity
from web.access import Pages, staff
from web.downloads import pdf
from web.i18n import _
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("floor_packing", __name__, url_prefix="/floor/pack")
MOST_CARTONS = 50
LARGEST = Decimal(100_000)


@pages.get("", access=staff(Permission.SHIP))
def waiting() -> Response:
    """What is picked and waits for a carton."""
    return floor_page(
        "admin/floor/packing.html",
        floor_shell(_("Pack")),
        tabs=floor_tabs("pack"),
        rows=waiting_shipments(session(), "packing"),
    )


@pages.get("/<int:shipment_id>", access=staff(Permission.SHIP))
def page(shipment_id: int) -> Response:
    """The cartons to fill; once packed, the labels and the way on."""
    return show(shipment_id)


@pages.post("/<int:shipment_id>", access=staff(Permission.SHIP))
def record(shipment_id: int) -> Response:
    """Records the cartons; `one` packs all in one, `add` gives one more carton to fill."""
    if "add" in request.form:
        return show(shipment_id)

    def act() -> Response:
        specs = [] if "one" in request.form else _specs(shipment_id)
        shipment = pack(session(), shipment_id, specs, by=current_actor())
        commit()
        flash(_("%(number)s is packed", number=shipment.number))
        return go_to(url_for("floor_packing.page", shipment_id=shipment_id))

    return refused_in_place(act, lambda errors, status: show(shipment_id, errors, status))


@pages.post("/<int:shipment_id>/open", access=staff(Permission.SHIP))
def open_again(shipment_id: int) -> Response:
    """Opens packed goods again; their labels are void."""

    def act() -> Response:
        unpack(session(), shipment_id, by=current_actor())
        commit()
        return go_to(url_for("floor_packing.page", shipment_id=shipment_id))

    return refused_in_place(act, lambda errors, status: show(shipment_id, errors, status))


@pages.get("/<int:shipment_id>/labels.pdf", access=staff(Permission.SHIP))
def labels(shipment_id: int) -> Response:
    """The labels of all parcels at one go."""
    shipment = session().get(Shipment, shipment_id)  # in scope: the floor packs for everybody
    if shipment is None or not carton_rows(session(), shipment_id):
        raise NotFound("This shipment has no parcels yet.")
    return pdf(documents().labels_content(session(), shipment), f"labels-{shipment.number}.pdf")


def show(shipment_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    head = shipment_head(session(), shipment_id)
    contents = shipment_contents(session(), shipment_id)
    is_open = head.state == "packing"
    return floor_page(
        "admin/floor/pack.html" if is_open else "admin/floor/packed.html",
        floor_shell(head.number, subtitle=head.account_name, back=url_for("floor_packing.waiting")),
        status=status,
        errors=errors or [],
        head=head,
        contents=contents,
        cartons=_typed_cartons(contents) if is_open else carton_rows(session(), shipment_id),
        picture_of=picture_of,
    )


def _typed_cartons(contents: Any) -> list[dict[str, Any]]:
    """The cartons as typed so far; the first one holds everything to begin with."""
    count = min(MOST_CARTONS, _carton_count() + ("add" in request.form))
    cartons = []
    for index in range(1, count + 1):
        begins = index == 1 and request.method == "GET"
        units = {
            line.id: f"{line.quantity.normalize():f}" if begins else _typed(index, line.id)
            for line in contents
        }
        sizes = {name: _typed(index, name) for name in ("weight", "length", "width", "height")}
        proposed = _proposed_weight(contents, units)
        if _is_proposed(index):
            sizes["weight"] = proposed
        cartons.append({"index": index, "units": units, "proposed": proposed, **sizes})
    return cartons


def _is_proposed(index: int) -> bool:
    """Whether nobody typed a weight: then it follows what is in the carton."""
    return _typed(index, "weight").strip() in ("", _typed(index, "proposed"))


def _proposed_weight(contents: Any, units: dict[int, str]) -> str:
    """Kilograms of the products in a carton; empty where there is nothing to weigh."""
    grams = Decimal(0)
    for line in contents:
        try:
            grams += line.weight_grams * parse_quantity(units[line.id], decimals=3)
        except Refused:
            continue
    return f"{grams / 1000:.2f}" if grams else ""


def _carton_count() -> int:
    text = request.form.get("cartons", "1")
    return max(1, min(MOST_CARTONS, int(text))) if text.isascii() and text.isdigit() else 1


def _specs(shipment_id: int) -> list[CartonSpec]:
    contents = shipment_contents(session(), shipment_id)
    return [
        CartonSpec(
            contents={
                line.id: parse_quantity(
                    _typed(index, line.id), decimals=3, field=f"c{index}-{line.id}"
                )
                for line in contents
            },
            weight_grams=_grams(index, contents),
            length_mm=_measure(index, "length", 10),
            width_mm=_measure(index, "width", 10),
            height_mm=_measure(index, "height", 10),
        )
        for index in range(1, _carton_count() + 1)
    ]


def _grams(index: int, contents: Any) -> int:
    if not _is_proposed(index):
        return _measure(index, "weight", 1000)
    units = {line.id: _typed(index, line.id) for line in contents}
    return int(Decimal(_proposed_weight(contents, units) or 0) * 1000)


def _measure(index: int, name: str, factor: int) -> int:
    """Kilograms or centimetres as typed, in grams or millimetres."""
    text = _typed(index, name).strip().replace(",", ".")
    if not text:
        return 0
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or value < 0 or value > LARGEST:
        raise Refused(_("Enter a measure such as 12.5."), field=f"c{index}-{name}")
    return int(value * factor)


def _typed(index: int, name: Any) -> str:
    return request.form.get(f"c{index}-{name}", "")
