"""Papers and mails are complete in every language that has a catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po

from web.coined import COINED, UNITS
from web.day import PARTS, PLACES
from web.i18n import CATALOGUES
from web.mail_words import built_in, filled
from web.statuses import STATEMENT_ENTRIES

TOP = Path(__file__).parents[2]
TEMPLATES = TOP / "templates"
SENTENCES = (
    TOP / "integrations" / "email", TOP / "integrations" / "documents",
    TOP / "web" / "mailing.py",
    TOP / "web" / "coined.py", TOP / "web" / "day.py",
)  # fmt: skip
"""Where papers, mails and workbooks find the words that depend on how things stand."""
LANGUAGES = sorted(each.parent.parent.name for each in CATALOGUES.glob("*/LC_MESSAGES/papers.po"))
NAMED = re.compile(r"%\((\w+)\)s")

Message = str | tuple[str, ...]


def messages() -> set[Message]:
    """Everything that a paper or a mail may say."""
    found: set[Message] = {
        str(words) for known in (STATEMENT_ENTRIES, COINED, UNITS) for words in known.values()
    }
    found |= {str(place.words) for place in PLACES.values()} | {
        str(word) for word in PARTS.values()
    }
    for folder, pattern in (("documents", "**.html"), ("emails", "**.txt")):
        for _file, _line, message, _comments, _context in extract_from_dir(
            TEMPLATES / folder, [(pattern, "jinja2")]
        ):
            found.add(message)
    for place in SENTENCES:
        for file in place.glob("*.py") if place.is_dir() else [place]:
            found |= {message for _line, message, _comments, _context in extract_from_file(
                "python", str(file))}  # fmt: skip
    return found


def catalogue(language: str) -> Catalog:
    with (CATALOGUES / language / "LC_MESSAGES" / "papers.po").open("rb") as file:
        return read_po(file, locale=language)


def test_german_is_there() -> None:
    assert "de" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_missing_and_none_is_left_over(language: str) -> None:
    known = {entry.id: entry.string for entry in catalogue(language) if entry.id}
    wanted = messages()
    assert sorted(str(each) for each in wanted if not known.get(each)) == []
    assert sorted(str(each) for each in known if each not in wanted) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_the_same_in_each_language(language: str) -> None:
    for entry in catalogue(language):
        said = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        asked = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        assert {name for each in said for name in NAMED.findall(each)} == {
            name for each in asked for name in NAMED.findall(each)
        }, entry.id


def test_a_mail_speaks_the_readers_language_and_writes_their_figures() -> None:
    facts = {"company": "Pellow", "name": "Jan", "link": "https://pellow.example/x"}
    assert filled(built_in("reset", "de_DE"), facts)[0] == "Ein neues Passwort für Pellow"
    assert filled(built_in("reset", "en_GB"), facts)[0] == "A new password for Pellow"
