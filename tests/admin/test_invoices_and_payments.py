"""Invoices and payments: lists, documents kept once, one payment per form, and undoing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from flask.testing import FlaskClient
from sqlalchemy import func, select

from models.kernel import clock
from models.orders import Order
from models.receivables import Application, Invoice, Payment
from tests.admin.conftest import Way, hidden, reread, statements_of
from tests.world import World

Browser = Callable[..., FlaskClient]


def form_of(client: FlaskClient, world: World, invoice: Invoice, **changes: str) -> dict[str, str]:
    page = client.get(f"/admin/payments/new?account={world.acme.id}")
    assert page.status_code == 200, page.text
    total = f"{invoice.total_amount:.2f}"
    return {
        "submission_key": hidden(page.text, "submission_key"),
        "account": str(world.acme.id),
        "amount": total,
        "means": "transfer",
        "received_on": clock.today("Europe/London").isoformat(),
        "reference": "WH-7781",
        f"invoice-{invoice.id}": total,
    } | changes


def test_the_form_proposes_the_open_invoices_oldest_first(
    world: World, way: Way, as_: Browser
) -> None:
    trowel = world.product("TR-1")
    first, second = way.invoiced({trowel: 2}), way.invoiced({trowel: 3})
    text = as_(world.nora).get(f"/admin/payments/new?account={world.acme.id}").text
    assert text.index(first.number) < text.index(second.number)
    assert f'value="{first.total_amount + second.total_amount:.2f}"' in text


def test_a_payment_pays_its_invoice_and_the_order(world: World, way: Way, as_: Browser) -> None:
    invoice = way.invoiced({world.product("TR-1"): 2})
    nora = as_(world.nora)
    response = nora.post("/admin/payments", data=form_of(nora, world, invoice))
    assert response.status_code == 303
    assert reread(world, Invoice, invoice.id).open_amount == 0
    assert reread(world, Order, invoice.order_id).status == "paid"
    assert invoice.number in nora.get(response.location).text


def test_the_same_form_twice_makes_one_payment(world: World, way: Way, as_: Browser) -> None:
    invoice = way.invoiced({world.product("TR-1"): 2})
    nora = as_(world.nora)
    form = form_of(nora, world, invoice)
    places = {nora.post("/admin/payments", data=form).location for _ in range(2)}
    assert len(places) == 1
    assert world.session.scalar(select(func.count()).select_from(Payment)) == 1
    other = nora.post("/admin/payments", data=form | {"amount": "1.00"})
    assert other.status_code == 422
    assert "has recorded" in other.text


def test_what_is_left_over_stays_as_credit(world: World, way: Way, as_: Browser) -> None:
    invoice = way.invoiced({world.product("TR-1"): 2})
    nora = as_(world.nora)
    form = form_of(nora, world, invoice, **{f"invoice-{invoice.id}": "10.00"})
    response = nora.post("/admin/payments", data=form)
    payment = world.session.scalars(select(Payment)).one()
    assert payment.unapplied_amount == invoice.total_amount - 10
    assert payment.number in nora.get("/admin/payments?state=unapplied").text
    more = nora.post(f"{response.location}/apply", data={f"invoice-{invoice.id}": "5.00"})
    assert more.status_code == 303
    assert reread(world, Invoice, invoice.id).open_amount == invoice.total_amount - 15


def test_where_nothing_is_typed_beside_an_invoice_the_oldest_is_paid_first(
    world: World, way: Way, as_: Browser
) -> None:
    trowel = world.product("TR-1")
    first, second = way.invoiced({trowel: 2}), way.invoiced({trowel: 3})
    nora = as_(world.nora)
    part = first.total_amount + 1
    form = form_of(nora, world, first, amount=f"{part:.2f}") | {f"invoice-{first.id}": ""}
    assert nora.post("/admin/payments", data=form).status_code == 303
    assert reread(world, Invoice, first.id).open_amount == 0
    assert reread(world, Invoice, second.id).open_amount == second.total_amount - 1
    kept = form_of(nora, world, second, amount="5.00", keep="y") | {f"invoice-{second.id}": ""}
    place = nora.post("/admin/payments", data=kept).location
    assert "£5.00" in nora.get(place).text
    assert reread(world, Invoice, second.id).open_amount == second.total_amount - 1


def test_money_recorded_from_an_order_pays_its_invoices_first(
    world: World, way: Way, as_: Browser
) -> None:
    trowel = world.product("TR-1")
    first, second = way.invoiced({trowel: 2}), way.invoiced({trowel: 3})
    nora = as_(world.nora)
    page = nora.get(f"/admin/payments/new?account={world.acme.id}&order={second.order_number}").text
    assert f'value="{second.total_amount:.2f}"' in page
    form = form_of(nora, world, second, first=second.order_number, amount="4.00")
    assert nora.post("/admin/payments", data=form | {f"invoice-{second.id}": ""}).status_code == 303
    assert reread(world, Invoice, first.id).open_amount == first.total_amount
    assert reread(world, Invoice, second.id).open_amount == second.total_amount - 4


def test_without_an_account_it_is_asked_who_paid(world: World, way: Way, as_: Browser) -> None:
    way.invoiced({world.product("TR-1"): 2})
    nora = as_(world.nora)
    page = nora.get("/admin/payments/new").text
    assert page.index(world.acme.name) < page.index(world.globex.name)
    assert f"/admin/payments/new?account={world.acme.id}" in page
    assert "No account is called that" in nora.get("/admin/payments/new?q=nobody at all").text


def test_wrong_amounts_are_refused_at_the_form_which_keeps_what_was_typed(
    world: World, way: Way, as_: Browser
) -> None:
    invoice = way.invoiced({world.product("TR-1"): 2})
    nora = as_(world.nora)
    for changes, words in (
        ({"amount": "5.00"}, "More is set against invoices than came in."),
        ({"amount": "-5"}, "-5 is not an amount such as 1250.00."),
        ({"amount": "0"}, "Enter an amount above zero"),
        ({f"invoice-{invoice.id}": "ten"}, "Enter an amount such as 120.50."),
        ({"received_on": "2099-01-01"}, "cannot have come in the future"),
        ({"means": "card"}, "Not a valid choice"),
    ):
        form = form_of(nora, world, invoice, **changes)
        if changes.get("amount") in {"-5", "0"}:
            form[f"invoice-{invoice.id}"] = ""
        response = nora.post("/admin/payments", data=form)
        assert response.status_code == 422, changes
        assert words in response.text, changes
        assert "WH-7781" in response.text
    assert world.session.scalar(select(func.count()).select_from(Payment)) == 0


def test_taking_a_payment_off_opens_the_invoice_again_once(
    world: World, way: Way, as_: Browser
) -> None:
    invoice = way.invoiced({world.product("TR-1"): 2})
    nora = as_(world.nora)
    place = nora.post("/admin/payments", data=form_of(nora, world, invoice)).location
    application = world.session.scalars(select(Application)).one()
    undo = f"{place}/applications/{application.id}/undo"
    assert nora.post(undo).status_code == 303
    assert reread(world, Invoice, invoice.id).open_amount == invoice.total_amount
    assert nora.post(undo).status_code == 409
    assert as_(world.olu).post(undo).status_code == 403


def test_another_accounts_invoice_cannot_be_paid(world: World, way: Way, as_: Browser) -> None:
    invoice = way.invoiced({world.product("TR-1"): 2})
    nora = as_(world.nora)
    form = form_of(nora, world, invoice) | {"account": str(world.globex.id)}
    assert nora.post("/admin/payments", data=form).status_code == 404
    assert reread(world, Invoice, invoice.id).open_amount == invoice.total_amount


def test_an_invoice_never_rendered_is_rendered_on_download_and_kept(
    world: World, way: Way, as_: Browser
) -> None:
    invoice = way.invoiced({world.product("TR-1"): 2})
    nora = as_(world.nora)
    address = f"/admin/invoices/{invoice.number}/invoice.pdf"
    with nora.get(address) as first:
        assert first.data.startswith(b"%PDF")
    kept = reread(world, Invoice, invoice.id).document_file_id
    assert kept is not None
    with nora.get(address) as again:
        assert again.data.startswith(b"%PDF")
    assert reread(world, Invoice, invoice.id).document_file_id == kept


def test_invoices_stand_under_their_state_with_totals(world: World, way: Way, as_: Browser) -> None:
    trowel = world.product("TR-1")
    open_one, paid = way.invoiced({trowel: 2}), way.invoiced({trowel: 3})
    nora = as_(world.nora)
    form = form_of(nora, world, paid)
    nora.post("/admin/payments", data=form)
    text = nora.get("/admin/invoices").text
    assert open_one.number in text
    assert paid.number not in text
    assert "1 document" in text
    assert paid.number in nora.get("/admin/invoices?state=paid").text
    assert open_one.number not in nora.get("/admin/invoices?state=overdue").text
    assert open_one.number in nora.get(f"/admin/invoices?q={open_one.order_number}").text
    exported = nora.get("/admin/invoices/export.csv?state=all").get_data(as_text=True)
    assert open_one.number in exported
    assert paid.number in exported


def test_an_invoice_page_shows_lines_tax_and_what_was_paid(
    world: World, way: Way, as_: Browser
) -> None:
    invoice = way.invoiced({world.product("TR-1", price="4.86"): 24})
    nora = as_(world.nora)
    nora.post("/admin/payments", data=form_of(nora, world, invoice, amount="10", **{
        f"invoice-{invoice.id}": "10"}))  # fmt: skip
    text = nora.get(f"/admin/invoices/{invoice.number}").text
    for words in ("£116.64", "£4.86", "Part paid", "WH-7781", "Acme Gifts"):
        assert words in text
    assert nora.get("/admin/invoices/INV-1").status_code == 404
    assert Decimal(invoice.total_amount) > 0


def test_the_invoice_list_costs_the_same_for_many(world: World, way: Way, as_: Browser) -> None:
    trowel = world.product("TR-1", price="1.00", stock=1000)
    nora = as_(world.nora)
    way.invoiced({trowel: 1})
    few = statements_of(nora, "/admin/invoices")
    for _ in range(12):
        way.invoiced({trowel: 1})
    assert statements_of(nora, "/admin/invoices") == few
    assert few <= 8


def test_money_for_an_order_in_advance_is_recorded_on_its_own_form_and_lets_it_go(
    world: World, way: Way, as_: Browser
) -> None:
    order = way.placed({world.product("TR-1"): 5}, payment_means="transfer")
    nora = as_(world.nora)
    assert "Record its payment" in nora.get(f"/admin/orders/{order.number}").text
    printed = nora.get(f"/admin/orders/{order.number}/pro-forma.pdf")
    assert printed.data.startswith(b"%PDF")
    page = nora.get(f"/admin/payments/new?account={world.acme.id}&order={order.number}")
    assert f"Order {order.number}, in advance" in page.text
    form = {name: hidden(page.text, name) for name in ("submission_key", "account", "order")} | {
        "means": "transfer",
        "received_on": clock.today("Europe/London").isoformat(),
    }
    refused = nora.post("/admin/payments", data=form | {"amount": "9999.00"})
    assert refused.status_code == 422
    assert "Record the rest as a payment of the account" in refused.text
    assert "in advance" in refused.text
    done = nora.post("/admin/payments", data=form | {"amount": f"{order.total_amount:.2f}"})
    assert done.status_code == 303
    assert reread(world, Order, order.id).status == "open"
    assert "Record its payment" not in nora.get(f"/admin/orders/{order.number}").text
