"""Charges set by hand against shipping, invoicing and other changes, over real connections."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from models.checkout import Amendment, ChargeWish, Wishes, amend_order
from models.insight import check_invariants
from models.kernel.errors import Conflict
from models.orders import Order, OrderAmendment, OrderCharge
from models.receivables import Invoice, InvoiceCharge
from tests.models.checkout.acts import Act, attempt, changing, charging, working
from tests.models.checkout.changing import Office
from tests.world import make_world

pytestmark = pytest.mark.concurrency
ORDERS, DOORS = 6, 6


def test_charges_race_the_warehouse_and_no_invoice_bears_another_amount(
    committed_sessions: sessionmaker[Session],
) -> None:
    with committed_sessions() as session:
        world = make_world(session)
        trowel = world.product("TR-1", stock=100)
        ids = [Office(world).order({trowel: 5}).id for _ in range(ORDERS)]
        session.commit()
    gate = Barrier(DOORS)

    def acts(seed: int) -> list[tuple[str, Act]]:
        found: list[tuple[str, Act]] = []
        for order_id in ids:
            key = f"{seed}-{order_id}"
            pallets = ChargeWish(Decimal(seed + 1), name=f"Pallet {seed}")
            found += [
                ("waive", charging(order_id, ChargeWish(Decimal(0), "carriage"), world.olu, key)),
                ("add", charging(order_id, pallets, world.olu, f"p{key}")),
                ("more", changing(order_id, 6 + seed, world.olu, f"m{key}")),
                ("work", working(order_id, world.sam)),
                ("work", working(order_id, world.sam)),
            ]
        random.Random(seed).shuffle(found)
        return found

    def run(seed: int) -> list[tuple[str, str]]:
        gate.wait()
        return [(name, attempt(committed_sessions, act)[0]) for name, act in acts(seed)]

    with ThreadPoolExecutor(DOORS) as pool:
        said = Counter(answer for part in pool.map(run, range(DOORS)) for answer in part)
    for name in ("waive", "add", "more", "work"):
        assert said[name, "done"] > 0, said
    assert not [key for key in said if key[1] == "gave up"], said
    with committed_sessions() as session:
        assert check_invariants(session) == {}
        assert session.scalar(select(func.count(Invoice.id))), said
        pairs = session.execute(
            select(OrderCharge, InvoiceCharge).join(
                InvoiceCharge, InvoiceCharge.order_charge_id == OrderCharge.id
            )
        )
        for charge, billed in pairs:
            assert (billed.amount, billed.text) == (charge.amount, charge.text)
        for order in session.scalars(select(Order).where(Order.status == "invoiced")):
            assert order.total_amount == order.invoiced_amount


def test_two_who_set_a_charge_at_once_do_not_undo_each_other(
    committed_sessions: sessionmaker[Session],
) -> None:
    with committed_sessions() as session:
        office = Office(make_world(session))
        order = office.order({office.world.product("TR-1"): 10})
        forms = []
        for number in range(8):
            wishes = Wishes(charges=(ChargeWish(Decimal(number), "carriage"),))
            total = office.propose(order, wishes).total
            forms.append(Amendment(f"form-{number}", order.version, total, wishes, "They called."))
        order_id, olu = order.id, office.world.olu
        session.commit()
    gate = Barrier(len(forms))

    def send(form: Amendment) -> str:
        gate.wait()
        return attempt(committed_sessions, lambda s: amend_order(s, order_id, form, by=olu))[0]

    with ThreadPoolExecutor(len(forms)) as pool:
        said = Counter(pool.map(send, forms))
    assert said == {"done": 1, Conflict.__name__: len(forms) - 1}
    with committed_sessions() as session:
        made = session.scalars(select(OrderAmendment)).one()
        assert session.get_one(Order, order_id).total_amount == made.total_after
        assert len(session.scalars(select(OrderCharge)).all()) == 1
        assert check_invariants(session) == {}
