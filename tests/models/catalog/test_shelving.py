"""Addresses of products: free ones, without reading all there are."""

from __future__ import annotations

from models.catalog import free_slugs
from tests.world import World


def test_an_address_in_use_gets_the_next_number_that_is_free(world: World) -> None:
    for sku, slug in (("S-1", "oak-bench-9"), ("S-2", "oak-bench-9-2"), ("S-3", "ash-stool-1")):
        world.product(sku).slug = slug
    world.session.flush()
    wanted = [("Oak bench", "9"), ("Elm chair", "4"), ("Elm chair", "4"), ("Oak bench", "9")]
    assert free_slugs(world.session, wanted) == [
        "oak-bench-9-3", "elm-chair-4", "elm-chair-4-2", "oak-bench-9-4",
    ]  # fmt: skip
    world.product("S-4").slug = "elm-chair-4-2"
    world.session.flush()
    assert free_slugs(world.session, [("Elm chair", "4"), ("Elm chair", "4")]) == [
        "elm-chair-4", "elm-chair-4-3",
    ]  # fmt: skip
