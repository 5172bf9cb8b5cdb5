"""Every page that anybody is shown: valid HTML, right headers, nothing inline, no forged form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import html5lib
import pytest
from lxml import html
from lxml.html import HtmlElement

from tests.proof import filling
from tests.proof.estate import UNKNOWN_ID
from tests.proof.everybody import STRANGERS, Read, may
from tests.proof.walking import FormSeen, Reply, Walk, addresses, routes, unknown_address
from web.forms import UNFORGEABLE, UNFORGEABLE_BLUEPRINTS

pytestmark = pytest.mark.serial
UNTYPED = {"hidden", "submit", "button", "reset", "image"}
FRAGMENTS = {"/search/suggest", "/admin/prices/why/accounts", "/admin/prices/why/products"}
ALLOWED_TO_BE_FORGED = {"webhooks.stripe", "demo.start", "csp.report"}
"""Each because its requests are signed, or because it gives away nothing (the demo's sign-ins)."""
HOSTILE = (
    "//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example",
    "javascript:alert(1)", "/%0d%0aSet-Cookie:x=1", "\r\nLocation: //evil.example",
    "/\t/evil.example", "http:/evil.example", "\\\\evil.example", "@evil.example", "evil.example",
)  # fmt: skip
NEXTS = ("next", "back", "return_to", "return_url", "url")


def pages(read: Read) -> Iterator[tuple[str, str, Reply]]:
    """Every page once per person that sees it: who, address, answer."""
    for (who, _rule), answers in read.items():
        for address, reply in answers:
            if reply.status == 200 and reply.media_type == "text/html" and reply.body.strip():
                yield who, address, reply


def documents(read: Read) -> Iterator[tuple[str, str, HtmlElement, Reply]]:
    for who, address, reply in pages(read):
        if address.partition("?")[0] not in FRAGMENTS:
            yield who, address, html.document_fromstring(reply.body), reply


def test_every_page_is_valid_html(read: Read) -> None:
    wrong: Counter[str] = Counter()
    for _who, address, reply in pages(read):
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        if address.partition("?")[0] in FRAGMENTS:
            parser.parseFragment(reply.body)
        else:
            parser.parse(reply.body)
        for (line, _column), code, facts in parser.errors:
            place = reply.body.splitlines()[line - 1][:160] if line else ""
            wrong[f"{re.sub('[0-9]+', '0', address)}: {code} {facts} in {place}"] += 1
    assert dict(wrong) == {}


def test_every_page_has_a_title_one_heading_and_each_id_once(read: Read) -> None:
    wrong = set()
    for _who, address, document, _reply in documents(read):
        place = re.sub("[0-9]+", "0", address)
        title = document.findtext(".//title") or ""
        if not title.strip():
            wrong.add((place, "has no title"))
        if len(document.findall(".//h1")) != 1:
            wrong.add((place, f"has {len(document.findall('.//h1'))} h1"))
        ids = Counter(document.xpath("//@id"))
        wrong |= {(place, f"has #{each} {times} times") for each, times in ids.items() if times > 1}
    assert wrong == set()


def test_every_field_has_a_name_that_is_read_out(read: Read) -> None:
    wrong = set()
    for _who, address, document, _reply in documents(read):
        labelled = set(document.xpath("//label/@for"))
        for part in document.xpath("//input | //select | //textarea"):
            if part.get("type", "text") in UNTYPED or part.get("hidden") is not None:
                continue
            named = (
                part.get("aria-label") or part.get("aria-labelledby") or part.get("id") in labelled
            )
            inside = part.xpath("ancestor::label")
            if not named and not inside:
                place = re.sub("[0-9]+", "0", address)
                wrong.add((place, part.get("name") or part.get("id")))
    assert wrong == set()


def test_what_refers_to_an_id_finds_it(read: Read) -> None:
    wrong = set()
    for _who, address, document, _reply in documents(read):
        ids = set(document.xpath("//@id"))
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "form", "list"):
            for value in document.xpath(f"//@{name}"):
                place = re.sub("[0-9]+", "0", address)
                wrong |= {(place, name, each) for each in value.split() if each not in ids}
    assert wrong == set()


def test_nothing_runs_or_styles_inline_and_every_script_is_our_own_file_or_nonced(
    read: Read,
) -> None:
    wrong = set()
    for _who, address, document, reply in documents(read):
        place = re.sub("[0-9]+", "0", address)
        if document.xpath("//@style") or document.xpath("//style"):
            wrong.add((place, "an inline style"))
        handlers = [each for each in document.xpath("//@*") if each.attrname.startswith("on")]
        wrong |= {(place, each.attrname) for each in handlers}
        if document.xpath("//@href[starts-with(., 'javascript:')]"):
            wrong.add((place, "a javascript: address"))
        nonce = re.search(r"'nonce-([\w-]+)'", reply.words)
        for script in document.xpath("//script"):
            own = (script.get("src") or "").startswith("/")
            if not own and (not nonce or script.get("nonce") != nonce.group(1)):
                wrong.add((place, "a script that is neither"))
    assert wrong == set()


def test_every_answer_carries_the_headers_that_protect_it(read: Read) -> None:
    wrong = set()
    for (who, _rule), answers in read.items():
        for address, reply in answers:
            lacking = _lacking(who, reply)
            wrong |= {(re.sub("[0-9]+", "0", address), each) for each in lacking}
    assert wrong == set()


def _lacking(who: str, reply: Reply) -> set[str]:
    head = reply.words.partition("\n\n")[0]
    wanted = {
        "X-Content-Type-Options: nosniff", "Referrer-Policy:", "Cross-Origin-Opener-Policy:",
        "Cross-Origin-Resource-Policy: same-origin", "Permissions-Policy:",
    }  # fmt: skip
    if reply.media_type == "text/html" and reply.status == 200:
        wanted |= {"Content-Security-Policy: default-src 'none'", "HX-Request", "base-uri 'none'"}
    if who != "anonymous" and reply.media_type in ("text/html", "text/csv", "application/pdf"):
        wanted.add("no-store")
    lacking = {each for each in wanted if each not in head}
    for cookie in re.findall(r"^Set-Cookie: (.+)$", head, re.MULTILINE):
        flags = {"HttpOnly", "SameSite=Lax", "Path=/"}
        lacking |= {f"{flag} on {cookie[:20]}" for flag in flags if flag not in cookie}
    return lacking


def test_a_form_without_its_token_is_refused_everywhere(walk: Walk) -> None:
    assert UNFORGEABLE <= ALLOWED_TO_BE_FORGED
    assert {"api"} >= UNFORGEABLE_BLUEPRINTS
    walk.app.config["WTF_CSRF_ENABLED"] = True
    wrong = []
    try:
        for rule in routes(walk.app, "POST"):
            if rule.endpoint in ALLOWED_TO_BE_FORGED:
                continue
            who = next(each for each in reversed(walk.cookies) if may(walk, each, rule))
            address = addresses(walk.estate, rule, walk.estate.own)[0]
            reply = walk.ask(who, address, [("reason", "x")], watches=True)
            if reply.status != 400 or reply.changed:
                wrong.append((who, address, reply.status, sorted(reply.changed)))
    finally:
        walk.app.config["WTF_CSRF_ENABLED"] = False
    assert wrong == []


def test_no_form_sends_a_browser_to_another_host(walk: Walk, forms: list[FormSeen]) -> None:
    wrong: list[Any] = []
    asked = 0
    for form in _leading_on(forms):
        for hostile in HOSTILE:
            fields = [(name, hostile if name in NEXTS else value) for name, value in form.fields]
            path = form.action
            sent = filling.filled(fields, path, walk.estate)
            query = "" if path != "/sign-in" else "?next=" + hostile.replace("\r\n", "%0d%0a")
            reply = walk.ask(form.who, path + query, sent)
            asked += 1
            if not re.fullmatch(r"(/(?![/\\])[^\\\t\r\n]*)?", reply.location):
                wrong.append((path, hostile, reply.location))
    assert asked >= 3 * len(HOSTILE)
    assert wrong == []


def _leading_on(forms: list[FormSeen]) -> list[FormSeen]:
    """One of each form that says where to go afterwards; signing in takes it from the address."""
    found: dict[str, FormSeen] = {}
    for form in forms:
        names = {name for name, _ in form.fields}
        if names & set(NEXTS) or form.action == "/sign-in":
            found.setdefault(re.sub("[0-9]+", "0", form.action), form)
    return list(found.values())


def test_another_companys_account_or_order_in_the_query_shows_nothing_of_it(walk: Walk) -> None:
    foreign = walk.estate.foreign
    order, mark = foreign.orders["placed"].number, foreign.mark.lower()
    query = f"?account={foreign.account.id}&order={order}&rep={UNKNOWN_ID}&state=all&view=all"
    wrong = []
    for rule in routes(walk.app, "GET"):
        if rule.arguments:
            continue
        for who in STRANGERS:
            if not may(walk, who, rule):
                continue
            reply = walk.ask(who, rule.rule + query)
            if reply.status >= 500 or mark in reply.words.lower():
                wrong.append((who, rule.rule, reply.status))
    assert wrong == []


def test_an_unknown_record_is_not_found_and_never_a_failure(walk: Walk) -> None:
    wrong = []
    for method in ("GET", "POST"):
        for rule in routes(walk.app, method):
            if not rule.arguments:
                continue
            for who in ("ada", "company_admin"):
                data = (
                    [("reason", "x"), ("text", "x"), ("quantity", "1")]
                    if method == "POST"
                    else None
                )
                reply = walk.ask(who, unknown_address(rule), data, watches=True)
                is_shown = method == "GET" and reply.status == 200
                if reply.status >= 500 or is_shown or reply.changed:
                    wrong.append((method, rule.rule, who, reply.status, sorted(reply.changed)))
    assert wrong == []
