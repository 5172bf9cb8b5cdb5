"""A page of the office that is one form, in panels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.wrappers import Response

from admin.frame import Errors, office_page
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
    page: str = "admin/form.html",
    errors: Errors | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    """The form with its heading, the way back and what was wrong; `proposed` are what a text field
    offers, by its name. `page` extends the form's page with what it shows of `more`; `errors` are
    those of what stands there."""
    return office_page(
        page,
        current=current,
        status=status,
        errors=errors or [],
        form=form,
        crumbs=crumbs,
        title=title,
        note=note,
        action=action,
        back=back,
        button=button,
        sections=[(heading, [form[name] for name in names]) for heading, names in sections],
        page_errors=bool(form.errors or errors),
        proposed=proposed or {},
        **more,
    )
