"""Warehouses, the days on which they work, and when orders must be in."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask import flash, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.company.frame import MANAGE, WEEKDAYS, Field, Section, form_page, part_page
from admin.frame import Errors, refused_in_place, seller
from admin.typed import text_of, whole_of
from models.company import (
    WarehouseFacts,
    add_warehouse,
    bank_holidays,
    change_warehouse,
    set_closed_days,
)
from models.inventory import ClosedDay, Warehouse
from models.kernel import clock
from models.kernel.errors import NotFound, Refused
from web.access import Pages
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("company_places", __name__, url_prefix="/admin/company/warehouses")
ADDRESS = ("company", "line1", "line2", "city", "postcode", "country")
CODE = Field("code", lazy("Code"), hint=lazy("Short, in capitals; it stands before bins"),
             attrs={"maxlength": 12})  # fmt: skip
SECTIONS = (
    Section(lazy("Warehouse"), (
        Field("name", lazy("Name")),
        Field("company", lazy("Company on the label")),
        Field("line1", lazy("Street")),
        Field("line2", lazy("Second line")),
        Field("city", lazy("Town")),
        Field("postcode", lazy("Postcode")),
        Field("country", lazy("Country, two letters"), attrs={"maxlength": 2}),
    )),
    Section(lazy("Calendar"), (
        Field("weekdays", lazy("Works on"), "checks", options=WEEKDAYS),
        Field("cut_off", lazy("Orders until"), "time",
              hint=lazy("What comes later ships a working day later")),
        Field("lead_time_days", lazy("Working days to pick"), attrs={"inputmode": "numeric"},
              hint=lazy("0: ships the same day")),
        Field("transit_days", lazy("Working days on the road"), attrs={"inputmode": "numeric"}),
        Field("time_zone", lazy("Time zone")),
    )),
)  # fmt: skip


@pages.get("", access=MANAGE)
def page() -> Response:
    """The warehouses."""
    rows = session().scalars(select(Warehouse).order_by(Warehouse.position, Warehouse.id)).all()
    return part_page(
        "admin/company/warehouses.html",
        "warehouses",
        rows=rows,
        closed={row.id: len(_closed_days(row)) for row in rows},
        weekdays=dict(WEEKDAYS),
    )


@pages.get("/new", access=MANAGE)
def new() -> Response:
    """The form for another warehouse."""
    return show_new()


@pages.post("/new", access=MANAGE)
def add() -> Response:
    """Opens it."""

    def act() -> Response:
        warehouse = add_warehouse(session(), _facts(), by=current_actor())
        commit()
        flash(_("%(name)s is open. Say when it is closed.", name=warehouse.name))
        return go_to(url_for("company_places.one", warehouse_id=warehouse.id))

    return refused_in_place(act, show_new)


@pages.get("/<int:warehouse_id>", access=MANAGE)
def one(warehouse_id: int) -> Response:
    """A warehouse and its closed days."""
    return show(warehouse_id)


@pages.post("/<int:warehouse_id>", access=MANAGE)
def save(warehouse_id: int) -> Response:
    """Changes it for what is promised from now on."""

    def act() -> Response:
        change_warehouse(session(), warehouse_id, _facts(), by=current_actor())
        commit()
        flash(_("Saved"))
        return go_to(url_for("company_places.page"))

    return refused_in_place(act, lambda errors, status: show(warehouse_id, errors, status))


@pages.post("/<int:warehouse_id>/closed-days", access=MANAGE)
def close(warehouse_id: int) -> Response:
    """Writes down the days to come on which it is closed."""

    def act() -> Response:
        set_closed_days(session(), warehouse_id, text_of("closed_days"), by=current_actor())
        commit()
        flash(_("Saved"))
        return go_to(url_for("company_places.page"))

    return refused_in_place(act, lambda errors, status: show(warehouse_id, errors, status))


def show_new(errors: Errors | None = None, status: int = 200) -> Response:
    company = seller()
    shown = {
        "company": company.trading_name, "line1": company.address_line_1, "city": company.city,
        "postcode": company.postcode, "country": company.country, "weekdays": "12345",
        "cut_off": "14:00", "lead_time_days": "0", "transit_days": "1",
        "time_zone": company.time_zone,
    }  # fmt: skip
    first = Section(SECTIONS[0].title, (CODE, *SECTIONS[0].fields))
    return form_page(
        "warehouses", (first, *SECTIONS[1:]), shown, action=url_for("company_places.add"),
        back=url_for("company_places.page"), heading=_("New warehouse"), errors=errors,
        status=status,
    )  # fmt: skip


def show(warehouse_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    row = session().get(Warehouse, warehouse_id)  # in scope: warehouses are the company's own
    if row is None:
        raise NotFound("There is no such warehouse.")
    closing = request.method == "POST" and "closed_days" in request.form
    shown: dict[str, Any] = {name: row.address.get(name, "") for name in ADDRESS}
    shown |= {
        "name": row.name, "weekdays": row.weekdays, "cut_off": row.cut_off.strftime("%H:%M"),
        "lead_time_days": str(row.lead_time_days), "transit_days": str(row.transit_days),
        "time_zone": row.time_zone,
    }  # fmt: skip
    days = _closed_days(row)
    holidays = [(day, name) for day, name in bank_holidays(seller()).items()]
    return form_page(
        "warehouses", SECTIONS, shown,
        action=url_for("company_places.save", warehouse_id=warehouse_id),
        back=url_for("company_places.page"), heading=row.name, errors=errors, status=status,
        extra="admin/company/_closed_days.html", warehouse=row,
        closed_days=request.form.get("closed_days", "") if closing else _lines(days),
        is_closing=closing, proposed="" if days else _lines(holidays),
    )  # fmt: skip


def _closed_days(row: Warehouse) -> list[tuple[Any, str]]:
    today = clock.today(row.time_zone)
    found = session().execute(
        select(ClosedDay.day, ClosedDay.name)
        .where(ClosedDay.warehouse_id == row.id, ClosedDay.day >= today)
        .order_by(ClosedDay.day)
    )
    return [(day, name) for day, name in found]


def _lines(days: list[tuple[Any, str]]) -> str:
    return "\n".join(f"{day.isoformat()} {name}".strip() for day, name in days)


def _facts() -> WarehouseFacts:
    lead, transit = whole_of("lead_time_days"), whole_of("transit_days")
    try:
        cut_off = time.fromisoformat(text_of("cut_off"))
    except ValueError:
        raise Refused("Enter the time as 14:00.", field="cut_off") from None
    return WarehouseFacts(
        code=text_of("code").upper(),
        name=text_of("name"),
        address={name: text_of(name) for name in ADDRESS},
        time_zone=text_of("time_zone"),
        cut_off=cut_off,
        weekdays="".join(request.form.getlist("weekdays")),
        lead_time_days=lead or 0,
        transit_days=transit or 0,
    )
