"""The templates of documents and mails, with the same filters as the pages but no request."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from web import addresses, coined, i18n, presenting

TEMPLATES = Path(__file__).parents[2] / "templates"


@cache
def environment() -> Environment:
    """Strict about names, escaping HTML; words and formats follow `i18n.speaking`."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    install: Any = made
    install.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=False)
    made.globals["_"] = i18n.gettext
    made.filters.update(
        money=presenting.money,
        unit_price=presenting.unit_price,
        quantity=presenting.quantity,
        kilograms=presenting.kilograms,
        percentage=presenting.percentage,
        date=presenting.day,
        date_in_words=presenting.day_in_words,
        day_in=presenting.day_in,
        address_lines=addresses.address_lines,
        country=addresses.country_name,
        coined=coined.coined,
        unit=coined.unit_words,
    )
    return made


def write(template: str, locale: str, **facts: Any) -> str:
    """The template filled in, in the language of `locale`."""
    with i18n.speaking(locale):
        return environment().get_template(template).render(**facts)
