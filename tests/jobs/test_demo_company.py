"""The demo company: a month of it, lived through the domain, adds up and looks alive."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from stdnum import ean

from jobs.demo.loading import is_loaded, load, sign_ins
from models.accounts import Account, User, demo_sign_ins
from models.catalog import Barcode, Category, Product
from models.fulfilment import GoodsReturn, PickList, Shipment
from models.insight import check_invariants
from models.kernel.files import FileStore
from models.kernel.mail import MailMessage
from models.orders import Order
from models.pricing import PriceList
from models.receivables import Invoice

pytestmark = pytest.mark.concurrency


def test_a_month_of_the_demo_adds_up_and_looks_alive(
    committed_sessions: sessionmaker[Session], files: FileStore
) -> None:
    said: list[str] = []
    with committed_sessions() as session:
        assert not is_loaded(session)
        load(session, files, said.append, months=3, lived=1)
        assert is_loaded(session)
        assert check_invariants(session) == {}
        assert session.scalar(select(func.count(Product.id))) >= 550
        assert session.scalar(select(func.count(Category.id))) > 20
        assert session.scalar(select(func.count(Account.id))) == 40
        assert session.scalar(select(func.count(PriceList.id))) == 6
        assert session.scalar(select(func.count(Order.id))) > 150
        came_over = select(func.count(Order.id)).where(Order.origin == "imported")
        assert session.scalar(came_over) > 100
        assert session.scalar(select(func.count(Invoice.id))) > 10
        states = {"released", "picked"}
        assert states <= set(session.scalars(select(PickList.state))), "work for every station"
        assert {"packing", "packed"} <= set(session.scalars(select(Shipment.state)))
        told = set(session.scalars(select(GoodsReturn.state)))
        assert {"requested", "approved", "received", "closed"} <= told, "returns at every step"
        assert session.scalar(select(func.count()).where(Invoice.kind == "credit_note"))
        assert session.scalar(select(func.count(MailMessage.id))) == 0, "no mail about the past"
        codes = session.scalars(select(Barcode.code).limit(200)).all()
        assert all(ean.is_valid(code) for code in codes)
        emails = set(session.scalars(select(User.email)))
        assert {email for email, _ in sign_ins()} <= emails
        assert len(demo_sign_ins(session)) >= 7
    assert any("Founding" in line for line in said)
