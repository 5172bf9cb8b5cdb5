"""Returning something: from a shipped order, how many of what, and why."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from flask import flash, request, url_for

from models.accounts import Capability
from models.fulfilment import request_return, returnable
from models.kernel.errors import Refused
from models.kernel.quantity import parse_quantity, plain
from models.orders import order_page
from storefront.frame import shop_page
from storefront.shopping import buyer_actor
from web.access import Pages, buyer
from web.i18n import _
from web.pages import go_to
from web.statuses import RETURN_REASONS
from web.transactions import commit, session

pages = Pages("returning", __name__, url_prefix="/orders")


@pages.get("/<number>/return", access=buyer(Capability.PLACE_ORDERS))
def form(number: str) -> Any:
    """What of the order may be returned."""
    return show(number)


@pages.post("/<number>/return", access=buyer(Capability.PLACE_ORDERS))
def ask(number: str) -> Any:
    """Asks for the return, once per form. Refusals keep what was typed."""
    order = order_page(session(), number, buyer_actor()).head.Order
    try:
        made = request_return(
            session(), order.id, asked_units(),
            reason=request.form.get("reason", ""), note=request.form.get("note", ""),
            submission_key=request.form.get("submission_key", "")[:64], by=buyer_actor(),
        )  # fmt: skip
        commit()
    except Refused as refusal:
        session().rollback()
        return show(number, [(each.field or "", _(each.sentence)) for each in refusal.problems])
    flash(_("Return %(number)s is asked for. We tell you by mail what we decide.",
            number=made.number))  # fmt: skip
    return go_to(url_for("orders.order", number=number) + "#returns")


def show(number: str, errors: list[tuple[str, str]] | None = None) -> Any:
    """The form, with what was typed where it was refused."""
    record = order_page(session(), number, buyer_actor())
    left = returnable(session(), record.lines)
    return shop_page(
        "storefront/return.html",
        status=422 if errors else 200,
        number=number,
        order_href=url_for("orders.order", number=number),
        rows=[
            {"id": line.id, "name": line.name, "sku": line.sku, "most": plain(left[line.id]),
             "shipped": plain(line.shipped)}
            for line in record.lines
            if line.id in left
        ],
        reasons=[("", _("Choose")), *RETURN_REASONS.items()],
        typed=request.form,
        key=request.form.get("submission_key") or uuid.uuid4().hex,
        errors=errors or [],
        page_errors=bool(errors),
        wrong=dict(errors or []),
    )  # fmt: skip


def asked_units() -> dict[int, Decimal]:
    """The quantities of the form, by order line."""
    prefix = "quantity-"
    return {
        int(name.removeprefix(prefix)): parse_quantity(text, decimals=3, field=name)
        for name, text in request.form.items()
        if name.startswith(prefix) and name.removeprefix(prefix).isdigit() and text.strip()
    }
