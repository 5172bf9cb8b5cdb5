"""Carriage zones, and the charges on small orders and split packs."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.company.frame import MANAGE, Field, Section, form_page, part_page, typed_or
from admin.frame import Errors, refused_in_place, seller
from admin.typed import optional_price_of, text_of, ticked, whole_of
from models.checkout import MINIMUM_ORDER, SMALL_ORDER_CHARGE, SPLIT_PACK_CHARGE
from models.company import ZoneFacts, add_zone, change_zone
from models.kernel import settings
from models.kernel.errors import NotFound, Refused
from models.kernel.money import ZERO
from models.kernel.quantity import plain
from models.pricing import CarriageZone
from web.access import Pages
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("company_charges", __name__, url_prefix="/admin/company/charges")
CODE = Field("code", lazy("Code"), hint=lazy("Short, such as UK"), attrs={"maxlength": 16})
MONEY = {"inputmode": "decimal", "autocomplete": "off"}
SMALL = (
    Section(lazy("Small orders"), (
        Field("minimum", lazy("Minimum order value"), attrs=MONEY,
              hint=lazy("Without tax and carriage; empty: none")),
        Field("charge", lazy("Charge below it"), attrs=MONEY),
    )),
    Section(lazy("Split packs"), (
        Field("split_pack", lazy("Charge for each line"), attrs=MONEY,
              hint=lazy("Proposed where the desk sells otherwise than by the pack; empty: none")),
    )),
)  # fmt: skip
SETTINGS = (
    ("minimum", MINIMUM_ORDER), ("charge", SMALL_ORDER_CHARGE), ("split_pack", SPLIT_PACK_CHARGE),
)  # fmt: skip
ZONE = (
    Section(lazy("Where"), (
        Field("name", lazy("Name"), hint=lazy("As buyers read it: mainland UK")),
        Field("countries", lazy("Countries"), hint=lazy("Two letters each: GB, IE")),
        Field("postcode_prefixes", lazy("Postcodes beginning with"),
              hint=lazy("Empty: all of these countries. Else such as IV, HS, ZE")),
    )),
    Section(lazy("What it costs"), (
        Field("flat_charge", lazy("Carriage per order"), attrs=MONEY),
        Field("free_over", lazy("Free from"), attrs=MONEY, hint=lazy("Empty: never free")),
        Field("transit_days", lazy("Working days on the road"), attrs={"inputmode": "numeric"}),
        Field("is_active", lazy("In use"), "checkbox"),
    )),
)  # fmt: skip


@pages.get("", access=MANAGE)
def page() -> Response:
    """The zones and the charges on small orders and split packs."""
    return show_all()


@pages.post("", access=MANAGE)
def save_small() -> Response:
    """Changes the charges on small orders and split packs."""

    def act() -> Response:
        for name, setting in SETTINGS:
            amount = optional_price_of(name) or ZERO
            if not 0 <= amount <= 9_999_999:
                raise Refused("Type an amount of at least 0.", field=name)
            if settings.get(session(), setting) != amount:
                settings.change(session(), setting, amount, by=current_actor())
        return _saved()

    return refused_in_place(act, show_all)


@pages.get("/zones/new", access=MANAGE)
def new() -> Response:
    """The form for another zone."""
    return show_new()


@pages.post("/zones/new", access=MANAGE)
def add() -> Response:
    """Adds it."""

    def act() -> Response:
        add_zone(session(), text_of("code"), _facts(), by=current_actor())
        return _saved()

    return refused_in_place(act, show_new)


@pages.get("/zones/<int:zone_id>", access=MANAGE)
def one(zone_id: int) -> Response:
    """A zone as a form."""
    return show(zone_id)


@pages.post("/zones/<int:zone_id>", access=MANAGE)
def save(zone_id: int) -> Response:
    """Changes it for the orders to come."""

    def act() -> Response:
        change_zone(session(), zone_id, _facts(), by=current_actor())
        return _saved()

    return refused_in_place(act, lambda errors, status: show(zone_id, errors, status))


def show_all(errors: Errors | None = None, status: int = 200) -> Response:
    shown = {
        name: plain(amount) if (amount := settings.get(session(), setting)) else ""
        for name, setting in SETTINGS
    }
    return part_page(
        "admin/company/charges.html",
        "charges",
        errors=errors,
        status=status,
        zones=session().scalars(select(CarriageZone).order_by(CarriageZone.id)).all(),
        sections=SMALL,
        typed=typed_or(SMALL, shown),
    )


def show_new(errors: Errors | None = None, status: int = 200) -> Response:
    first = Section(ZONE[0].title, (CODE, *ZONE[0].fields))
    shown = {"countries": seller().country, "transit_days": "1", "is_active": "1"}
    return form_page(
        "charges", (first, *ZONE[1:]), shown, action=url_for("company_charges.add"),
        back=url_for("company_charges.page"), heading=_("New carriage zone"), errors=errors,
        status=status,
    )  # fmt: skip


def show(zone_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    row = session().get(CarriageZone, zone_id)  # in scope: zones are the company's own
    if row is None:
        raise NotFound("There is no such zone.")
    shown: dict[str, Any] = {
        "name": row.name, "countries": ", ".join(row.countries),
        "postcode_prefixes": ", ".join(row.postcode_prefixes),
        "flat_charge": plain(row.flat_charge),
        "free_over": "" if row.free_over is None else plain(row.free_over),
        "transit_days": row.transit_days, "is_active": "1" if row.is_active else "",
    }  # fmt: skip
    return form_page(
        "charges", ZONE, shown, action=url_for("company_charges.save", zone_id=zone_id),
        back=url_for("company_charges.page"), heading=row.code, errors=errors, status=status,
    )  # fmt: skip


def _saved() -> Response:
    commit()
    flash(_("Saved. It holds for the orders to come."))
    return go_to(url_for("company_charges.page"))


def _facts() -> ZoneFacts:
    charge = optional_price_of("flat_charge")
    if charge is None:
        raise Refused("Type the carriage; 0 where there is none.", field="flat_charge")
    return ZoneFacts(
        name=text_of("name"),
        countries=_listed("countries"),
        postcode_prefixes=_listed("postcode_prefixes"),
        flat_charge=charge,
        free_over=optional_price_of("free_over"),
        transit_days=whole_of("transit_days") or 0,
        is_active=ticked("is_active"),
    )


def _listed(name: str) -> list[str]:
    return [each.upper() for each in re.split(r"[\s,;]+", text_of(name)) if each]
