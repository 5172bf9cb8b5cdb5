"""Imports in words: the kinds of files, their states, and what becomes of one."""

from __future__ import annotations

from models.importing import ARCHIVES, OF_SEVERAL_ROWS, ImportRun, can_leave_out
from web.i18n import _, lazy, ngettext

TITLES = {
    "products": (lazy("Products"), lazy("With barcodes, packs, categories and base prices")),
    "barcodes": (lazy("Barcodes"), lazy("Of single units, and of the packs they come in")),
    "pictures": (lazy("Pictures"), lazy("A zip of pictures, each named by its SKU")),
    "accounts": (lazy("Customers"), lazy("With main address, contact, terms and discount")),
    "addresses": (lazy("Addresses"), lazy("Further places that you deliver to")),
    "contacts": (lazy("Contacts"), lazy("People at your customers")),
    "prices": (lazy("Prices"), lazy("Of lists, and of single customers")),
    "stock": (lazy("Stock"), lazy("What lies in which bin")),
    "part-numbers": (lazy("Own part numbers"), lazy("What customers call your products")),
    "vendors": (lazy("Vendors"), lazy("Who supplies you")),
    "users": (lazy("Users"), lazy("Buyers to be invited; no mail is sent")),
    "past-sales": (lazy("Past sales"), lazy("Last year's documents, so that people reorder")),
    "purchase-orders": (
        lazy("Open purchase orders"),
        lazy("What your vendors still owe; no mail is sent"),
    ),
    "sales-orders": (
        lazy("Open sales orders"),
        lazy("What customers still have to get; no mail is sent"),
    ),
    "opening-items": (lazy("Open invoices and credits"), lazy("As opening balances")),
}
STATES = {
    "columns": (lazy("Columns to settle"), "warn", ""),
    "looking": (lazy("Being looked at"), "info", "half"),
    "looked": (lazy("To be applied"), "warn", "half"),
    "applying": (lazy("Being applied"), "info", "half"),
    "done": (lazy("Done"), "ok", "full"),
    "refused": (lazy("Refused"), "bad", ""),
}


def button(run: ImportRun) -> str:
    """What applying would do, with what it leaves out."""
    label = ngettext("Apply %(num)s row", "Apply %(num)s rows", run.changes)
    if not can_leave_out(run):
        return label
    return _("%(label)s, leave out %(count)s", label=label, count=run.counts["rejected"])


def standing(run: ImportRun) -> tuple[str, str, str] | None:
    """Where a file that was looked at stands: a sentence, its look and icon; None where its button
    says all there is to say."""
    rejected = run.counts.get("rejected", 0)
    if run.state == "done":
        return _done(rejected)
    if run.state == "refused":
        return run.problem, "bad", "circle-alert"
    if rejected:
        return _rejected(run, rejected), "warn" if can_leave_out(run) else "bad", "circle-alert"
    if not run.changes:
        return _("All of this is here already."), "ok", "circle-check"
    return None


def _done(rejected: int) -> tuple[str, str, str]:
    if not rejected:
        return _("All of it is in."), "ok", "circle-check"
    left_out = ngettext(
        "The file is in, without %(num)s row. Put it right in the file of rejected rows, and "
        "import that.",
        "The file is in, without %(num)s rows. Put them right in the file of rejected rows, and "
        "import that.",
        rejected,
    )
    return left_out, "warn", "circle-check"


def _rejected(run: ImportRun, rejected: int) -> str:
    if can_leave_out(run):
        return ngettext(
            "%(num)s row cannot be taken. Put it right and bring the file again, or go on "
            "without it.",
            "%(num)s rows cannot be taken. Put them right and bring the file again, or go on "
            "without them.",
            rejected,
        )
    if run.kind in ARCHIVES:
        return ngettext(
            "%(num)s picture cannot be taken, so none is. Put it right in the zip.",
            "%(num)s pictures cannot be taken, so none is. Put them right in the zip.",
            rejected,
        )
    if run.kind in OF_SEVERAL_ROWS and run.changes:
        return ngettext(
            "%(num)s row cannot be taken, so nothing is: documents come in whole. Put it right in "
            "the file, or correct the columns.",
            "%(num)s rows cannot be taken, so nothing is: documents come in whole. Put them right "
            "in the file, or correct the columns.",
            rejected,
        )
    return ngettext(
        "%(num)s row cannot be taken, so nothing is. Put it right in the file, or correct the "
        "columns.",
        "%(num)s rows cannot be taken, so nothing is. Put them right in the file, or correct the "
        "columns.",
        rejected,
    )
