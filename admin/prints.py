"""Printing for many orders at once: ask, wait for the one PDF, look at what was printed before."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import flash, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.frame import office_page, today
from admin.printing import stored
from admin.ticked import selected_orders
from admin.typed import text_of
from models.accounts import Permission, visible_accounts
from models.fulfilment import PAPERS, PrintRun, ask_to_print, papers_of, print_run, print_runs
from models.kernel.errors import NotFound, Refused
from models.orders import Order
from web.access import Pages, staff
from web.downloads import pdf
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.safe_redirects import safe_next
from web.transactions import commit, session

pages = Pages("office_prints", __name__, url_prefix="/admin/prints")
LOOK = staff(Permission.ORDERS_VIEW)
NAMES: dict[str, Any] = {
    "pick_list": lazy("Pick lists"),
    "delivery_note": lazy("Delivery notes"),
    "acknowledgement": lazy("Acknowledgements"),
}
ONE: dict[str, Any] = {
    "pick_list": lazy("Pick list"),
    "delivery_note": lazy("Delivery note"),
    "acknowledgement": lazy("Acknowledgement"),
}
EVERYTHING = "all"
MOST_NAMED = 6


@pages.get("", access=LOOK)
def page() -> Response:
    """What was printed lately, and by whom."""
    return office_page(
        "admin/prints/list.html",
        current="orders",
        rows=print_runs(session(), current_actor()),
        names=NAMES,
    )


@pages.post("", access=LOOK)
def ask() -> Response:
    """Asks for one PDF of the papers of the ticked orders, and leads to it."""
    back = safe_next(request.form.get("back"), url_for("office_orders.page"))
    try:
        numbers = selected_orders()
        kinds = _kinds(text_of("papers"))
        run = ask_to_print(
            session(), _ids_of(numbers), kinds, submission_key=_key(numbers, kinds),
            by=current_actor(),
        )  # fmt: skip
    except Refused as refusal:
        session().rollback()
        flash(_(refusal.sentence), "error")
        return go_to(back)
    without = sorted(set(numbers) - set(_numbers_of(run).values()))
    commit()
    if without:
        flash(_without(without))
    return go_to(url_for("office_prints.one", run_id=run.id))


@pages.get("/<int:run_id>", access=LOOK)
def one(run_id: int) -> Response:
    """Whether the PDF is there, and what is in it; the part that asks again until it is."""
    run = print_run(session(), run_id, current_actor())
    return office_page(
        "admin/prints/page.html",
        current="orders",
        fragment="admin/prints/_run.html",
        run=run,
        papers=papers_of(session(), run),
        orders=_numbers_of(run),
        names=ONE,
    )


@pages.get("/<int:run_id>/papers.pdf", access=LOOK)
def papers(run_id: int) -> Response:
    """The PDF as it was made."""
    run = print_run(session(), run_id, current_actor())
    if run.document_file_id is None:
        raise NotFound(_("This print is still being made. Look again in a moment."))
    return pdf(stored(run.document_file_id), f"print-{run.id}.pdf")


def print_choices() -> list[tuple[str, Any]]:
    """What this person may print of ticked orders, as the choices of a list."""
    may_pick = current_actor().can(Permission.PICK)
    own = [kind for kind in PAPERS if may_pick or kind != "pick_list"]
    return [*((kind, NAMES[kind]) for kind in own), (EVERYTHING, _("All of these"))]


def _kinds(chosen: str) -> list[str]:
    known = [kind for kind, _words in print_choices()]
    if chosen == EVERYTHING:
        return [kind for kind in known if kind != EVERYTHING]
    return [chosen] if chosen in PAPERS else []


def _ids_of(numbers: list[str]) -> list[int]:
    """The ticked orders that this person may see."""
    visible = visible_accounts(current_actor(), on=today())
    return list(
        session().scalars(
            select(Order.id).where(Order.number.in_(numbers), Order.account_id.in_(visible))
        )
    )


def _without(numbers: list[str]) -> str:
    """The ticked orders of which there was nothing to print."""
    named = ", ".join(numbers[:MOST_NAMED])
    if len(numbers) > MOST_NAMED:
        named = _("%(named)s and %(count)s more", named=named, count=len(numbers) - MOST_NAMED)
    return _("There is no such paper of %(orders)s yet.", orders=named)


def _numbers_of(run: PrintRun) -> dict[int, str]:
    ids = {paper.order_id for paper in papers_of(session(), run)}
    rows = session().execute(select(Order.id, Order.number).where(Order.id.in_(ids)))
    return {row.id: row.number for row in rows}


def _key(numbers: list[str], kinds: list[str]) -> str:
    """The page's own key with what was ticked on it: another selection is another print."""
    chosen = "\n".join([*sorted(numbers), *kinds])
    return f"{text_of('submission_key')[:64]}-{sha256(chosen.encode()).hexdigest()[:16]}"
