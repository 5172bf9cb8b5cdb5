"""Pads and drafts whose delivery address was changed or retired after it was chosen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.accounts import Address, Note, addresses_of
from models.checkout import Cart, Submission, alerts_of, copy_to_draft, place_for, place_order
from models.insight import alerts
from models.kernel.errors import NotFound
from models.kernel.seller import first_seller
from tests.admin.conftest import counted
from tests.admin.test_customers import PLACE
from tests.world import World

Browser = Callable[..., FlaskClient]


def hull(world: World) -> Address:
    """Acme's second address, as it is now."""
    return world.session.scalars(addresses_of(world.acme.id).where(Address.code == "HULL")).one()


def test_a_pad_and_a_draft_follow_the_address_that_was_changed_after_it_was_chosen(
    world: World, as_: Browser
) -> None:
    session, olu, bob = world.session, as_(world.olu), as_(world.bob)
    path = f"/admin/accounts/{world.acme.id}/addresses"
    olu.post(f"{path}/new", data=PLACE)
    pad = world.fill_cart(world.acme, world.bob, {world.product("MV-1", stock=50): 2})
    pad.ship_to_id = chosen = hull(world).id
    session.commit()
    draft = olu.post("/admin/desk", data={"account_id": world.acme.id}).headers["Location"]
    taken = session.scalars(select(Cart).where(Cart.owner_id == world.olu.id)).one()
    taken.ship_to_id = chosen
    session.commit()
    with counted() as before:
        assert "4 Dock Road" in bob.get("/order").text

    moved = {**PLACE, "version": "1", "line1": "9 Quay Street"}
    assert olu.post(f"{path}/{chosen}", data=moved).status_code == 303
    with counted() as after:
        assert "9 Quay Street" in bob.get("/order").text
    assert len(after) == len(before)
    assert olu.get(draft).status_code == 200
    order = place_order(
        session, pad.id, world.acme.id, Submission("k", world.total_of(pad)), by=world.bob
    )
    assert order.ship_to_address_id == hull(world).id != chosen
    assert order.ship_to["line1"] == "9 Quay Street"


def test_where_the_address_was_retired_the_default_takes_its_place(
    world: World, as_: Browser
) -> None:
    session, olu, bob = world.session, as_(world.olu), as_(world.bob)
    path = f"/admin/accounts/{world.acme.id}/addresses"
    olu.post(f"{path}/new", data=PLACE)
    pad = world.fill_cart(world.acme, world.bob, {world.product("MV-2", stock=50): 2})
    pad.ship_to_id = hull(world).id
    session.commit()
    olu.post(f"{path}/{pad.ship_to_id}/retire")
    default = session.scalars(addresses_of(world.acme.id)).first()
    assert default is not None
    assert bob.get("/order").status_code == 200
    seller = first_seller(session)
    assert place_for(session, seller, world.acme, pad.ship_to_id).ship_to == default
    with pytest.raises(NotFound):
        place_for(session, seller, world.globex, default.id)


def test_notes_follow_an_address_to_its_next_version_and_so_does_a_copied_order(
    world: World, as_: Browser
) -> None:
    session, olu = world.session, as_(world.olu)
    path = f"/admin/accounts/{world.acme.id}/addresses"
    olu.post(f"{path}/new", data=PLACE)
    pad = world.fill_cart(world.acme, world.bob, {world.product("MV-3", stock=50): 2})
    pad.ship_to_id = chosen = hull(world).id
    total = world.total_of(pad)
    order = place_order(session, pad.id, world.acme.id, Submission("k", total), by=world.bob)
    for subject_id, kind in ((chosen, "alert"), (chosen, "delivery")):
        session.add(
            Note(kind=kind, subject_kind="address", subject_id=subject_id, text=f"{kind} at Hull")
        )
    session.commit()
    moved = {**PLACE, "version": "1", "line1": "9 Quay Street"}
    assert olu.post(f"{path}/{chosen}", data=moved).status_code == 303
    assert [row.text for row in alerts(session, order, by=world.olu)] == [
        "alert at Hull",
        "delivery at Hull",
    ]

    draft = copy_to_draft(session, order, world.acme, by=world.olu).draft
    assert draft.ship_to_id == hull(world).id != chosen
    assert [row.text for row in alerts_of(session, draft)] == ["alert at Hull"]
    draft.ship_to_id = None
    assert alerts_of(session, draft) == []
    default = session.scalars(addresses_of(world.acme.id)).first()
    assert default is not None
    session.add(
        Note(kind="alert", subject_kind="address", subject_id=default.id, text="alert at home")
    )
    session.flush()
    assert [row.text for row in alerts_of(session, draft)] == ["alert at home"]
