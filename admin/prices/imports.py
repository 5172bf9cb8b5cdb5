"""Prices from a file: uploaded, looked at as a difference, then applied; and prices as a file."""

from __future__ import annotations

from datetime import date

from flask import current_app, flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, refused_in_place, today
from admin.listing import PAGE_SIZE, listing
from admin.prices.frame import EDIT, VIEW, list_page, overview
from admin.typed import date_of, text_of, ticked
from models.kernel.errors import NotFound, Refused
from models.kernel.files import FileStore, StoredFile
from models.pricing import (
    ImportResult,
    Outcome,
    export_csv,
    export_xlsx,
    find_list,
    import_prices,
    read_sheet,
)
from web.access import Pages
from web.days import date_arg
from web.downloads import csv_table, file_answer
from web.i18n import _, lazy, ngettext
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("price_imports", __name__, url_prefix="/admin/prices/<int:list_id>")
KIND = "price_import"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OUTCOMES = {
    "changed": (lazy("Changed"), "info", "half"),
    "added": (lazy("New"), "ok", "full"),
    "ended": (lazy("Ended"), "warn", "none"),
    "rejected": (lazy("Rejected"), "bad", ""),
    "unchanged": (lazy("Unchanged"), "", "none"),
}


@pages.get("/import", access=EDIT)
def page(list_id: int) -> Response:
    """Choose a file."""
    return show(list_id)


@pages.post("/import", access=EDIT)
def upload(list_id: int) -> Response:
    """Keeps the file, and leads to the difference that it would make."""

    def act() -> Response:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Refused(_("Choose a CSV or Excel file first."), field="file")
        content = sent.read()
        read_sheet(content, sent.filename)
        stored = _files().put(
            session(), content, kind=KIND, owner=find_list(session(), list_id),
            media_type=sent.mimetype or "text/csv", file_name=sent.filename,
        )  # fmt: skip
        start = date_of("effective_from") or today()
        commit()
        return go_to(
            url_for("price_imports.difference", list_id=list_id, file_id=stored.id,
                    on=start.isoformat(), whole="1" if ticked("whole") else None)
        )  # fmt: skip

    return refused_in_place(act, lambda errors, status: show(list_id, errors, status))


@pages.get("/imports/<int:file_id>", access=EDIT)
def difference(list_id: int, file_id: int) -> Response:
    """What the file would do to the list, row by row."""
    return show_difference(list_id, file_id)


@pages.post("/imports/<int:file_id>", access=EDIT)
def apply(list_id: int, file_id: int) -> Response:
    """Does all of it or nothing."""

    def act() -> Response:
        done = _import(list_id, file_id, date_of("on") or today(), is_whole=ticked("whole"),
                       seen=text_of("seen"), dry_run=False)  # fmt: skip
        commit()
        count = sum(done.count(each) for each in (Outcome.ADDED, Outcome.CHANGED, Outcome.ENDED))
        flash(
            ngettext("%(num)s price changed", "%(num)s prices changed", count)
            if count
            else _("The list says all of this already.")
        )
        return go_to(url_for("price_entries.page", list_id=list_id))

    return refused_in_place(
        act, lambda errors, status: show_difference(list_id, file_id, errors, status)
    )


@pages.get("/imports/<int:file_id>/rejected.csv", access=EDIT)
def rejected(list_id: int, file_id: int) -> Response:
    """The rows that cannot be taken, with their line and the reason, to be put right."""
    result = _looked_at(list_id, file_id)
    rows = [
        (row.line, row.sentence, *row.cells)
        for row in result.rows
        if row.outcome is Outcome.REJECTED
    ]
    name = f"{find_list(session(), list_id).code}-rejected.csv"
    return csv_table(("line", "reason", *result.header), rows, name)


@pages.get("/export.csv", access=VIEW)
def as_csv(list_id: int) -> Response:
    """The prices in force or planned, as importing reads them."""
    name = f"{find_list(session(), list_id).code}.csv"
    return file_answer(export_csv(session(), list_id, on=today()), "text/csv", name, "attachment")


@pages.get("/export.xlsx", access=VIEW)
def as_xlsx(list_id: int) -> Response:
    """The same as a workbook."""
    name = f"{find_list(session(), list_id).code}.xlsx"
    return file_answer(export_xlsx(session(), list_id, on=today()), XLSX, name, "attachment")


def show(list_id: int, errors: Errors | None = None, status: int = 200) -> Response:
    """The form for the file."""
    return list_page(
        "admin/prices/import.html", overview(list_id), "", errors=errors, status=status,
        typed=request.form,
    )  # fmt: skip


def show_difference(
    list_id: int, file_id: int, errors: Errors | None = None, status: int = 200
) -> Response:
    """One page of the difference."""
    stored, result = _stored(list_id, file_id), _looked_at(list_id, file_id)
    state = listing(
        "price_imports.difference", ("on", "whole", "outcome"), sort="line", sorts=("line",),
        list_id=list_id, file_id=file_id,
    )  # fmt: skip
    counts = {each.value: result.count(each) for each in Outcome}
    wanted = _outcome(state.args.get("outcome", ""), counts)
    rows = [row for row in result.rows if row.outcome == wanted]
    return list_page(
        "admin/prices/difference.html",
        overview(list_id),
        "",
        errors=errors,
        status=status,
        stored=stored,
        result=result,
        counts=counts,
        tabs_of=[
            {"label": look[0], "count": counts[key], "current": key == wanted,
             "href": state.href(outcome=key)}
            for key, look in OUTCOMES.items()
        ],
        outcome=wanted,
        looks=OUTCOMES,
        rows=rows[state.offset : state.offset + PAGE_SIZE],
        count=len(rows),
        list=state,
        is_whole=_is_whole(),
        changes=sum(counts[key] for key in ("added", "changed", "ended")),
    )  # fmt: skip


def _outcome(asked: str, counts: dict[str, int]) -> str:
    """The kind of row shown: the one asked for, else rejected ones, else the first there are."""
    if asked in counts:
        return asked
    first = ("rejected", *OUTCOMES)
    return next((key for key in first if counts[key]), "changed")


def _looked_at(list_id: int, file_id: int) -> ImportResult:
    in_form = request.method == "POST"
    on = (date_of("on") if in_form else date_arg("on")) or today()
    return _import(list_id, file_id, on, is_whole=_is_whole(), seen="", dry_run=True)


def _is_whole() -> bool:
    return bool(request.values.get("whole"))


def _import(
    list_id: int, file_id: int, on: date, *, is_whole: bool, seen: str, dry_run: bool
) -> ImportResult:
    stored = _stored(list_id, file_id)
    with _files().open(stored) as file:
        content = file.read()
    return import_prices(
        session(), list_id, content, stored.file_name, effective_from=on, by=current_actor(),
        dry_run=dry_run, ends_others=is_whole, seen=seen,
    )  # fmt: skip


def _stored(list_id: int, file_id: int) -> StoredFile:
    stored = session().get(StoredFile, file_id)  # in scope: kind and list are checked below
    if stored is None or (stored.kind, stored.owner_id) != (KIND, list_id):
        raise NotFound("There is no such file.")
    return stored


def _files() -> FileStore:
    store: FileStore = current_app.extensions["files"]
    return store
