"""Words in the reader's language: gettext, with Babel's locale data for numbers and dates.

The catalogues are `translations/<language>/LC_MESSAGES/messages.po` for the pages and `papers.po`
for documents and mails, which speak the account's language and not that of whoever works on the
pages. A `.po` file is compiled in memory when it is first used, so that nothing has to be built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.core import get_global
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, Translations
from flask import Flask, g, request

ENGLISH = ("en_GB", "en_US")
DEFAULT = "en_GB"
COOKIE = "locale"
CATALOGUES = Path(__file__).parents[1] / "translations"

_locale: ContextVar[str] = ContextVar("locale", default=DEFAULT)
_domain: ContextVar[str] = ContextVar("domain", default="messages")


def install(app: Flask, preferred: Callable[[], str | None] | None = None) -> None:
    """Chooses each request's language: `preferred()` (the user's), cookie, browser, English."""

    def choose() -> None:
        wanted = (preferred() if preferred else None) or request.cookies.get(COOKIE)
        _locale.set(_supported(wanted) or _from_browser() or DEFAULT)
        g.locale = _locale.get()

    app.before_request(choose)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    install_words: Any = app.jinja_env
    install_words.install_gettext_callables(
        lambda message: _words().gettext(message),
        lambda one, many, num: _words().ngettext(one, many, num),
        newstyle=True,
    )
    app.jinja_env.globals["current_locale"] = current_locale
    app.context_processor(lambda: {"language": words_language()})


def gettext(message: str, **values: Any) -> str:
    """`message` in the current language; `%(name)s` is filled in from `values`."""
    words = _words().gettext(message)
    return words % values if values else words


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """`one` or `many` for `num`, which `%(num)s` stands for."""
    return _words().ngettext(one, many, num) % {"num": num, **values}


_ = gettext


def lazy(message: str) -> LazyProxy:
    """A message that is translated when it is shown: for labels made at import."""
    return LazyProxy(gettext, message, enable_cache=False)


def current_locale() -> Locale:
    """The reader's locale, for numbers and dates."""
    return parsed_locale(_locale.get())


def locale_name() -> str:
    """The reader's locale as text, to remember formatted figures by."""
    return _locale.get()


def words_language() -> str:
    """The language that the words are in; formats may be another one's where none is translated."""
    return current_locale().language if isinstance(_words(), Translations) else "en"


@contextmanager
def speaking(locale: str | None) -> Iterator[None]:
    """Inside the block, words and formats are those of `locale`: for mails and documents."""
    token, before = _locale.set(_supported(locale) or DEFAULT), _domain.set("papers")
    try:
        yield
    finally:
        _domain.reset(before)
        _locale.reset(token)


@cache
def parsed_locale(name: str) -> Locale:
    return Locale.parse(name)


@cache
def supported() -> tuple[str, ...]:
    """The locales that people and accounts choose from: English, and one for each catalogue.

    A catalogue `fr` is for `fr_FR`, the country that most who write French so live in; one that
    names its country, `fr_CA`, is for that.
    """
    return (*ENGLISH, *(_with_country(each) for each in paper_languages()[1:]))


def paper_languages() -> list[str]:
    """The languages that papers and mails are written in: English, and one for each catalogue."""
    made = CATALOGUES.glob("*/LC_MESSAGES/papers.po")
    return ["en", *sorted(each.parent.parent.name for each in made)]


def locale_of_language(language: str) -> str:
    """The locale by which figures are written in a language of `paper_languages`."""
    return DEFAULT if language == "en" else _with_country(language)


def locale_of_country(country: str) -> str | None:
    """The locale that people of a country read, where there is one for it: `de_DE` for `AT`."""
    if not country:
        return None
    # A country that has no entry there reads English.
    likely = _likely(f"und_{country}").replace("und_", "en_")
    is_other_english = likely.startswith("en_") and likely not in ENGLISH
    return DEFAULT if is_other_english else _supported(likely)


def _with_country(language: str) -> str:
    return language if "_" in language else _likely(language)


def _likely(name: str) -> str:
    """`fr_FR` for `fr`, and for `und_FR`; the name itself where nobody knows better."""
    parts = str(get_global("likely_subtags").get(name, name)).split("_")
    return "_".join(dict.fromkeys((parts[0], parts[-1])))


def _words() -> NullTranslations:
    return translations(_locale.get(), _domain.get())


@cache
def translations(locale: str, domain: str = "messages") -> NullTranslations:
    """The catalogue of a locale; English has none, the messages are English."""
    for name in (locale, locale.partition("_")[0]):
        source = CATALOGUES / name / "LC_MESSAGES" / f"{domain}.po"
        if source.exists():
            compiled = BytesIO()
            with source.open("rb") as text:
                write_mo(compiled, read_po(text, locale=name))
            compiled.seek(0)
            return Translations(compiled)
    return NullTranslations()


@lru_cache(256)
def _supported(name: str | None) -> str | None:
    if not name:
        return None
    try:
        wanted = str(Locale.parse(name.replace("-", "_")))
    except (ValueError, UnknownLocaleError):
        return None
    return negotiate_locale([wanted, wanted.partition("_")[0]], supported())


def _from_browser() -> str | None:
    for language in request.accept_languages.values():
        found = _supported(language)
        if found:
            return found
    return None
