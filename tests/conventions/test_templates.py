"""Templates: fragments are named as such, and nothing runs or styles inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
TEMPLATES = sorted((TOP / "templates").rglob("*.html"))
PRINTED = {"documents", "emails"}
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
OTHER_HOST = re.compile(r"(?:src|href|action)=[\"']?(?:https?:)?//", re.IGNORECASE)
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false")


def on_screen() -> list[Path]:
    return [path for path in TEMPLATES if not PRINTED & set(path.parts)]


@pytest.mark.parametrize("pattern", [INLINE, OTHER_HOST], ids=["inline", "other host"])
def test_pages_hold_no_inline_code_and_call_no_other_host(pattern: re.Pattern[str]) -> None:
    assert [str(path) for path in on_screen() if pattern.search(path.read_text())] == []


def test_nothing_is_put_into_a_page_unescaped() -> None:
    assert [str(path) for path in TEMPLATES if UNESCAPED.search(path.read_text())] == []


def test_fragments_are_named_with_an_underscore_and_have_no_document() -> None:
    assert TEMPLATES
    fragments = [path for path in TEMPLATES if path.parent.name == "fragments"]
    assert [str(path) for path in fragments if not path.name.startswith("_")] == []
    named = [path for path in TEMPLATES if path.name.startswith("_")]
    whole = re.compile(r"<!doctype|\{%-?\s*extends", re.IGNORECASE)
    assert [str(path) for path in named if whole.search(path.read_text())] == []
