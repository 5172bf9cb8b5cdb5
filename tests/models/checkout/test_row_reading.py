"""Lists of codes and quantities, however people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.checkout import TypedRow, read_text
from models.kernel.errors import Refused

CODES = st.from_regex(r"[A-Z]{2}-[0-9]{3,5}(-[A-Z]{2})?", fullmatch=True)
QUANTITIES = st.integers(1, 9999)
SEPARATORS = st.sampled_from(["\t", ",", ";", "  ", " "])


@given(st.lists(st.tuples(CODES, QUANTITIES), min_size=1, max_size=20), SEPARATORS, st.booleans())
def test_two_columns_in_either_order_come_out_as_they_were_meant(
    rows: list[tuple[str, int]], separator: str, quantity_first: bool
) -> None:
    lines = [
        f"{quantity}{separator}{code}" if quantity_first else f"{code}{separator}{quantity}"
        for code, quantity in rows
    ]
    found = read_text("\n".join(lines))
    assert [(row.code, row.quantity) for row in found] == [(code, str(q)) for code, q in rows]


@given(st.text(max_size=300))
def test_no_text_breaks_it_and_every_row_has_its_line_number(text: str) -> None:
    for row in read_text(text):
        assert 1 <= row.number <= len(text.splitlines())
        assert row.code.strip()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("TR-1", TypedRow(1, "TR-1")),
        ("TR-1 2 cases", TypedRow(1, "TR-1", "2", "case")),
        ("12 x TR-1", TypedRow(1, "TR-1", "12")),
        ("TR-1\t24\tcase", TypedRow(1, "TR-1", "24", "case")),
        ("5012345678900,6", TypedRow(1, "5012345678900", "6")),
        ("6;5012345678900", TypedRow(1, "5012345678900", "6")),
        ("PL 1104 24", TypedRow(1, "PL 1104", "24")),
        ("TR-1,many", TypedRow(1, "TR-1", "many")),
    ],
)
def test_a_single_row(typed: str, expected: TypedRow) -> None:
    assert read_text(typed) == [expected]


def test_a_header_is_left_out_and_the_rows_keep_their_numbers() -> None:
    assert read_text("SKU;Qty\nTR-1;2") == [TypedRow(2, "TR-1", "2")]


def test_more_than_5000_rows_are_refused() -> None:
    with pytest.raises(Refused, match="at most 5,000"):
        read_text("TR-1,1\n" * 5001)
