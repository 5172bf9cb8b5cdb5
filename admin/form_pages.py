"""A page of the office that is one form, in panels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from werkzeug.wrappers import Response

from admin.frame import office_page
from web.forms import Form

Sections = Sequence[tuple[str, Sequence[str]]]
"""The headings of the panels with the names of the fields in them."""


def form_page(
    form: Form,
    *,
    current: str,
    crumbs: list[tuple[str, str]],
    title: str,
    action: str,
    back: str,
    button: str,
    sections: Sections,
    note: str = "",
    proposed: Mapping[str, Sequence[str]] | None = None,
) -> Response:
    """The form with its heading, the way back and what was wrong; `proposed` are what a text field
    offers, by its name."""
    return office_page(
        "admin/form.html",
        current=current,
        form=form,
        crumbs=crumbs,
        title=title,
        note=note,
        action=action,
        back=back,
        button=button,
        sections=[(heading, [form[name] for name in names]) for heading, names in sections],
        page_errors=bool(form.errors),
        proposed=proposed or {},
    )
