"""Every route says who may use it, in a list that is reviewed, and has a readable address."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from web.routes import UNDECLARED, access_matrix

MATRIX = Path(__file__).parent / "access_matrix.txt"
TYPED = re.compile(r"<(?:(?P<type>[a-z]+):)?(?P<name>[a-z_]+)>")
WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)?")


def test_the_checked_in_matrix_is_what_the_routes_say(app: Flask) -> None:
    assert MATRIX.read_text() == access_matrix(app), "run: bin/flask access-matrix"


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    assert UNDECLARED not in access_matrix(app)


def test_addresses_are_lower_case_words_with_hyphens(app: Flask) -> None:
    wrong = [
        rule.rule
        for rule in app.url_map.iter_rules()
        for part in TYPED.sub("", rule.rule).split("/")
        if part and not WORD.fullmatch(part.strip("-."))
    ]
    assert wrong == []


def test_an_id_in_an_address_is_a_number(app: Flask) -> None:
    wrong = [
        rule.rule
        for rule in app.url_map.iter_rules()
        for found in TYPED.finditer(rule.rule)
        if (found["name"] == "id" or found["name"].endswith("_id")) and found["type"] != "int"
    ]
    assert wrong == []


def test_a_get_is_all_that_a_reading_route_takes(app: Flask) -> None:
    mixed = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and {"POST", "PUT", "DELETE"} & set(rule.methods or ())
    ]
    assert mixed == []
