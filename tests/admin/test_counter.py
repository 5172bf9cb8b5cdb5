"""A sale at the counter through its pages, without scripts."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from models.accounts import Actor
from models.orders import Order, OrderLine
from models.pricing import PriceEntry
from models.receivables import Payment
from tests.admin.conftest import Way, hidden
from tests.world import World

Browser = Callable[[Actor], FlaskClient]


def test_a_cash_customer_buys_pays_and_gets_change(world: World, as_: Browser) -> None:
    world.product("TR-1", price="10.00", stock=5)
    world.session.commit()
    ada, olu = as_(world.ada), as_(world.olu)
    assert "Cash customer<" not in olu.get("/admin/counter").text
    wrong = ada.post("/admin/counter/cash-account", data={"number": "C9"})
    assert wrong.status_code == 422
    assert ada.post("/admin/counter/cash-account", data={"number": "c0002"}).status_code == 303
    assert "Cash customer" in olu.get("/admin/counter").text
    at = f"/admin/counter/{world.globex.id}"
    assert "Nothing scanned yet" in olu.get(at).text
    for data, words in (
        ({"code": ""}, "Scan or type a code first."),
        ({"code": "XX-9"}, "is no product that we know"),
        ({"code": "TR-1", "quantity": "x"}, "x"),
    ):
        refused = olu.post(f"{at}/scan", data=data)
        assert refused.status_code == 422
        assert words in refused.text
    assert olu.post(f"{at}/scan", data={"code": "TR-1", "quantity": "2"}).status_code == 303
    page = olu.get(at).text
    assert "Sell for £24.00" in page
    assert "On account" not in page
    form = {
        "submission_key": hidden(page, "submission_key"), "shown_total": "24.00", "means": "cash",
        "customer": "Wren",
    }  # fmt: skip
    little = olu.post(f"{at}/sell", data={**form, "given": "20"})
    assert "less than the total" in little.text
    done = olu.post(f"{at}/sell", data={**form, "given": "30.00"}, follow_redirects=True)
    assert "Paid in cash £30.00, change £6.00" in done.text
    assert "Paid in cash £30.00, change £6.00" in olu.get(done.request.path).text
    assert "Sold for £24.00" in done.text
    assert "Wren" in done.text
    again = olu.post(f"{at}/sell", data=form)
    assert again.status_code == 303
    session = world.session
    assert session.scalar(select(func.count()).select_from(Order)) == 1
    assert session.scalar(select(func.count()).select_from(Payment)) == 1
    invoice = done.text.split("/admin/invoices/")[1].split("/")[0]
    assert olu.get(f"/admin/invoices/{invoice}/invoice.pdf").status_code == 200


def test_lines_are_changed_and_taken_off(world: World, as_: Browser) -> None:
    shelf = world.product("TR-1", price="10.00", stock=2)
    world.session.commit()
    olu, at = as_(world.olu), f"/admin/counter/{world.acme.id}"
    olu.post(f"{at}/scan", data={"code": "TR-1", "quantity": "3"})
    page = olu.get(at).text
    assert "only 2 in stock" in page
    form = {"submission_key": "k", "shown_total": "36.00", "means": "cash"}
    refused = olu.post(f"{at}/sell", data=form)
    assert refused.status_code == 422
    assert "TR-1: only 2 here." in refused.text
    assert world.session.scalar(select(func.count()).select_from(Order)) == 0
    assert olu.post(f"{at}/products/{shelf.id}", data={"units": "2"}).status_code == 303
    assert "Sell for £24.00" in olu.get(at).text
    assert olu.post(f"{at}/empty").status_code == 303
    assert "Nothing scanned yet" in olu.get(at).text


def test_a_single_is_sold_below_the_minimum_for_a_reason(world: World, as_: Browser) -> None:
    shelf = world.product("TR-1", price="10.00", stock=9, order_minimum=6)
    prices = update(PriceEntry).where(PriceEntry.product_id == shelf.id)
    world.session.execute(prices.values(min_quantity=6))
    world.session.commit()
    olu, at = as_(world.olu), f"/admin/counter/{world.acme.id}"
    olu.post(f"{at}/scan", data={"code": "TR-1"})
    page = olu.get(at).text
    assert "The minimum is 6" in page
    anyway = f"{at}/products/{shelf.id}/anyway"
    assert "Say why it is sold in another quantity" in olu.post(anyway, data={}).text
    settled = {f"reason-{shelf.id}": "Broken case"}
    page = olu.post(anyway, data=settled, follow_redirects=True).text
    assert "Not by the pack: Broken case" in page
    assert "Sell for £12.00" in page
    form = {"submission_key": hidden(page, "submission_key"), "shown_total": "12.00"}
    sold = olu.post(f"{at}/sell", data={**form, "means": "terminal"}, follow_redirects=True)
    assert "Sold for £12.00" in sold.text
    assert as_(world.rita).post(anyway, data=settled).status_code == 403
    line = world.session.scalars(select(OrderLine)).one()
    assert (line.ordered, line.unit_price) == (1, 10)


def test_only_who_may_sells_and_a_pad_of_the_shop_is_not_touched(
    world: World, way: Way, as_: Browser
) -> None:
    world.product("TR-1", stock=5)
    other = way.placed({world.product("TR-2", stock=5): 1})
    assert as_(world.sam).get("/admin/counter").status_code == 403
    olu = as_(world.olu)
    assert olu.get(f"/admin/counter/sales/{other.number}").status_code == 404
    assert "Acme" in olu.get("/admin/counter?q=acme").text
    assert "No account found" in olu.get("/admin/counter?q=zzz").text
    assert olu.get("/admin/counter/999999").status_code == 404
