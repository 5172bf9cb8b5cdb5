"""Returns and credit notes in the office: queues, steps, previews and refusals in place."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from flask.testing import FlaskClient
from sqlalchemy import func, select

from models.fulfilment import GoodsReturn, ReturnLine
from models.insight import check_invariants
from models.orders import Order, OrderLine
from models.receivables import Invoice, InvoiceLine
from tests.admin.conftest import Way, hidden, reread
from tests.world import World

Browser = Callable[..., FlaskClient]


def asked(world: World, way: Way, as_: Browser, units: str = "2") -> tuple[GoodsReturn, Invoice]:
    """A return that bob asked for, from an order of five."""
    invoice = way.invoiced({world.product("TR-1", price="10.00"): 5})
    order = world.session.get_one(Order, invoice.order_id)
    bob = as_(world.bob)
    page = bob.get(f"/orders/{order.number}/return")
    assert page.status_code == 200, page.text
    line = world.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    answer = bob.post(
        f"/orders/{order.number}/return",
        data={
            "submission_key": hidden(page.text, "submission_key"), f"quantity-{line.id}": units,
            "reason": "damaged", "note": "Bent",
        },
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    return world.session.scalars(select(GoodsReturn)).one(), invoice


def step(client: FlaskClient, number: str, name: str, **data: str) -> int:
    page = client.get(f"/admin/returns/{number}")
    assert page.status_code == 200, page.text
    key = hidden(page.text, "submission_key")
    return client.post(
        f"/admin/returns/{number}/{name}", data={"submission_key": key} | data
    ).status_code


def test_a_return_is_decided_received_and_credited_by_those_whose_work_it_is(
    world: World, way: Way, as_: Browser
) -> None:
    found, invoice = asked(world, way, as_)
    assert found.number in as_(world.olu).get("/admin/returns").text
    assert step(as_(world.olu), found.number, "approve", decision="Send it back") == 303
    assert found.number in as_(world.sam).get("/admin/returns?state=awaited").text
    line = world.session.scalars(select(ReturnLine)).one()
    came = {f"restocked-{line.id}": "1", f"scrapped-{line.id}": "1"}
    assert step(as_(world.sam), found.number, "receive", **came) == 303
    nora = as_(world.nora)
    assert found.number in nora.get("/admin/returns?state=to_credit").text
    assert "24.00" in nora.get(f"/admin/returns/{found.number}").text
    assert step(nora, found.number, "credit", reason="Bent", fee="2.00") == 303
    note = world.session.scalars(select(Invoice).where(Invoice.kind == "credit_note")).one()
    assert note.total_amount == Decimal("21.60")
    assert (
        reread(world, Invoice, invoice.id).open_amount == invoice.total_amount - note.total_amount
    )
    order_page = as_(world.bob).get(f"/orders/{note.order_number}").text
    assert found.number in order_page
    assert note.number in order_page
    assert note.number in nora.get(f"/admin/invoices/{invoice.number}").text
    assert as_(world.alice).get(f"/invoices/{note.number}").status_code == 200
    assert as_(world.alice).get(f"/invoices/{note.number}/pdf").data.startswith(b"%PDF")
    assert as_(world.charlie).get(f"/invoices/{note.number}").status_code == 404
    assert check_invariants(world.session) == {}


def test_refusals_stand_on_the_page_with_what_was_typed(
    world: World, way: Way, as_: Browser
) -> None:
    found, _invoice = asked(world, way, as_)
    olu = as_(world.olu)
    assert step(olu, found.number, "refuse", decision="") == 422
    assert step(olu, found.number, "approve") == 303
    assert step(olu, found.number, "approve") == 409
    line = world.session.scalars(select(ReturnLine)).one()
    sam = as_(world.sam)
    assert step(sam, found.number, "receive") == 422
    assert step(sam, found.number, "receive", **{f"restocked-{line.id}": "9"}) == 422
    assert step(sam, found.number, "receive", **{f"restocked-{line.id}": "2"}) == 303
    assert step(as_(world.nora), found.number, "credit", reason="") == 422
    assert sam.post(f"/admin/returns/{found.number}/credit").status_code == 403


def test_a_buyer_is_told_what_is_wrong_with_the_form(world: World, way: Way, as_: Browser) -> None:
    invoice = way.invoiced({world.product("TR-1"): 5})
    order = world.session.get_one(Order, invoice.order_id)
    line = world.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    address = f"/orders/{order.number}/return"
    form = {"submission_key": "k", f"quantity-{line.id}": "6", "reason": "damaged", "note": "No"}
    answer = as_(world.bob).post(address, data=form)
    assert answer.status_code == 422
    assert "at most 5 can be returned" in answer.text
    assert 'value="6"' in answer.text
    assert as_(world.charlie).get(address).status_code == 404
    whole = as_(world.bob).post(address, data=form | {f"quantity-{line.id}": "5"})
    assert whole.status_code == 303
    assert "Nothing to return" in as_(world.bob).get(address).text


def test_staff_enter_a_return_for_a_customer_on_the_phone(
    world: World, way: Way, as_: Browser
) -> None:
    invoice = way.invoiced({world.product("TR-1"): 5})
    order = world.session.get_one(Order, invoice.order_id)
    line = world.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    olu = as_(world.olu)
    page = olu.get(f"/admin/orders/{order.number}/return")
    form = {
        "submission_key": hidden(page.text, "submission_key"), f"quantity-{line.id}": "1",
        "reason": "faulty",
    }  # fmt: skip
    places = {olu.post(f"/admin/orders/{order.number}/return", data=form).location for _ in "ab"}
    assert len(places) == 1
    assert world.session.scalar(select(func.count(GoodsReturn.id))) == 1


def credit_form(client: FlaskClient, invoice: Invoice) -> dict[str, str]:
    page = client.get(f"/admin/invoices/{invoice.number}/credit")
    assert page.status_code == 200, page.text
    return {"submission_key": hidden(page.text, "submission_key"), "reason": "Wrong price"}


def test_a_wrong_price_is_shown_first_and_then_credited_once(
    world: World, way: Way, as_: Browser
) -> None:
    invoice = way.invoiced({world.product("TR-1", price="10.00"): 5})
    nora = as_(world.nora)
    line_id = line_of(world, invoice)
    form = credit_form(nora, invoice) | {f"quantity-{line_id}": "5", f"price-{line_id}": "9.00"}
    address = f"/admin/invoices/{invoice.number}/credit"
    shown = nora.post(address, data=form | {"do": "preview"})
    assert shown.status_code == 200
    assert "£6.00" in shown.text
    assert world.session.scalar(select(func.count()).where(Invoice.kind == "credit_note")) == 0
    made = {nora.post(address, data=form | {"do": "issue"}).location for _ in range(2)}
    assert len(made) == 1
    note = world.session.scalars(select(Invoice).where(Invoice.kind == "credit_note")).one()
    assert (note.net_amount, note.total_amount, note.open_amount) == (5, 6, 0)
    again = nora.post(address, data=form | {"do": "issue", "submission_key": "new"})
    assert again.status_code == 422
    assert "must be below 9" in again.text


def test_a_new_price_alone_is_credited_on_all_units_that_are_left(
    world: World, way: Way, as_: Browser
) -> None:
    invoice = way.invoiced(
        {world.product("TR-1", price="10.00"): 5, world.product("TR-2", price="3.00"): 2}
    )
    nora = as_(world.nora)
    ids = dict(
        world.session.execute(
            select(InvoiceLine.sku, InvoiceLine.id).where(InvoiceLine.invoice_id == invoice.id)
        ).all()
    )
    form = credit_form(nora, invoice) | {
        f"price-{ids['TR-1']}": "9.00", f"quantity-{ids['TR-2']}": "1",
    }  # fmt: skip
    nora.post(f"/admin/invoices/{invoice.number}/credit", data=form | {"do": "issue"})
    note = world.session.scalars(select(Invoice).where(Invoice.kind == "credit_note")).one()
    assert note.net_amount == 5 + 3


def test_carriage_is_taken_back_once(world: World, way: Way, as_: Browser) -> None:
    invoice = way.invoiced({world.product("TR-1", price="10.00"): 5})
    nora = as_(world.nora)
    page = nora.get(f"/admin/invoices/{invoice.number}/credit").text
    charge = hidden(page, "charge")
    form = credit_form(nora, invoice) | {"charge": charge, "do": "issue"}
    address = f"/admin/invoices/{invoice.number}/credit"
    assert nora.post(address, data=form).status_code == 303
    again = nora.post(address, data=form | {"submission_key": "new"})
    assert again.status_code == 422
    assert "credited already" in again.text


def test_credit_on_account_waits_until_it_is_set_against_an_invoice(
    world: World, way: Way, as_: Browser
) -> None:
    invoice = way.invoiced({world.product("TR-1", price="10.00"): 5})
    nora, address = as_(world.nora), f"/admin/accounts/{world.acme.id}/credit-note"
    form = {
        "submission_key": hidden(nora.get(address).text, "submission_key"), "amount": "20.00",
        "tax_category": "standard", "reason": "Late delivery",
    }  # fmt: skip
    assert nora.post(address, data=form | {"reason": ""}).status_code == 422
    made = {nora.post(address, data=form).location for _ in range(2)}
    assert len(made) == 1
    note = world.session.scalars(select(Invoice).where(Invoice.kind == "credit_note")).one()
    assert (note.total_amount, note.open_amount, note.corrects_id) == (24, 24, None)
    assert note.number in nora.get(f"/admin/accounts/{world.acme.id}").text
    assert "£24.00" in as_(world.alice).get("/invoices").text
    use = f"/admin/invoices/{note.number}/use-credit"
    assert nora.post(use, data={}).status_code == 422
    assert nora.post(use, data={f"invoice-{invoice.id}": "30.00"}).status_code == 422
    assert nora.post(use, data={f"invoice-{invoice.id}": "24.00"}).status_code == 303
    assert reread(world, Invoice, note.id).open_amount == 0
    assert reread(world, Invoice, invoice.id).open_amount == invoice.total_amount - 24
    assert as_(world.olu).post(address, data=form).status_code == 403
    assert check_invariants(world.session) == {}


def line_of(world: World, invoice: Invoice) -> int:
    found = world.session.scalar(select(InvoiceLine.id).where(InvoiceLine.invoice_id == invoice.id))
    assert found is not None
    return found
