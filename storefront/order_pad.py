"""The order pad: quick order and cart in one page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import flash, request, url_for

from models.accounts import CANCEL_REST, Capability
from models.checkout import (
    Cart,
    LineChange,
    PadRow,
    Sums,
    beside_lines,
    cancels_short,
    choice_for_short,
    choose,
    earliest_ship_date,
    empty_cart,
    line_on_pad,
    pads_aside,
    proposed_line,
    rename,
    set_quantity,
    stored_sums,
    sums_of,
    take_up,
    undecided_rows,
)
from models.kernel.errors import Conflict, Problem, Refused
from models.kernel.quantity import parse_quantity
from models.orders import recent_orders
from storefront.frame import cart_summary, shop_page
from storefront.pad_figures import figures_view
from storefront.pad_view import (
    heading_of,
    line_view,
    pad_view,
    part_after,
    proposal_of,
    summary_view,
)
from storefront.shopping import (
    buyer_actor,
    current_shopper,
    open_cart,
    own_day,
    read_shopper_again,
)
from web.access import Pages, buyer
from web.decisions import decision_views
from web.i18n import _, ngettext
from web.order_forms import ChoicesForm
from web.pages import go_to, render, wants_fragment
from web.presenting import day_in_words, money
from web.transactions import commit, session

pages = Pages("order_pad", __name__, url_prefix="/order")
WAYS = ("type", "paste", "file", "past")


@pages.get("", access=buyer(Capability.PLACE_ORDERS))
def pad() -> Any:
    """The pad of the account and person."""
    return pad_page()


def pad_page(problems: list[Problem] | None = None, status: int = 200, text: str = "") -> Any:
    """The pad, with what was wrong where something was."""
    shopper = current_shopper()
    way = request.args.get("add", "paste" if text else "type")
    beside = beside_lines(session(), shopper.place.account.id, shopper.cart)
    view = None
    if shopper.cart and shopper.cart.line_count:
        view = pad_view(
            shopper, shopper.cart, proposal_of(shopper, shopper.cart), beside,
            whole=request.args.get("lines") == "all",
            named={each.field or "" for each in problems or []},
        )  # fmt: skip
    return shop_page(
        "storefront/pad.html",
        status=status,
        view=view,
        cart=shopper.cart,
        heading=view.heading if view else "",
        way=way if way in WAYS else "type",
        ways=_ways(way),
        decisions=decision_views(beside.questions),
        zone=shopper.seller.time_zone,
        past=recent_orders(session(), buyer_actor()) if way == "past" or view is None else [],
        aside=_aside() if way == "past" or view is None else [],
        pasted=text,
        errors=[(each.field or "", each.sentence) for each in problems or []],
        page_errors=bool(problems),
    )


@pages.get("/lines", access=buyer(Capability.PLACE_ORDERS))
def more_lines() -> Any:
    """The next lines of a long pad, to be appended."""
    shopper = current_shopper()
    if shopper.cart is None or not wants_fragment():
        return go_to(url_for("order_pad.pad", lines="all"))
    after = request.args.get("after", 0, type=int)
    part = part_after(after, proposal_of(shopper, shopper.cart), shopper)
    return render("storefront/_more_lines.html", part=part)


@pages.post("/lines/<int:line_id>", access=buyer(Capability.PLACE_ORDERS))
def change_line(line_id: int) -> Any:
    """Changes a line's quantity; answers with the row and the figures."""
    cart = open_cart()
    row = line_on_pad(session(), cart, line_id)
    named = f"quantity-{row.product.id}"  # the whole pad may be sent along, other rows' fields too
    typed = request.form.get(named) or request.form.get("quantity", "")
    try:
        change = _set_line(cart, row, typed)
        answer = _changed_line(cart, row, change)
        commit()
    except (Refused, Conflict) as refused:
        session().rollback()
        return _refused_line(line_id, refused, typed)
    return answer


@pages.post("/lines/<int:line_id>/remove", access=buyer(Capability.PLACE_ORDERS))
def remove_line(line_id: int) -> Any:
    """Takes a line off the pad; the answer offers to undo it."""
    cart = open_cart()
    row = line_on_pad(session(), cart, line_id)
    product = row.product
    undo = {"name": product.name, "product_id": product.id, "quantity": row.line.quantity}
    change = _set(cart, row, Decimal(0))
    if not wants_fragment():
        flash(_("%(name)s was taken off.", name=product.name))
    if not wants_fragment() or not cart.line_count:
        answer = go_to(url_for("order_pad.pad"))
    else:
        sums = sums_of(session(), cart, current_shopper().place, change.tally)
        answer = render("storefront/_removed_line.html", undo=undo, **_figures(cart, sums))
        answer.headers["HX-Reswap"] = "delete"
    commit()
    return answer


@pages.post("/details", access=buyer(Capability.PLACE_ORDERS))
def change_details() -> Any:
    """Keeps what was chosen for the order; answers with the summary, or with the whole pad where
    its lines say something else now."""
    form = ChoicesForm()
    form.require_valid()
    cart = open_cart()
    served = current_shopper().ship_to
    before = served.id if served else None, _waits_for_short(cart)
    choose(session(), cart, form.choices(), today=current_shopper().today)
    commit()
    if not wants_fragment() or before != (cart.ship_to_id, _waits_for_short(cart)):
        return go_to(url_for("order_pad.pad"))
    shopper = read_shopper_again()
    sums = stored_sums(session(), cart, shopper.place)
    beside = beside_lines(session(), shopper.place.account.id, cart)
    summary = summary_view(shopper, cart, sums, beside)
    return render("storefront/_pad_summary.html", summary=summary, errors=[])


def _waits_for_short(cart: Cart) -> bool:
    return choice_for_short(cart, current_shopper().place.account) != CANCEL_REST


@pages.post("/name", access=buyer(Capability.PLACE_ORDERS))
def name_pad() -> Any:
    """Gives the pad a name."""
    rename(session(), open_cart(), request.form.get("name", ""))
    commit()
    return go_to(url_for("order_pad.pad"))


@pages.post("/pads/<int:cart_id>", access=buyer(Capability.PLACE_ORDERS))
def take_up_pad(cart_id: int) -> Any:
    """Goes on with a pad that was set aside."""
    take_up(session(), cart_id, current_shopper().place.account.id, by=buyer_actor())
    commit()
    return go_to(url_for("order_pad.pad"))


@pages.post("/empty", access=buyer(Capability.PLACE_ORDERS))
def empty() -> Any:
    """Takes every line off the pad."""
    empty_cart(session(), open_cart())
    commit()
    flash(_("The order pad is empty."))
    return go_to(url_for("order_pad.pad"))


def _set_line(cart: Cart, row: PadRow, typed: str) -> LineChange:
    quantity = parse_quantity(typed, decimals=row.product.quantity_decimals)
    return _set(cart, row, quantity, request.form.get("version", type=int))


def _set(
    cart: Cart,
    row: PadRow,
    quantity: Decimal,
    version: int | None = None,
) -> LineChange:
    shopper = current_shopper()
    return set_quantity(
        session(), cart, row.product, quantity, context=shopper.context,
        warehouse_ids=shopper.warehouse_ids, by=buyer_actor(), line=row.line,
        version=version, entered_unit=row.line.entered_unit,
    )  # fmt: skip


def _changed_line(cart: Cart, row: PadRow, change: LineChange) -> Any:
    """The row and the figures, from what the change itself has read and before it is committed:
    asked afterwards, the database would have to be met again."""
    if not wants_fragment() or not cart.line_count:
        return go_to(url_for("order_pad.pad"))
    shopper = current_shopper()
    sums = sums_of(session(), cart, shopper.place, change.tally)
    if change.line is None:
        answer = render("storefront/_changed_line.html", line=None, **_figures(cart, sums))
        answer.headers["HX-Reswap"] = "delete"
        return answer
    earliest = earliest_ship_date(cart, shopper.place)
    item = proposed_line(
        row, change.price, sums.taxes, {row.product.id: change.outlook}, shopper.place, earliest,
        cancels=cancels_short(session(), cart, shopper.place, earliest),
    )  # fmt: skip
    line = line_view(item, shopper)
    return render("storefront/_changed_line.html", line=line, **_figures(cart, sums))


def _refused_line(line_id: int, refused: Refused | Conflict, typed: str) -> Any:
    """The row as it is now, with what was typed and why it was not taken."""
    if not wants_fragment():
        flash(refused.sentence, "error")
        return go_to(url_for("order_pad.pad"))
    shopper = read_shopper_again()
    cart = shopper.cart
    if cart is None or not cart.line_count:
        return go_to(url_for("order_pad.pad"))
    is_stale = isinstance(refused, Conflict)
    proposal = proposal_of(shopper, cart)
    item = next((each for each in proposal.lines if each.line.id == line_id), None)
    line = item and line_view(
        item, shopper, refusal=refused.sentence, typed="" if is_stale else typed
    )
    answer = render(
        "storefront/_changed_line.html", status=409 if is_stale else 422, line=line,
        **_figures(cart, proposal.sums, len(undecided_rows(session(), cart))),
    )  # fmt: skip
    if line is None:
        answer.headers["HX-Reswap"] = "delete"
    return answer


def _figures(cart: Cart, sums: Sums, undecided: int | None = None) -> dict[str, Any]:
    """What shows the pad's figures, after a change."""
    shopper = current_shopper()
    undecided = sums.tally.undecided if undecided is None else undecided
    return {
        "figures": figures_view(shopper, cart, sums, undecided),
        "head": cart_summary(shopper),
        "heading": heading_of(cart),
    }


def _aside() -> list[dict[str, Any]]:
    """The pads that wait beside this one."""
    shopper = current_shopper()
    return [
        {
            "name": row.name or _("Pad of %(day)s", day=day_in_words(own_day(row.changed_at))),
            "note": ngettext("%(num)s line", "%(num)s lines", row.line_count),
            "total": money(row.goods_amount, shopper.currency),
            "href": url_for("order_pad.take_up_pad", cart_id=row.id),
        }
        for row in pads_aside(session(), shopper.place.account.id, buyer_actor())
    ]


def _ways(current: str) -> list[dict[str, Any]]:
    names = {
        "type": (_("Type or scan"), "scan-barcode"), "paste": (_("Paste"), "clipboard-paste"),
        "file": (_("File"), "upload"), "past": (_("Past order"), "history"),
    }  # fmt: skip
    return [
        {"label": label, "icon": icon, "href": url_for("order_pad.pad", add=way),
         "current": way == (current if current in WAYS else "type")}
        for way, (label, icon) in names.items()
    ]  # fmt: skip
