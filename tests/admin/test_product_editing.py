"""A product's selling facts: changed with audit and version, refused where they make no sense."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.catalog import Product
from models.kernel.activity import Activity
from tests.admin.conftest import hidden, reread
from tests.world import World

Browser = Callable[..., FlaskClient]


@pytest.fixture
def trowel(world: World) -> Product:
    product = world.product("TR-1")
    world.session.commit()
    return product


def form_of(text: str, **typed: str) -> dict[str, str]:
    """The form as it stands, with some of it typed anew."""
    return {
        "version": hidden(text, "version"), "name": "Hand trowel", "description": "Of ash.",
        "lifecycle": "active", "tax_category": "reduced", "minimum": "12", "multiple": "6",
        "maximum": "", "backorder_policy": "backorder", "backorder_cap": "",
    } | typed  # fmt: skip


def test_selling_facts_are_changed_once_and_found_by_the_new_name(
    world: World, as_: Browser, trowel: Product
) -> None:
    pat, place = as_(world.pat), f"/admin/products/{trowel.id}"
    form = form_of(pat.get(f"{place}/edit").text)
    assert pat.post(f"{place}/edit", data=form).status_code == 303
    stale = pat.post(f"{place}/edit", data=form)
    assert stale.status_code == 409
    assert "changed meanwhile" in stale.text
    saved = reread(world, Product, trowel.id)
    assert (saved.name, saved.order_minimum, saved.tax_category) == ("Hand trowel", 12, "reduced")
    noted = world.session.scalars(select(Activity).where(Activity.kind == "product.changed")).one()
    assert noted.details["before"]["name"] == "Product TR-1"
    assert "hand trowel" in str(saved.search_words) or "trowel" in str(saved.search)


def test_a_discontinued_product_is_dated_and_dated_back(
    world: World, as_: Browser, trowel: Product
) -> None:
    pat, place = as_(world.pat), f"/admin/products/{trowel.id}/edit"
    for lifecycle, is_dated in (("discontinued", True), ("active", False)):
        form = form_of(pat.get(place).text, lifecycle=lifecycle)
        assert pat.post(place, data=form).status_code == 303
        assert (reread(world, Product, trowel.id).discontinued_on is not None) is is_dated


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": " "}, "needs a name"),
        ({"minimum": ""}, "Type a quantity"),
        ({"multiple": "0"}, "above 0"),
        ({"minimum": "1.5"}, "counted in whole units"),
        ({"maximum": "3"}, "nothing could be ordered"),
        ({"lifecycle": "gone"}, "Choose one of the list."),
        ({"tax_category": "none"}, "Choose one of the list."),
    ],
)
def test_facts_that_make_no_sense_are_refused_and_stay_as_typed(
    world: World, as_: Browser, trowel: Product, typed: dict[str, str], words: str
) -> None:
    pat, place = as_(world.pat), f"/admin/products/{trowel.id}/edit"
    refused = pat.post(place, data=form_of(pat.get(place).text, **typed))
    assert refused.status_code == 422
    assert words in refused.text
    assert "Of ash." in refused.text


def test_only_who_may_edit_products_finds_the_way(
    world: World, as_: Browser, trowel: Product
) -> None:
    olu, place = as_(world.olu), f"/admin/products/{trowel.id}"
    assert f"{place}/edit" not in olu.get(place).text
    assert olu.get(f"{place}/edit").status_code == 403
    assert f"{place}/edit" in as_(world.pat).get(place).text
