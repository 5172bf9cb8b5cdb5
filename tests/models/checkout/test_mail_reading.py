"""A mail's lines as customers write them."""

from __future__ import annotations

import pytest

from models.catalog import AccountPartNumber
from models.checkout.mail_reading import read_mail
from tests.admin.conftest import counted
from tests.world import World


@pytest.fixture
def shop(world: World) -> World:
    trowel = world.product("TR-7")
    world.product("PL-1104")
    world.product("LAVENDER")
    world.session.add(
        AccountPartNumber(account_id=world.acme.id, product_id=trowel.id, code="OURS 44")
    )
    world.session.flush()
    return world


def rows(shop: World, text: str) -> list[tuple[str, str, str]]:
    read = read_mail(shop.session, text, shop.acme.id)
    return [(row.code, row.quantity, row.unit) for row in read.rows]


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("TR-7 12", ("TR-7", "12", "")),
        ("TR-7;12", ("TR-7", "12", "")),
        ("12 x TR-7 hand trowel, blue", ("TR-7", "12", "")),
        ("Please send 24 of PL-1104 (the glass one)", ("PL-1104", "24", "")),
        ("and 3 cases of OURS 44, thanks", ("OURS 44", "3", "case")),
        ("PL-1104 tumbler 350 ml, 24pcs @ 2.55", ("PL-1104", "24", "each")),
        ("PL-1104 tumbler @ 12 each", ("PL-1104", "", "")),
        ("* TR-7 trowel x6", ("TR-7", "6", "")),
        ("some lavender please", ("lavender", "", "")),
    ],
)
def test_a_line_is_read_as_it_was_meant(shop: World, line: str, row: tuple[str, str, str]) -> None:
    assert rows(shop, line) == [row]


def test_which_number_counts_is_asked_where_it_is_not_clear(shop: World) -> None:
    assert rows(shop, "PL-1104 tumbler 350 ml 24") == [("PL-1104", "350 or 24", "")]


def test_a_line_that_names_two_products_or_none_but_a_number_is_asked_about(shop: World) -> None:
    found = read_mail(shop.session, "TR-7 or PL-1104, 6\nOrder of the 5th", shop.acme.id)
    assert [row.number for row in found.rows] == [1, 2]


def test_greetings_are_left_out_and_counted(shop: World) -> None:
    text = "Hi Olu,\n\nplease send us\nTR-7 12\nthe usual\nKind regards\nJo"
    read = read_mail(shop.session, text, shop.acme.id)
    assert [(row.number, row.code, row.quantity) for row in read.rows] == [(4, "TR-7", "12")]
    assert read.left_out == 5


def test_a_long_mail_takes_as_many_statements_as_a_short_one(shop: World) -> None:
    for count in (1, 40):
        text = "\n".join(f"please {n} x TR-7 trowel" for n in range(1, count + 1))
        with counted() as sent:
            assert len(rows(shop, text)) == count
        assert len(sent) == 2
