"""How postal addresses are written."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from web.addresses import address_lines
from web.i18n import speaking

YORK = {"postcode": "YO1 7HH", "country": "GB", "line1": "12 High Street", "city": "York",
        "company": "Acme Gifts", "contact": ""}  # fmt: skip


def test_lines_stand_in_the_order_of_an_envelope_whatever_the_order_they_are_kept_in() -> None:
    assert address_lines(YORK, "GB") == ["Acme Gifts", "12 High Street", "York YO1 7HH"]


@pytest.mark.parametrize(("locale", "name"), [("en_GB", "Germany"), ("de_DE", "Deutschland")])
def test_a_country_abroad_is_written_by_its_name(locale: str, name: str) -> None:
    with speaking(locale):
        assert address_lines(SimpleNamespace(**{**YORK, "country": "DE"}), "GB")[-1] == name


def test_a_country_without_a_name_is_written_as_its_code() -> None:
    assert address_lines({"country": "QQ"}, "GB") == ["QQ"]


@pytest.mark.parametrize(("country", "place"), [("DE", "20457 Hamburg"), ("US", "Hamburg 20457")])
def test_the_postcode_stands_where_the_country_has_it(country: str, place: str) -> None:
    address = {"company": "Lindenhof", "city": "Hamburg", "postcode": "20457", "country": country}
    assert address_lines(address, country) == ["Lindenhof", place]
