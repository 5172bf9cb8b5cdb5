"""Rows that cannot be taken stop the file, until the person who applies it leaves them out."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.catalog import Product
from models.importing import apply, ask_to_apply, can_leave_out
from models.kernel.activity import Activity
from models.kernel.errors import Conflict, Refused
from tests.models.importing.conftest import Dock, silent

ONE_BAD = "sku,name,price\nL-1,Lamp,5\nL-2,Lamp,dear\nL-3,Lamp,7\nL-1,Lantern,8\n"


def skus(dock: Dock) -> set[str]:
    return set(dock.world.session.scalars(select(Product.sku).where(Product.sku.like("L-%"))))


def test_the_others_come_in_and_the_record_says_how_many_did_not(dock: Dock) -> None:
    run = dock.looked("products", ONE_BAD)
    assert (run.counts["added"], run.counts["rejected"]) == (2, 2)
    with pytest.raises(Refused, match="nothing is"):
        ask_to_apply(dock.world.session, run)
    assert run.state == "looked"
    dock.apply(run, leave_out=True)
    assert (run.state, skus(dock)) == ("done", {"L-1", "L-3"})
    assert dock.product("L-1").name == "Lamp"
    assert len(dock.sentences(run)) == 2
    told = dock.world.session.scalars(
        select(Activity.details).where(Activity.kind == "import.applied")
    ).one()
    assert (told["added"], told["rejected"]) == (2, 2)


def test_a_row_that_could_be_taken_meanwhile_is_looked_at_again_first(dock: Dock) -> None:
    run = dock.looked("barcodes", "sku,barcode\nAB-9,OLD-9\nAB-1,OLD-1\n")
    session = dock.world.session
    assert run.counts["rejected"] == 2
    dock.world.product("AB-1", stock=0)
    run = dock.looked("barcodes", "sku,barcode\nAB-9,OLD-9\nAB-1,OLD-1\n")
    ask_to_apply(session, run, leave_out=True)
    dock.world.product("AB-9", stock=0)
    with pytest.raises(Conflict, match="Look at the difference again"):
        apply(session, dock.files, run, by=dock.world.ada, progress=silent, leave_out=True)


def test_a_file_of_which_nothing_is_left_has_nothing_to_apply(dock: Dock) -> None:
    run = dock.looked("products", "sku,name,price\nL-2,Lamp,dear\n")
    assert not can_leave_out(run)
    with pytest.raises(Refused):
        ask_to_apply(dock.world.session, run, leave_out=True)


@pytest.mark.parametrize(("kind", "whose"), [("sales-orders", "customer"),
                                             ("purchase-orders", "vendor")])  # fmt: skip
def test_a_document_comes_in_whole_or_not_at_all(dock: Dock, kind: str, whose: str) -> None:
    dock.world.product("AB-1", stock=0)
    dock.done("vendors", "code,name\nV-1,Forge\n")
    code = dock.world.acme.number if whose == "customer" else "V-1"
    title = f"order number,{whose},sku,quantity,{'price' if whose == 'customer' else 'cost'}\n"
    rows = (f"{number},{code},{sku},1,4\n"
            for number, sku in (("O-1", "AB-1"), ("O-1", "NO-1"), ("O-2", "AB-1")))  # fmt: skip
    run = dock.looked(kind, title + "".join(rows))
    assert (run.counts["added"], run.counts["rejected"]) == (2, 1)
    assert not can_leave_out(run)
    with pytest.raises(Refused, match="nothing is"):
        ask_to_apply(dock.world.session, run, leave_out=True)
