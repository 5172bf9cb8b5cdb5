"""Words come from the reader's catalogue, else they are English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from web import i18n
from web.i18n import gettext, lazy, ngettext, speaking

GERMAN = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Hello %(name)s"
msgstr "Guten Tag %(name)s"

msgid "%(num)s line"
msgid_plural "%(num)s lines"
msgstr[0] "%(num)s Zeile"
msgstr[1] "%(num)s Zeilen"
"""


@pytest.fixture(autouse=True)
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    place = tmp_path / "de_DE" / "LC_MESSAGES"
    place.mkdir(parents=True)
    for domain in ("messages", "papers"):
        (place / f"{domain}.po").write_text(GERMAN)
    monkeypatch.setattr(i18n, "CATALOGUES", tmp_path)
    i18n.translations.cache_clear()
    yield
    i18n.translations.cache_clear()


def test_words_and_plurals_are_the_readers() -> None:
    with speaking("de_DE"):
        assert gettext("Hello %(name)s", name="Bob") == "Guten Tag Bob"
        assert ngettext("%(num)s line", "%(num)s lines", 1) == "1 Zeile"
        assert ngettext("%(num)s line", "%(num)s lines", 3) == "3 Zeilen"
    with speaking("en_GB"):
        assert gettext("Hello %(name)s", name="Bob") == "Hello Bob"


def test_a_label_made_at_import_is_translated_when_it_is_shown() -> None:
    label = lazy("Hello %(name)s")
    with speaking("de_DE"):
        assert str(label) == "Guten Tag %(name)s"


def test_templates_translate_and_escape_what_they_fill_in(app: Flask) -> None:
    source = app.jinja_env.from_string("{{ _('Hello %(name)s', name='<b>') }}")
    with speaking("de_DE"):
        assert source.render() == "Guten Tag &lt;b&gt;"


@pytest.mark.parametrize(
    ("cookie", "browser", "language"),
    [
        ("", "de-AT,de;q=0.9", "de"),
        ("de_DE", "en-US", "de"),
        ("", "fr", "en"),
        ("../../etc", "", "en"),
    ],
)
def test_the_language_is_the_cookies_then_the_browsers_then_english(
    app: Flask, cookie: str, browser: str, language: str
) -> None:
    client = app.test_client()
    if cookie:
        client.set_cookie(i18n.COOKIE, cookie)
    page = client.get("/nowhere", headers={"Accept-Language": browser}).text
    assert f'<html lang="{language}"' in page


def test_a_catalogue_is_all_that_a_language_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("fr", "pt_BR"):
        place = tmp_path / name / "LC_MESSAGES"
        place.mkdir(parents=True)
        (place / "papers.po").write_text(GERMAN.replace("Guten Tag", "Bonjour"))
    i18n.supported.cache_clear()
    i18n._supported.cache_clear()
    try:
        assert {"fr_FR", "pt_BR", "en_GB"} <= set(i18n.supported())
        assert i18n.locale_of_language("fr") == "fr_FR"
        assert i18n.locale_of_country("FR") == "fr_FR"
        with speaking("fr_FR"):
            assert gettext("Hello %(name)s", name="Bob") == "Bonjour Bob"
    finally:
        monkeypatch.undo()
        i18n.supported.cache_clear()
        i18n._supported.cache_clear()


@pytest.mark.parametrize(
    ("country", "locale"),
    [("DE", "de_DE"), ("AT", "de_DE"), ("GB", "en_GB"), ("US", "en_US"), ("IE", "en_GB"),
     ("PL", None), ("", None)],
)  # fmt: skip
def test_the_language_of_a_country(country: str, locale: str | None) -> None:
    assert i18n.locale_of_country(country) == locale
