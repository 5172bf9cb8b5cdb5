"""Bringing files in: choose one, settle its columns, see what it would do, and do it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, flash, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place, seller
from admin.import_words import STATES, TITLES, button, standing
from admin.listing import PAGE_SIZE, listing
from admin.prices.imports import OUTCOMES, XLSX
from models.accounts import Permission, User, count_waiting_buyers, invite_waiting
from models.importing import (
    ARCHIVES,
    KINDS,
    ColumnMapping,
    Format,
    ImportRow,
    ImportRun,
    Kind,
    apply,
    ask_to_apply,
    begin,
    buyers_of,
    can_leave_out,
    find_run,
    forget,
    guessed_anew,
    kind_named,
    look,
    mapping_from,
    remembered,
    settle_columns,
    template_csv,
    template_xlsx,
)
from models.kernel.errors import NotFound, Refused
from models.kernel.files import FileStore
from web.access import Pages, staff
from web.downloads import csv_table, file_answer
from web.i18n import _, ngettext
from web.identity import current_actor
from web.mailing import absolute_link, send_mail
from web.pages import go_to, wants_fragment
from web.transactions import commit, session

pages = Pages("imports", __name__, url_prefix="/admin/imports")
MANAGE = staff(Permission.SETTINGS_MANAGE)
UNDER_WAY = ("looking", "applying")


@pages.get("", access=MANAGE)
def page() -> Response:
    """The kinds, and what was imported lately."""
    runs = session().execute(
        select(ImportRun, User.name)
        .join(User, User.id == ImportRun.started_by_id)
        .order_by(ImportRun.id.desc())
        .limit(20)
    )
    kinds = [(kind.name, *TITLES[kind.name]) for kind in KINDS]
    return office_page(
        "admin/imports/list.html", current="imports", kinds=kinds, runs=runs.all(),
        titles=TITLES, states=STATES,
    )  # fmt: skip


@pages.get("/kinds/<kind>", access=MANAGE)
def kind(kind: str) -> Response:
    """Choose a file of this kind."""
    return show_kind(kind_named(kind))


@pages.post("/kinds/<kind>", access=MANAGE)
def upload(kind: str) -> Response:
    """Takes the file in, and leads to its columns; a zip has none and is looked at."""
    wanted = kind_named(kind)

    def act() -> Response:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Refused(_("Choose a file first."), field="file")
        run = begin(session(), _files(), wanted, sent.read(), sent.filename, by=current_actor())
        if wanted.name in ARCHIVES:
            _settle(run, mapping_from(run.mapping))
        commit()
        return go_to(url_for("imports.run", run_id=run.id))

    return refused_in_place(act, lambda errors, status: show_kind(wanted, errors, status))


@pages.get("/kinds/<kind>/template.csv", access=MANAGE)
def as_csv(kind: str) -> Response:
    """A template to fill in."""
    content = template_csv(_table(kind))
    return file_answer(content, "text/csv", f"{kind}.csv", "attachment")


@pages.get("/kinds/<kind>/template.xlsx", access=MANAGE)
def as_xlsx(kind: str) -> Response:
    """The same as a workbook."""
    return file_answer(template_xlsx(_table(kind)), XLSX, f"{kind}.xlsx", "attachment")


@pages.post("/kinds/<kind>/settled/<int:mapping_id>/forget", access=MANAGE)
def forget_mapping(kind: str, mapping_id: int) -> Response:
    """The next such file is guessed again."""
    forget(session(), kind_named(kind), mapping_id, by=current_actor())
    commit()
    flash(_("Forgotten: the next file with these titles is guessed."))
    return go_to(url_for("imports.kind", kind=kind))


@pages.get("/<int:run_id>", access=MANAGE)
def run(run_id: int) -> Response:
    """Where a file stands: its columns, its progress, its difference, or that it is done."""
    return show_run(find_run(session(), run_id))


@pages.get("/<int:run_id>/columns", access=MANAGE)
def columns(run_id: int) -> Response:
    """Its columns once more, to be corrected."""
    return show_columns(find_run(session(), run_id))


@pages.post("/<int:run_id>/columns", access=MANAGE)
def settle(run_id: int) -> Response:
    """Keeps what the columns are; a small file is looked at at once, a large one by a task."""

    def act() -> Response:
        found = find_run(session(), run_id)
        _settle(found, _mapping(found))
        commit()
        return go_to(url_for("imports.run", run_id=run_id))

    return refused_in_place(
        act, lambda errors, status: show_columns(find_run(session(), run_id), errors, status)
    )


@pages.post("/<int:run_id>/apply", access=MANAGE)
def apply_run(run_id: int) -> Response:
    """Does all of it or nothing; all but the rows that cannot be taken, where that is said."""

    def act() -> Response:
        found = find_run(session(), run_id)
        leave_out = "leave_out" in request.form
        if not ask_to_apply(session(), found, leave_out=leave_out):
            apply(
                session(), _files(), found, by=current_actor(), progress=_silent,
                leave_out=leave_out,
            )  # fmt: skip
        commit()
        return go_to(url_for("imports.run", run_id=run_id))

    return refused_in_place(
        act, lambda errors, status: show_run(find_run(session(), run_id), errors, status)
    )


@pages.post("/<int:run_id>/invite", access=MANAGE)
def invite(run_id: int) -> Response:
    """Mails an invitation to every buyer whom this file brought in and who was not invited yet."""
    theirs = buyers_of(session(), find_run(session(), run_id))
    invited = invite_waiting(session(), theirs, by=current_actor())
    for each in invited:
        send_mail(
            each.user.email, "invitation", locale=each.user.locale, name=each.user.name,
            invited_by=current_actor().name, invited_to=seller().trading_name, is_new=True,
            link=absolute_link("links.invitation", token=each.token),
        )  # fmt: skip
    commit()
    flash(ngettext("%(num)s buyer is invited", "%(num)s buyers are invited", len(invited)))
    return go_to(url_for("imports.run", run_id=run_id))


@pages.get("/<int:run_id>/rejected.csv", access=MANAGE)
def rejected(run_id: int) -> Response:
    """The rows that cannot be taken, with line number and reason, to be put right."""
    found = find_run(session(), run_id)
    rows = session().execute(
        select(ImportRow.line, ImportRow.sentence, ImportRow.details)
        .where(ImportRow.run_id == run_id, ImportRow.outcome == "rejected")
        .order_by(ImportRow.line)
    )
    return csv_table(
        ("line", "reason", *found.header),
        [(line, sentence, *details["cells"]) for line, sentence, details in rows],
        f"{found.kind}-rejected.csv",
    )


def _settle(found: ImportRun, mapping: ColumnMapping) -> None:
    if not settle_columns(session(), _files(), found, mapping):
        look(session(), _files(), found, by=current_actor(), progress=_silent)


def _table(name: str) -> Kind:
    """A kind whose files are tables. NotFound for pictures."""
    if name in ARCHIVES:
        raise NotFound("There is no template for a zip of pictures.")
    return kind_named(name)


def show_kind(wanted: Kind, errors: Errors | None = None, status: int = 200) -> Response:
    title, lead = TITLES[wanted.name]
    return office_page(
        "admin/imports/kind.html", current="imports", status=status, errors=errors or [],
        kind=wanted, title=title, lead=lead, is_archive=wanted.name in ARCHIVES,
        settled=remembered(session(), wanted),
        names={column.name: column.title for column in wanted.columns},
    )  # fmt: skip


def show_run(found: ImportRun, errors: Errors | None = None, status: int = 200) -> Response:
    """The page of the file's state; where it is under way, the part that asks again."""
    if found.state == "columns":
        return show_columns(found, errors, status)
    if found.state in UNDER_WAY:
        return _run_page("admin/imports/progress.html", found, errors, status,
                         fragment="admin/imports/_progress.html")  # fmt: skip
    if wants_fragment():
        return go_to(url_for("imports.run", run_id=found.id))
    return show_difference(found, errors, status)


def show_columns(found: ImportRun, errors: Errors | None = None, status: int = 200) -> Response:
    """Each column of the kind with the file's that it was taken for."""
    is_anew = request.method == "GET" and "anew" in request.args
    mapping = _mapping(found) if request.method == "POST" else mapping_from(found.mapping)
    if is_anew:
        mapping = guessed_anew(kind_named(found.kind), found)
    settled = None if is_anew else found.mapping.get("settled")
    shown: list[dict[str, Any]] = [
        {"column": column, "place": mapping.places.get(column.name, ""),
         "samples": _samples(found, mapping.places.get(column.name))}
        for column in kind_named(found.kind).columns
    ]  # fmt: skip
    shown.sort(key=lambda row: row["place"] == "" and not row["column"].needed)
    used = set(mapping.places.values())
    return _run_page(
        "admin/imports/columns.html", found, errors, status,
        columns=shown, format=mapping.format, settled=settled,
        settled_at=datetime.fromisoformat(settled["at"]) if settled else None,
        choices=[("", _("Not in the file"))]
        + [(place, title or _("Column %(number)s", number=place + 1))
           for place, title in enumerate(found.header)],
        unused=[title for place, title in enumerate(found.header) if title and place not in used],
    )  # fmt: skip


def show_difference(found: ImportRun, errors: Errors | None = None, status: int = 200) -> Response:
    """One page of what the file does or did."""
    state = listing("imports.run", ("outcome",), sort="line", sorts=("line",), run_id=found.id)
    counts = {name: found.counts.get(name, 0) for name in ("rejected", *OUTCOMES)
              if name != "ended"}  # fmt: skip
    asked = state.args.get("outcome", "")
    wanted = asked if asked in counts else next((key for key in counts if counts[key]), "added")
    rows = session().scalars(
        select(ImportRow)
        .where(ImportRow.run_id == found.id, ImportRow.outcome == wanted)
        .order_by(ImportRow.line)
        .limit(PAGE_SIZE)
        .offset(state.offset)
    )
    titles = {column.name: column.title for column in kind_named(found.kind).columns}
    kept = session().scalar(
        select(func.count()).where(ImportRow.run_id == found.id, ImportRow.outcome == wanted)
    )
    return _run_page(
        "admin/imports/difference.html", found, errors, status,
        list=state, rows=rows.all(), count=kept or 0, counts=counts, outcome=wanted,
        is_archive=found.kind in ARCHIVES,
        to_invite=count_waiting_buyers(session(), buyers_of(session(), found)),
        columns=titles, can_leave_out=can_leave_out(found), standing=standing(found),
        tabs_of=[
            {"label": OUTCOMES[key][0], "count": counts[key], "current": key == wanted,
             "href": state.href(outcome=key)}
            for key in ("added", "changed", "rejected", "unchanged")
        ],
        button=button(found),
    )  # fmt: skip


def _run_page(
    template: str, found: ImportRun, errors: Errors | None, status: int, *, fragment: str = "",
    **context: Any,
) -> Response:  # fmt: skip
    title, _lead = TITLES[found.kind]
    return office_page(
        template, current="imports", fragment=fragment or None, status=status,
        errors=errors or [], run=found, title=title, state=STATES[found.state], **context,
    )  # fmt: skip


def _mapping(found: ImportRun) -> ColumnMapping:
    """What the form says; nothing else is taken for a place."""
    places = {}
    for column in kind_named(found.kind).columns:
        text = request.form.get(f"column-{column.name}", "")
        if text.isascii() and text.isdigit() and len(text) < 4:
            places[column.name] = int(text)
    mark = "," if request.form.get("decimal_mark") == "," else "."
    return ColumnMapping(places, Format(mark, request.form.get("date_order") == "month"))


def _samples(found: ImportRun, place: int | None) -> str:
    if place is None:
        return ""
    cells = [row[place] for row in found.samples if place < len(row) and row[place]]
    return ", ".join(cells[:3])


def _silent(_done: int, _of: int) -> None:
    """A small file is done before anybody could look."""


def _files() -> FileStore:
    store: FileStore = current_app.extensions["files"]
    return store
