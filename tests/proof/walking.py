"""Walking the url map as everybody, each request undone again, with what it tried to write."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from lxml import html
from pypdf import PdfReader
from sqlalchemy import Connection, text
from werkzeug.routing import Rule

from models.kernel.base import Base
from tests.models.importing.picture_files import picture
from tests.proof.company import Company
from tests.proof.door import fields_of
from tests.proof.estate import UNKNOWN_ID, UNKNOWN_NUMBER, Estate
from tests.proof.ownership import predicates

QUIET_TABLES = frozenset({"activity", "throttle", "sign_in_session"})
"""What a refused request may write: the audit of the refusal, tries, when somebody was seen."""
PARAMETER = re.compile(r"<(?:(?P<type>[a-z]+):)?(?P<name>[a-z_]+)>")
QUERIES = {
    "/admin/payments/new": "?account={account}",
    "/admin/prices/new": "?for_account={account}",
    "/admin/prices/why": "?account={account_number}&product=SHARED-0",
    "/admin/prices/why/accounts": "?account={account_number}",
    "/admin/prices/why/products": "?product=SHARED",
    "/rep/accounts/<int:account_id>/why": "?sku=SHARED-0",
    "/admin/purchase-orders/new": "?vendor=1",
}
"""What an address needs behind its question mark to show anything."""
SHEET = b"sku,unit_price,quantity\nSHARED-0,9.00,2\n"
"""What an uploaded file holds: prices, and rows for a pad."""
FILES = {"file": SHEET, "picture": picture(), "logo": picture(form="PNG")}
"""What is sent in a field of this name that takes a file."""
_TRIED = text(
    "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
    " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
)


@dataclass(frozen=True)
class Reply:
    """An answer, read: `words` are its headers and text, a PDF's too; `changed` the tables that
    held something else afterwards."""

    status: int
    location: str
    words: str
    body: str
    media_type: str
    changed: frozenset[str]

    @property
    def is_reached(self) -> bool:
        is_turned_away = self.status == 302 and "/sign-in" in self.location
        return self.status < 400 and not is_turned_away


@dataclass
class Walk:
    """Requests as anybody, on one connection whose changes are undone after each."""

    app: Flask
    connection: Connection
    estate: Estate
    cookies: dict[str, dict[str, str]]
    """Everybody's session; nobody's is empty."""

    def ask(
        self, who: str, path: str, data: list[tuple[str, str]] | None = None, *,
        watches: bool = False, inspects: bool = False,
    ) -> Reply:  # fmt: skip
        """GET, or POST where there is data; with `watches` says which tables it changed, with
        `inspects` in which tables it changed rows of the foreign company."""
        client = self.app.test_client()
        for key, value in self.cookies[who].items():
            client.set_cookie(key, value)
        tried = self._tried() if watches or inspects else {}
        self._savepoint = self.connection.begin_nested()
        try:
            sent = {"method": "GET"} if data is None else _posted(data)
            response = client.open(path, **sent)
            changed: frozenset[str] = frozenset()
            if watches or inspects:
                changed = self._changed(tried, self._foreign if inspects else self._loud)
            body = response.get_data()
        finally:
            self._savepoint.rollback()
        words = _words(body, response.mimetype)
        headers = "\n".join(f"{key}: {value}" for key, value in response.headers.items())
        return Reply(
            response.status_code, response.headers.get("Location", ""), headers + "\n" + words,
            words, response.mimetype or "", changed,
        )  # fmt: skip

    def _loud(self, table: str) -> str:
        """The condition on `t` for the rows that a refused request may not write; or none."""
        return "" if table in QUIET_TABLES else "true"

    def _foreign(self, table: str) -> str:
        """The same for the foreign company's rows."""
        return predicates().get(table, "").replace(":a", str(self.estate.foreign.account.id))

    def _tried(self) -> dict[str, int]:
        """How many rows of each table this transaction has written so far, undone ones too."""
        return dict(self.connection.execute(_TRIED).all())

    def _changed(self, before: dict[str, int], watched: Callable[[str], str]) -> frozenset[str]:
        """The tables written to since, where the watched rows are not what they were before."""
        written = {name for name, count in self._tried().items() if count != before.get(name, 0)}
        where = {name: condition for name in written if (condition := watched(name))}
        if not where:
            return frozenset()
        after = {name: self._checksum(name, where[name]) for name in where}
        self._savepoint.rollback()
        self._savepoint = self.connection.begin_nested()
        return frozenset(name for name in where if self._checksum(name, where[name]) != after[name])

    def _checksum(self, table: str, where: str) -> str:
        query = (
            "SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text))"  # noqa: S608
            f' FROM "{table}" t WHERE {where}'
        )
        return str(self.connection.execute(text(query)).scalar_one())


def routes(app: Flask, method: str) -> list[Rule]:
    """The rules of the program that take this method, the files' own apart."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or set()) and rule.endpoint.rpartition(".")[2] != "static"
    ]


def keys_of(rule: Rule) -> list[str]:
    """Its parameters, each with the word before it: `orders/number`."""
    keys, word = [], ""
    for part in rule.rule.split("/"):
        found = PARAMETER.search(part)
        if found:
            keys.append(f"{word}/{found['name']}")
        elif part:
            word = part
    return keys


def addresses(estate: Estate, rule: Rule, company: Company) -> list[str]:
    """The addresses that the rule has for a company's records."""
    columns = [estate.values(company, key) for key in keys_of(rule)]
    most = max((len(column) for column in columns), default=1)
    asked = QUERIES.get(rule.rule, "").format(
        account=company.account.id, account_number=company.account.number,
        order=company.orders["released"].number,
    )  # fmt: skip
    return [
        _filled(rule, [column[turn % len(column)] for column in columns]) + asked
        for turn in range(most)
    ]


def unknown_address(rule: Rule) -> str:
    """The address of a record that nobody has."""
    return _filled(
        rule,
        [
            UNKNOWN_ID if f"<int:{key.rpartition('/')[2]}>" in rule.rule else UNKNOWN_NUMBER
            for key in keys_of(rule)
        ],
    )


def _filled(rule: Rule, values: list[Any]) -> str:
    left = iter(values)
    return PARAMETER.sub(lambda _match: str(next(left)), rule.rule)


def belongs_to_a_company(estate: Estate, rule: Rule) -> bool:
    return any(estate.is_of_a_company(key) for key in keys_of(rule))


@dataclass(frozen=True)
class FormSeen:
    """A form of a page, as whoever saw it would send it."""

    who: str
    page: str
    action: str
    fields: tuple[tuple[str, str], ...]


def forms_on(who: str, page: str, body: str) -> Iterator[FormSeen]:
    """The forms of a page that are posted, with each of their buttons once."""
    document = html.document_fromstring(body)
    done = set()
    for form in document.forms:
        action = form.get("action") or page
        if form.get("method", "get").lower() != "post" or action in done:
            continue
        done.add(action)
        fields = fields_of(form)
        sends_files = form.get("enctype") == "multipart/form-data"
        fields += _ticked(form, fields)
        fields += [(name, "") for name in form.xpath(".//input[@type='file']/@name") if sends_files]
        buttons = [
            (each.get("name"), each.get("value", "")) for each in form.xpath(".//button[@name]")
        ]
        for button in [None, *buttons]:
            sent = [*fields, button] if button else fields
            yield FormSeen(who, page, urlsplit(action).path, tuple(sent))
        for elsewhere in form.xpath(".//button/@formaction"):
            yield FormSeen(who, page, urlsplit(elsewhere).path, tuple(fields))


def _ticked(form: Any, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The first box or choice of each name that nothing was chosen of yet."""
    names = {name for name, _ in fields}
    found: dict[str, str] = {}
    inside = ".//input[@type='checkbox' or @type='radio'][@name]"
    boxes = list(form.xpath(inside))
    if form.get("id"):
        boxes += form.xpath("//input[@type='checkbox'][@name][@form=$id]", id=form.get("id"))
    for choice in form.xpath(".//select[@multiple]/option[1]"):
        name = choice.getparent().get("name")
        if name not in names:
            found.setdefault(name, choice.get("value", ""))
    for box in boxes:
        if box.get("name") not in names:
            found.setdefault(box.get("name"), box.get("value", "on"))
    return list(found.items())


def _posted(data: list[tuple[str, str]]) -> dict[str, Any]:
    sent: dict[str, list[Any]] = {}
    for name, value in data:
        content = FILES.get(name) if value else None
        sent.setdefault(name, []).append((io.BytesIO(content), value) if content else value)
    return {"method": "POST", "data": sent}


def _words(body: bytes, media_type: str | None) -> str:
    if media_type == "application/pdf" and body.startswith(b"%PDF"):
        return _pdf_words(body)
    return body.decode("utf-8", "replace")


@lru_cache(maxsize=64)
def _pdf_words(body: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)


def all_tables() -> list[str]:
    return sorted(Base.metadata.tables)
