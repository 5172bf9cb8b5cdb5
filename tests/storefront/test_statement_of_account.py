"""The buyer's own statement: what was charged and paid, as page, PDF and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient

from models.accounts import Actor
from models.kernel import clock
from models.receivables import AccountStatement
from tests.admin.conftest import Way
from tests.world import World

Browser = Callable[[Actor], FlaskClient]


def test_the_page_and_its_table_say_what_was_charged_and_what_is_owed(
    shop: World, client_for: Browser
) -> None:
    invoice = Way(shop).invoiced({shop.product("TR-9"): 12})
    buyer = client_for(shop.alice)
    page = buyer.get("/statement")
    assert page.status_code == 200
    assert f"/invoices/{invoice.number}" in page.text
    assert f"£{invoice.total_amount:,.2f}" in page.text
    assert "Globex" not in page.text
    rows = list(csv.DictReader(io.StringIO(buyer.get("/statement.csv").text.lstrip("\ufeff"))))
    assert [row["Number"] for row in rows] == [invoice.number]
    assert sum(Decimal(row["Amount"]) for row in rows) == invoice.total_amount
    assert rows[-1]["Balance"] == f"{invoice.total_amount:f}"


def test_it_is_printed_and_a_kept_one_comes_as_it_was_sent(
    shop: World, client_for: Browser, app: Any
) -> None:
    Way(shop).invoiced({shop.product("TR-9"): 12})
    buyer, today = client_for(shop.alice), clock.today("Europe/London")
    assert buyer.get("/statement.pdf").data.startswith(b"%PDF")
    stored = app.extensions["files"].put(
        shop.session, b"%PDF-as-sent", kind="statement", owner=shop.acme,
        media_type="application/pdf", file_name="statement.pdf",
    )  # fmt: skip
    sent = {
        who: AccountStatement(
            account_id=account.id, starts_on=today, ends_on=today, currency="GBP",
            balance=Decimal(8), document_file_id=stored.id,
        )
        for who, account in (("own", shop.acme), ("other", shop.globex))
    }  # fmt: skip
    shop.session.add_all(sent.values())
    shop.session.commit()
    assert f"/statements/{sent['own'].id}.pdf" in buyer.get("/statement").text
    assert buyer.get(f"/statements/{sent['own'].id}.pdf").data == b"%PDF-as-sent"
    assert buyer.get(f"/statements/{sent['other'].id}.pdf").status_code == 404


def test_nothing_booked_and_days_that_cannot_be_are_said(shop: World, client_for: Browser) -> None:
    buyer = client_for(shop.alice)
    assert "Nothing was booked in these days" in buyer.get("/statement").text
    turned = buyer.get("/statement?from=2026-05-02&to=2026-05-01")
    assert turned.status_code == 422
    assert "The first day is after the last" in turned.text
    assert "Enter the date as" in buyer.get("/statement?from=soon").text


def test_a_branch_is_told_nothing_where_its_head_office_pays(
    shop: World, client_for: Browser
) -> None:
    shop.acme.bill_to_id = shop.globex.id
    shop.session.commit()
    buyer = client_for(shop.alice)
    assert buyer.get("/statement").status_code == 404
    assert "/statement" not in buyer.get("/invoices").text
