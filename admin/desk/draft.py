"""One draft: rows typed, pasted and answered, what the account is told, and the placed order."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from admin.desk.account import account_panels
from admin.desk.frame import OpenDraft, open_draft
from admin.desk.starting import SOURCE_NAMES, age_of
from admin.desk.view import draft_view, payments, row_addresses
from admin.frame import Errors, office_page, refused_in_place
from models.accounts import Permission
from models.checkout import (
    Outcome,
    TypedRow,
    add_rows,
    alerts_of,
    choose,
    decide,
    drop_unknown,
    line_on_pad,
    name_caller,
    open_drafts,
    order_of_draft,
    place_draft,
    read_alerts,
    read_mail,
    sell_as_asked,
    set_quantity,
    undecided_rows,
    use_product,
)
from models.kernel.errors import Conflict, Refused
from models.kernel.quantity import parse_quantity
from web.access import Pages, staff
from web.i18n import _, ngettext
from web.identity import current_actor
from web.order_forms import ChoicesForm, PlaceForm
from web.pages import go_to, wants_fragment
from web.transactions import commit, session

pages = Pages("desk_draft", __name__, url_prefix="/admin/desk/<int:draft_id>")
TAKES = Permission.ORDERS_TAKE
DROP_UNKNOWN = "drop-unknown"


class DetailsForm(ChoicesForm):
    """What is said of the whole order; an order placed sends what was shown along."""

    caller = StringField(validators=[Length(max=80)])
    source = StringField(default="phone")


class PlaceDraftForm(DetailsForm, PlaceForm):
    """The order as it was read back."""


@pages.get("", access=staff(TAKES))
def page(draft_id: int) -> Response:
    """The draft; the order where it has been placed."""
    if number := order_of_draft(session(), draft_id, current_actor()):
        return go_to(url_for("office_order.page", number=number))
    return show(draft_id)


@pages.post("/add", access=staff(TAKES))
def add(draft_id: int) -> Response:
    """One row: a code and a quantity. What does not fit becomes a question beside the rows."""

    def act(draft: OpenDraft) -> str:
        code = request.form.get("code", "").strip()
        if not code:
            raise Refused(_("Type a product, SKU, barcode or their own code."), field="code")
        row = TypedRow(0, code, request.form.get("quantity", "").strip())
        add_rows(session(), draft.cart, [row], draft.shopper(), by=draft.by)
        return ""

    return _changed(draft_id, act)


@pages.post("/paste", access=staff(TAKES))
def paste(draft_id: int) -> Response:
    """The lines of a mail: a code and a quantity in each."""

    def act(draft: OpenDraft) -> str:
        mail = read_mail(session(), request.form.get("rows", ""), draft.account.id)
        if not mail.rows:
            raise Refused(_("No line of this names a product. Each needs a code."), field="rows")
        outcome = add_rows(session(), draft.cart, mail.rows, draft.shopper(), by=draft.by)
        return _told(outcome, mail.left_out)

    return _changed(draft_id, act)


@pages.post("/rows/<int:line_id>", access=staff(TAKES))
def change_line(draft_id: int, line_id: int) -> Response:
    """Another quantity for a row; 0 takes it off."""

    def act(draft: OpenDraft) -> str:
        row, shopper = line_on_pad(session(), draft.cart, line_id), draft.shopper()
        typed = request.form.get(f"quantity-{line_id}") or request.form.get("quantity", "")
        quantity = parse_quantity(
            request.form.get("set") or typed, decimals=row.product.quantity_decimals,
            field=f"quantity-{line_id}",
        )  # fmt: skip
        set_quantity(
            session(), draft.cart, row.product, quantity, context=shopper.context,
            warehouse_ids=shopper.warehouse_ids, by=draft.by, line=row.line,
            version=request.form.get("version", type=int), entered_unit=row.line.entered_unit,
        )  # fmt: skip
        return ""

    return _changed(draft_id, act)


@pages.post("/decide", access=staff(TAKES))
def decide_row(draft_id: int) -> Response:
    """One answer to a row that was not clear: a button, a code looked up, or a reason."""

    def act(draft: OpenDraft) -> str:
        row_id, _colon, chosen = request.form.get("answer", "").partition(":")
        if chosen == DROP_UNKNOWN:
            drop_unknown(session(), draft.cart)
            return ""
        if not row_id.isdecimal() or len(row_id) > 17:
            raise Refused(_("Choose one of the answers."))
        _answer(draft, int(row_id), chosen)
        return ""

    return _changed(draft_id, act)


@pages.post("/alerts", access=staff(TAKES))
def alerts(draft_id: int) -> Response:
    """The alerts on the account have been read."""

    def act(draft: OpenDraft) -> str:
        read_alerts(session(), draft.cart)
        return ""

    return _changed(draft_id, act)


@pages.post("/details", access=staff(TAKES))
def details(draft_id: int) -> Response:
    """Keeps what is said of the whole order, and works out what it comes to with that."""

    def act(draft: OpenDraft) -> str:
        _say_details(draft)
        return ""

    return _changed(draft_id, act)


@pages.post("/place", access=staff(TAKES))
def place(draft_id: int) -> Response:
    """Places the order that was read back; the acknowledgement is mailed."""
    if number := order_of_draft(session(), draft_id, current_actor()):
        return go_to(url_for("office_order.page", number=number))

    def act() -> Response:
        form = PlaceDraftForm()
        form.require_valid()
        draft, choices = open_draft(draft_id), form.choices()
        if choices.payment_means not in dict(payments(draft.shopper())):
            raise Refused(_("Choose how they pay."), field="payment_means")
        left = len(undecided_rows(session(), draft.cart))
        order = place_draft(
            session(), draft.cart, form.submission_key.data or "",
            Decimal(form.shown_total.data or 0), choices, source=form.source.data or "",
            caller=form.caller.data or "", by=draft.by,
        )  # fmt: skip
        commit()
        flash(_("%(number)s placed. The acknowledgement is on its way.", number=order.number))
        if left:
            flash(
                ngettext(
                    "%(num)s row that needs an answer waits in a new draft.",
                    "%(num)s rows that need an answer wait in a new draft.", left,
                )
            )  # fmt: skip
        return go_to(url_for("office_order.page", number=order.number))

    def again(errors: Errors, status: int) -> Response:
        _keep_details(draft_id)
        return show(draft_id, errors, status)

    return refused_in_place(act, again)


def show(draft_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    """The draft's page, or of it what a change of a row changes."""
    draft = open_draft(draft_id)
    shopper, told = draft.shopper(), alerts_of(session(), draft.cart)
    context: dict[str, Any] = {}
    if not wants_fragment():
        context = {**account_panels(draft, shopper), "others": _others(draft), "age_of": age_of}
    return office_page(
        "admin/desk/draft.html",
        current="desk",
        fragment="admin/desk/_changed.html",
        status=status,
        errors=errors or [],
        wrong=dict(errors or []),
        draft=draft.cart,
        account=draft.account,
        alerts=told,
        unread=[each for each in told if not each.is_read],
        is_opened=not wants_fragment(),
        sources=[(key, str(name)) for key, name in SOURCE_NAMES.items()],
        typed=request.form if errors else {},
        **context,
        **draft_view(draft, shopper),
        **row_addresses(draft),
    )


def _others(draft: OpenDraft) -> list[Any]:
    """The other drafts that this person has open for the account."""
    mine = open_drafts(session(), current_actor(), account_id=draft.account.id)
    return [row for row in mine if row.discarded_at is None and row.id != draft.cart.id]


def _changed(draft_id: int, act: Callable[[OpenDraft], str]) -> Response:
    """Does `act` and answers with what has changed; without scripts, with the page anew."""

    def change() -> Response:
        told = act(open_draft(draft_id))
        commit()
        if wants_fragment():
            return show(draft_id)
        if told:
            flash(told)
        return go_to(url_for("desk_draft.page", draft_id=draft_id))

    return refused_in_place(change, lambda errors, status: show(draft_id, errors, status))


def _say_details(draft: OpenDraft) -> None:
    form = DetailsForm()
    form.require_valid()
    name_caller(session(), draft.cart, form.source.data or "", form.caller.data or "")
    choose(session(), draft.cart, form.choices(), today=draft.shopper().today)


def _keep_details(draft_id: int) -> None:
    """Keeps what was said last of an order that was not placed, so that its total is shown with
    that. What cannot be kept is only shown again."""
    try:
        _say_details(open_draft(draft_id))
        commit()
    except (Refused, Conflict):
        session().rollback()


def _answer(draft: OpenDraft, row_id: int, chosen: str) -> None:
    shopper = draft.shopper()
    if chosen == "product":
        code = request.form.get(f"product-{row_id}", "").strip()
        remember = f"remember-{row_id}" in request.form
        use_product(session(), draft.cart, row_id, code, shopper, remember=remember, by=draft.by)
    elif chosen == "anyway":
        reason = request.form.get(f"reason-{row_id}", "")
        sell_as_asked(session(), draft.cart, row_id, shopper, reason=reason, by=draft.by)
    else:
        decide(session(), draft.cart, row_id, chosen, shopper, by=draft.by)


def _told(outcome: Outcome, left_out: int) -> str:
    told = ngettext("%(num)s row is on the order.", "%(num)s rows are on the order.", outcome.added)
    if outcome.undecided:
        told += " " + ngettext(
            "%(num)s row needs an answer.", "%(num)s rows need an answer.", outcome.undecided
        )
    if left_out:
        told += " " + ngettext(
            "%(num)s line of words was left out.", "%(num)s lines of words were left out.", left_out
        )
    return told
