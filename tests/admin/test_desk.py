"""The order desk without scripts: drafts, rows, questions, what is settled by hand, the order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.accounts import Actor, Contact, Note
from models.catalog import AccountPartNumber, Product
from models.checkout import Cart, undecided_rows
from models.orders import Order, OrderLine
from models.pricing import PriceEntry
from tests.admin.conftest import Way, hidden, statements_of
from tests.world import World

SignIn = Callable[[Actor], FlaskClient]


class Desk:
    """Olu at a draft of Acme, as a browser without scripts sees it."""

    def __init__(self, world: World, client: FlaskClient) -> None:
        self.world, self.client = world, client
        begun = client.post("/admin/desk", data={"account_id": world.acme.id, "source": "phone"})
        assert begun.status_code == 303, begun.text
        self.href = begun.headers["Location"]
        self.id = int(self.href.rpartition("/")[2])

    @property
    def page(self) -> str:
        return self.client.get(self.href).text

    def post(self, path: str, **data: str) -> str:
        """Sends a form, follows it, and gives the page that is shown then."""
        answer = self.client.post(f"{self.href}/{path}", data=data, follow_redirects=True)
        assert answer.status_code in (200, 422), answer.status_code
        return answer.text

    def type(self, code: str, quantity: str = "") -> str:
        return self.post("add", code=code, quantity=quantity)

    @property
    def cart(self) -> Cart:
        self.world.session.expire_all()
        return self.world.session.get_one(Cart, self.id)

    def question(self) -> int:
        return int(undecided_rows(self.world.session, self.cart)[0][0].id)

    def line_id(self) -> int:
        found = re.search(r'id="line-(\d+)"', self.page)
        assert found
        return int(found.group(1))

    def place(self, **data: str) -> str:
        page = self.page
        fields = {name: hidden(page, name) for name in ("submission_key", "shown_total")}
        return self.post("place", **{"caller": "Jo Marsh", "source": "phone", **fields, **data})


@pytest.fixture
def trowel(world: World) -> Product:
    return world.product("TR-7", order_minimum=Decimal(6), order_multiple=Decimal(6))


@pytest.fixture
def olu(world: World, as_: SignIn) -> FlaskClient:
    return as_(world.olu)


def test_the_account_is_found_and_the_caller_named_by_it(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    world.session.add(
        Contact(account_id=world.acme.id, name="Jo Marsh", phone="+44 (0)20 7946 0018")
    )
    world.session.commit()
    assert "Jo Marsh" in olu.get("/admin/desk?q=020 7946 0018").text
    assert "Jo Marsh" in olu.get("/admin/desk/accounts?q=79460018").text
    begun = olu.post("/admin/desk", data={"q": "020 7946 0018", "source": "mail"})
    cart = world.session.get_one(Cart, int(begun.headers["Location"].rpartition("/")[2]))
    assert (cart.account_id, cart.caller, cart.source) == (world.acme.id, "Jo Marsh", "mail")


def test_nothing_several_and_nobody_are_answered_with_what_to_do(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    for words, sentence in (
        ("", "Type a name, a phone number"),
        ("zzz", "No account fits “zzz”"),
        ("g", "Several accounts fit “g”"),
    ):
        answer = olu.post("/admin/desk", data={"q": words, "source": "phone"})
        assert answer.status_code == 422
        assert sentence in answer.text
    assert "Begin for Acme Gifts" in olu.post("/admin/desk", data={"q": "g"}).text
    wrong = olu.post("/admin/desk", data={"account_id": world.acme.id, "source": "pigeon"})
    assert "by phone or by mail" in wrong.text


def test_an_order_is_taken_down_and_placed(world: World, trowel: Product, olu: FlaskClient) -> None:
    desk = Desk(world, olu)
    assert "Nothing is on this order yet" in desk.page
    page = desk.type("tr 7", "12")
    assert "Hull 100" in page
    assert "ships " in page
    assert "£152.70" not in page
    assert "Place order £154.20" in page  # 120 + 8.50, and a fifth
    placed = desk.place(po_number="PO 7")
    order = world.session.scalars(select(Order)).one()
    assert f"{order.number} placed" in placed
    assert "by phone" in placed
    assert (order.channel, order.caller, order.po_number) == ("phone", "Jo Marsh", "PO 7")
    again = olu.get(desk.href)
    assert again.headers["Location"].endswith(f"/admin/orders/{order.number}")
    assert "Order placed, £154.20, their PO PO 7, by phone, Jo Marsh" in placed


def test_a_total_that_was_not_read_back_is_refused_and_what_was_typed_stays(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    desk = Desk(world, olu)
    desk.type("TR-7", "6")
    page = desk.place(shown_total="1.00")
    assert "The total is 82.20 now, not 1.00" in page
    assert world.session.scalars(select(Order)).all() == []
    world.acme.requires_po_number = True
    world.session.commit()
    assert "Enter the customer&#39;s PO number; this account asks for one." in desk.place()


def test_mistakes_are_answered_beside_the_row(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    world.product("FK-1", stock=4)
    desk = Desk(world, olu)
    assert "Type a product, SKU" in desk.type("")
    page = desk.type("TR-7", "7")
    assert "Make it 6" in page
    assert "Make it 12" in page
    assert "Sell 7 as asked" in page
    page = desk.post("decide", answer=f"{desk.question()}:make-12")
    assert 'value="12"' in page
    page = desk.type("FK-1", "10")
    assert "4 in stock" in page
    page = desk.post("decide", answer=f"{desk.question()}:make-10")
    assert "6 short, no date yet" in page
    assert "not a code we know" in desk.type("who knows", "1")
    assert "Choose one of the answers" in desk.post("decide", answer="nothing")
    assert "No product has the code or name “XX”" in desk.post(
        "decide", answer=f"{desk.question()}:product", **{f"product-{desk.question()}": "XX"}
    )


def test_a_code_looked_up_is_remembered_for_the_account(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    desk = Desk(world, olu)
    desk.type("OURS 44", "12")
    row = desk.question()
    page = desk.post(
        "decide", answer=f"{row}:product", **{f"product-{row}": "TR-7", f"remember-{row}": "1"}
    )
    assert "theirs: OURS 44" in page
    assert world.session.scalars(select(AccountPartNumber.code)).all() == ["OURS 44"]
    page = desk.post("paste", rows="Code;Qty\nours44;6\nnobody knows;1")
    assert 'value="18"' in page
    assert "1 row needs an answer" in page
    found = olu.get(f"{desk.href}/suggest?code=ours44").text
    assert "theirs: OURS 44" in found
    assert "£10.00" in found


def test_a_mail_is_pasted_whole(world: World, trowel: Product, olu: FlaskClient) -> None:
    desk = Desk(world, olu)
    page = desk.post("paste", rows="Hi Olu,\nplease send\n12 x TR-7 trowel, blue\nKind regards\nJo")
    assert "1 row is on the order. 4 lines of words were left out." in page
    assert "No line of this names a product" in desk.post("paste", rows="Hi Olu,\nthanks")
    page = desk.post("paste", rows="Tel 01904 555\nOrder of the 5th\n5 pieces of hm")
    assert "Drop the 3 that name no product" in page
    assert "Drop the" not in desk.post("decide", answer="0:drop-unknown")
    assert "12 units" in desk.page


def test_a_row_is_changed_and_taken_off(world: World, trowel: Product, olu: FlaskClient) -> None:
    desk = Desk(world, olu)
    desk.type("TR-7", "6")
    line = desk.line_id()
    assert 'value="18"' in desk.post(f"rows/{line}", **{f"quantity-{line}": "18"})
    page = desk.post(f"rows/{line}", **{f"quantity-{line}": "19"})
    assert "Sold in multiples of 6" in page
    assert "1 is not counted" in page
    assert 'value="24"' in desk.post(f"rows/{line}", set="24")
    stale = olu.post(f"{desk.href}/rows/{line}", data={"quantity": "6", "version": "1"})
    assert stale.status_code == 409
    assert "Nothing is on this order yet" in desk.post(f"rows/{line}", **{f"quantity-{line}": "0"})


def test_price_pack_carriage_and_day_are_settled_by_hand(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    desk = Desk(world, olu)
    desk.type("TR-7", "6")
    line = desk.line_id()
    by_hand = olu.get(f"{desk.href}/rows/{line}/by-hand").text
    assert "£10.00 today for 6" in by_hand
    assert "It costs" not in by_hand
    assert "Say why the price changes" in desk.post(f"rows/{line}/price", unit_price="8")
    page = desk.post(f"rows/{line}/price", unit_price="8", reason="Matched")
    assert "£10.00 before: Matched" in page
    page = desk.post(f"rows/{line}/pack", quantity="5", reason="Broken case")
    assert "Not by the pack: Broken case" in page
    assert "£8.50 is charged now" in olu.get(f"{desk.href}/by-hand").text
    assert "Say why" in desk.post("carriage", carriage="0")
    page = desk.post("carriage", carriage="0", reason="Our mistake")
    assert "£0.00, agreed" in page
    assert "Choose a day from today on" in desk.post(
        "ship-day", ship_on="2020-01-01", reason="Early"
    )
    placed = desk.place()
    assert "Carriage £0.00 by hand" in placed
    assert "TR-7 at £8.00 by hand" in placed
    assert "5 of TR-7, not by the pack" in placed
    ordered = world.session.scalars(select(OrderLine)).one()
    assert (ordered.ordered, ordered.unit_price, ordered.original_price) == (5, 8, 10)


def test_the_margin_is_seen_by_who_may_see_costs(
    world: World, trowel: Product, as_: SignIn
) -> None:
    theirs, ours = Desk(world, as_(world.mia)), Desk(world, as_(world.olu))
    assert "60%" in theirs.type("TR-7", "6")
    assert "60%" not in ours.type("TR-7", "6")
    assert (
        "It costs £4.00" in theirs.client.get(f"{theirs.href}/rows/{theirs.line_id()}/by-hand").text
    )


def test_an_alert_is_read_before_the_order_is_placed(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    world.session.add(
        Note(kind="alert", subject_kind="account", subject_id=world.acme.id, text="Ask for Jo")
    )
    world.session.commit()
    desk = Desk(world, olu)
    desk.type("TR-7", "6")
    assert "Read the alert first" in desk.place()
    page = desk.post("alerts")
    assert "Ask for Jo" in page
    assert "I have read it" not in page
    assert "placed. The acknowledgement" in desk.place()


def test_drafts_are_listed_discarded_and_taken_back_by_their_own_person(
    world: World, trowel: Product, as_: SignIn
) -> None:
    desk, mia = Desk(world, as_(world.olu)), as_(world.mia)
    desk.type("TR-7", "6")
    assert "£60.00" in desk.client.get("/admin/desk").text
    assert "No draft is open" in mia.get("/admin/desk").text
    for path in ("", "/by-hand", "/suggest?code=t"):
        assert mia.get(desk.href + path).status_code == 404
    for path in ("add", "paste", "decide", "alerts", "details", "carriage", "ship-day", "discard"):
        assert mia.post(f"{desk.href}/{path}", data={"code": "TR-7"}).status_code == 404, path
    desk.client.post(f"{desk.href}/discard")
    assert desk.client.get(desk.href).status_code == 404
    assert "Take back" in desk.client.get("/admin/desk").text
    desk.client.post(f"{desk.href}/take-back")
    assert "TR-7" in desk.page


def test_what_would_wait_or_stay_behind_is_said_before(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    world.base.floor_percent = Decimal(20)
    world.session.commit()
    desk = Desk(world, olu)
    desk.type("TR-7", "6")
    page = desk.type("who knows", "2")
    assert "1 row needs an answer; without one it stays in a draft" in page
    page = desk.post(f"rows/{desk.line_id()}/price", unit_price="4.10", reason="Cleared")
    assert "TR-7 below the floor price: a sales manager releases the order" in page
    assert "1 row that needs an answer waits in a new draft" in desk.place()
    assert "1 to decide" in olu.get("/admin/desk").text


def test_details_are_kept_and_the_way_to_pay_is_one_of_the_accounts(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    desk = Desk(world, olu)
    desk.type("TR-7", "6")
    details = {"caller": "Sue", "source": "mail", "freight_choice": "collection"}
    assert "They collect" in desk.post("details", **details)
    assert (desk.cart.caller, desk.cart.source) == ("Sue", "mail")
    assert "Choose how they pay" in desk.place(payment_means="card")
    other = Way(world).placed({trowel: 6}, po_number="wh-7781")
    said = f"PO WH-7781 is on {other.number} already"
    assert said in desk.post("details", **details, po_number="WH-7781")
    assert said not in desk.post("details", **details, po_number="WH-7782")
    assert "from today on" in desk.post("details", **details, requested_on="2020-01-01")


def test_a_page_of_many_rows_costs_as_many_statements_as_of_one(
    world: World, olu: FlaskClient
) -> None:
    desk = Desk(world, olu)
    for n in range(12):
        world.product(f"P-{n}")
    world.session.commit()
    desk.type("P-0", "1")
    one = statements_of(olu, desk.href)
    desk.post("paste", rows="\n".join(f"P-{n} 2" for n in range(12)))
    assert statements_of(olu, desk.href) == one
    drafts = statements_of(olu, "/admin/desk")
    for n in range(3):
        begun = olu.post("/admin/desk", data={"account_id": world.globex.id, "source": "phone"})
        olu.post(f"{begun.headers['Location']}/add", data={"code": f"P-{n}"})
    assert statements_of(olu, "/admin/desk") == drafts


def test_who_may_not_take_orders_sees_no_desk(world: World, as_: SignIn) -> None:
    for person in (world.nora, world.sam, world.rita):
        assert as_(person).get("/admin/desk").status_code == 403
    assert "/admin/desk" not in as_(world.nora).get("/admin").text
    theirs = as_(world.olu).get("/admin").text
    assert 'data-key="p"' in theirs
    assert "<dt>Phone order</dt>" in theirs
    assert "<dt>Phone order</dt>" not in as_(world.nora).get("/admin").text


def test_acting_for_another_account_changes_nothing_of_a_draft(
    world: World, trowel: Product, olu: FlaskClient
) -> None:
    desk = Desk(world, olu)
    olu.post(f"/acting/{world.globex.id}")
    desk.type("TR-7", "6")
    assert desk.cart.account_id == world.acme.id
    assert desk.cart.line_count == 1
    assert replace(world.olu, account_id=world.globex.id).acting_for_id == world.globex.id


def test_a_row_goes_as_a_sample(world: World, trowel: Product, olu: FlaskClient) -> None:
    desk = Desk(world, olu)
    desk.type("TR-7", "6")
    line = desk.line_id()
    assert "Send it as a sample" in olu.get(f"{desk.href}/rows/{line}/by-hand").text
    page = desk.post(f"rows/{line}/sample", reason="To show in the shop")
    assert "Sample: To show in the shop" in page
    assert "Place order £0.00" in page
    placed = desk.place()
    assert "Sample: To show in the shop" in placed
    assert "6 of TR-7 go as a sample" in placed


def test_splitting_a_pack_is_charged_as_the_company_says_or_as_agreed(
    world: World, trowel: Product, olu: FlaskClient, as_: SignIn
) -> None:
    ada = as_(world.ada)
    saved = ada.post("/admin/company/charges", data={"split_pack": "3.50"}, follow_redirects=True)
    assert 'value="3.5' in saved.text
    desk = Desk(world, olu)
    desk.type("TR-7", "6")
    assert "Split packs" not in olu.get(f"{desk.href}/by-hand").text
    page = desk.post(f"rows/{desk.line_id()}/pack", quantity="4", reason="For the window")
    assert "£3.50" in page
    assert "Split packs" in olu.get(f"{desk.href}/by-hand").text
    assert "Say why" in desk.post("split-pack", split_pack="0")
    page = desk.post("split-pack", split_pack="0", reason="Our mistake")
    assert "£3.50" not in page
    assert "By hand: Our mistake" in page


def test_fewer_than_the_first_tier_are_sold_at_its_price_by_one_answer(
    world: World, olu: FlaskClient
) -> None:
    product = world.product("HS-1", price="9.50")
    entry = world.session.scalars(select(PriceEntry)).one()
    assert entry.product_id == product.id
    entry.min_quantity = Decimal(6)
    world.session.commit()
    desk = Desk(world, olu)
    page = desk.type("HS-1", "5")
    assert "It has no price below 6" in page
    answer = {"answer": f"{desk.question()}:anyway", f"reason-{desk.question()}": "Their shelf"}
    page = desk.post("decide", **answer)
    assert "£47.50" in page
    assert "Not by the pack: Their shelf" in page
    by_hand = olu.get(f"{desk.href}/rows/{desk.line_id()}/by-hand").text
    assert "Fewer than 6 cost £9.50 each, the price from 6 on." in by_hand
    assert "£9.50 today for 5" in by_hand
