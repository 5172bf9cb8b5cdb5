"""Keeping customers: an account is opened by hand, changed, closed; its places, people, buyers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.accounts import Account, AccountRep, Address, Contact, Membership, User, addresses_of
from models.kernel import clock
from models.kernel.activity import Activity
from models.kernel.mail import MailMessage
from models.orders import Order
from models.pricing import order_terms
from models.reps import Territory, proposed_rep_id
from tests.admin.conftest import Way, hidden, reread
from tests.world import World

Browser = Callable[..., FlaskClient]
PLACE = {
    "company": "Acme Gifts", "line1": "4 Dock Road", "city": "Hull", "postcode": "HU1 2AA",
    "country": "GB", "is_ship_to": "y", "delivery_weekdays": ["2", "4"],
    "home_warehouse_id": "0", "zone_code": "",
}  # fmt: skip


def new_account(world: World, **more: str) -> dict[str, str]:
    return {
        "name": "Nettle & Fern", "country": "GB", "backorder_policy": "partial",
        "group_id": str(world.acme.group_id), "terms_id": str(world.acme.terms_id), "rep_id": "0",
        "tax_treatment": "domestic", "priority": "0", "currency": "GBP", "locale": "de_DE",
        "line1": "1 Mill Lane", "city": "Ilkley", "postcode": "LS29 8AA", "contact": "Fern Hale",
        "email": "fern@nettle.example", "phone": "01943 555 010", **more,
    }  # fmt: skip


def kept(world: World, account: Account, **more: Any) -> dict[str, Any]:
    return {
        "version": str(reread(world, Account, account.id).version), "name": account.name,
        "country": "GB", "backorder_policy": "complete", "group_id": str(account.group_id),
        "rep_id": "0", "tax_treatment": "domestic", "priority": "0", **more,
    }  # fmt: skip


def test_an_account_is_opened_by_hand_and_can_be_ordered_for(world: World, as_: Browser) -> None:
    mia = as_(world.mia)
    assert "Open the account" in mia.get("/admin/accounts/new").text
    rita = str(world.rita.id)
    answer = mia.post(
        "/admin/accounts/new", data=new_account(world, rep_id=rita), follow_redirects=True
    )
    account = world.session.scalars(select(Account).where(Account.name == "Nettle & Fern")).one()
    assert f"Nettle &amp; Fern is account {account.number}." in answer.text
    assert "Fern Hale" in answer.text
    assert "1 Mill Lane" in answer.text
    assert (account.locale, account.currency, account.origin) == ("de_DE", "GBP", "entered")
    given = world.session.scalars(select(AccountRep).where(AccountRep.account_id == account.id))
    assert [row.user_id for row in given] == [world.rita.id]
    begun = as_(world.olu).post("/admin/desk", data={"account_id": str(account.id)})
    draft = as_(world.olu).get(begun.headers["Location"]).text
    assert "Nettle &amp; Fern" in draft
    assert "1 Mill Lane" in draft


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Enter the customer"),
        ({"tax_number": "GB123456789"}, "check its digits"),
        ({"tax_treatment": "reverse_charge"}, "Reverse charge needs the customer"),
        ({"head_office": "A-0"}, "There is no account A-0."),
        ({"credit_limit": "500"}, "You may not set a credit limit"),
        ({"small_order_charge": "-1"}, "is not an amount"),
        ({"priority": "100"}, "between 0 and 99"),
    ],
)
def test_what_cannot_be_is_said_and_opens_nothing(
    world: World, as_: Browser, wrong: dict[str, str], sentence: str
) -> None:
    answer = as_(world.mia).post("/admin/accounts/new", data=new_account(world, **wrong))
    assert answer.status_code in (403, 422)
    assert sentence in answer.text
    assert world.session.scalars(select(Account).where(Account.origin == "entered")).all() == [
        world.acme, world.globex
    ]  # fmt: skip


def test_a_branch_buys_and_its_head_office_pays(world: World, as_: Browser) -> None:
    data = new_account(world, head_office=world.acme.number.lower(), head_office_pays="y")
    assert as_(world.mia).post("/admin/accounts/new", data=data).status_code == 303
    branch = world.session.scalars(select(Account).where(Account.name == "Nettle & Fern")).one()
    assert (branch.parent_id, branch.pays_id) == (world.acme.id, world.acme.id)
    again = as_(world.mia).post(
        "/admin/accounts/new", data=new_account(world, head_office=branch.number)
    )
    assert "is a branch itself" in again.text


def test_facts_are_changed_by_the_desk_and_terms_by_sales_alone(world: World, as_: Browser) -> None:
    path = f"/admin/accounts/{world.acme.id}/edit"
    desk = as_(world.olu)
    assert "Price group" not in desk.get(path).text
    data = kept(world, world.acme, trade="Garden centre", carriage_free="y", priority="7")
    assert desk.post(path, data=data).status_code == 303
    account = reread(world, Account, world.acme.id)
    assert (account.trade, account.backorder_policy) == ("Garden centre", "complete")
    assert (account.carriage_free, account.priority) == (False, 0)

    assert desk.post(path, data={**data, "version": "1"}).status_code == 409
    sales = as_(world.mia)
    assert "Price group" in sales.get(path).text
    data = kept(world, account, carriage_free="y", priority="7", rep_id=str(world.mia.id))
    assert sales.post(path, data=data).status_code == 303
    account = reread(world, Account, world.acme.id)
    assert (account.carriage_free, account.priority) == (True, 7)
    audit = as_(world.ada).get("/admin/audit").text
    assert "Account changed" in audit


def test_reverse_charge_keeps_its_tax_number_whoever_changes_the_account(
    world: World, as_: Browser
) -> None:
    world.acme.tax_treatment, world.acme.tax_number = "reverse_charge", "IE6388047V"
    world.session.commit()
    path = f"/admin/accounts/{world.acme.id}/edit"
    answer = as_(world.olu).post(path, data=kept(world, world.acme, tax_number=""))
    assert answer.status_code == 422
    assert "Reverse charge needs" in answer.text


@pytest.mark.parametrize("limit", ["10.0055", "900000000"])
def test_a_limit_at_opening_is_one_as_everywhere(world: World, as_: Browser, limit: str) -> None:
    data = new_account(world, credit_limit=limit)
    answer = as_(world.ada).post("/admin/accounts/new", data=data)
    assert answer.status_code == 422
    assert "Enter a limit" in answer.text


def test_an_account_changes_hands_from_today_and_what_was_stays_known(
    world: World, as_: Browser
) -> None:
    today = clock.today(world.seller.time_zone)
    before = world.session.scalars(
        select(AccountRep).where(AccountRep.account_id == world.acme.id)
    ).one()
    before.valid_from = today - timedelta(days=90)
    world.session.commit()
    path = f"/admin/accounts/{world.acme.id}/edit"
    mia = as_(world.mia)
    for rep in (str(world.mia.id), "0"):
        assert mia.post(path, data=kept(world, world.acme, rep_id=rep)).status_code == 303
    world.session.expire_all()
    rows = world.session.scalars(
        select(AccountRep).where(AccountRep.account_id == world.acme.id)
    ).all()
    assert [(row.user_id, row.valid_to) for row in rows] == [(world.rita.id, today)]


def test_an_exemption_counts_until_its_last_day(world: World, as_: Browser) -> None:
    today = clock.today(world.seller.time_zone)
    data = kept(world, world.acme, tax_treatment="exempt", exempt_until=today.isoformat())
    path = f"/admin/accounts/{world.acme.id}/edit"
    assert as_(world.mia).post(path, data=data).status_code == 303
    on_last = order_terms(world.session, world.acme.id, "GB", today)
    after = order_terms(world.session, world.acme.id, "GB", today + timedelta(days=1))
    assert (on_last.treatment, after.treatment) == ("exempt", "domestic")
    account = reread(world, Account, world.acme.id)
    assert account.treatment_on(today) == "exempt"
    assert account.treatment_on(today + timedelta(days=1)) == "domestic"


def test_a_closed_account_takes_no_orders_until_it_is_open_again(
    world: World, as_: Browser, way: Way
) -> None:
    nora, path = as_(world.nora), f"/admin/accounts/{world.acme.id}"
    assert nora.post(f"{path}/close", data={"reason": ""}).status_code == 422
    assert "is closed" in nora.post(
        f"{path}/close", data={"reason": "Sold up"}, follow_redirects=True
    ).text  # fmt: skip
    assert nora.post(f"{path}/close", data={"reason": "Again"}).status_code == 409
    bob = as_(world.bob)
    world.fill_cart(world.acme, world.bob, {world.product("CL-1"): 1})
    world.session.commit()
    assert bob.get("/order").status_code == 200
    assert nora.post(f"{path}/reopen", data={"reason": "Bought"}).status_code == 303
    assert reread(world, Account, world.acme.id).status == "active"
    assert way.placed({world.product("CL-2"): 1}).account_id == world.acme.id


def test_an_account_on_stop_is_not_closed_which_would_lift_the_stop(
    world: World, as_: Browser
) -> None:
    nora, path = as_(world.nora), f"/admin/accounts/{world.acme.id}"
    assert nora.post(f"{path}/stop", data={"reason": "Overdue"}).status_code == 303
    assert "Close the account" not in nora.get(path).text
    answer = nora.post(f"{path}/close", data={"reason": "Gone"})
    assert answer.status_code == 409
    assert "Lift the stop first" in answer.text
    assert reread(world, Account, world.acme.id).status == "stopped"


def test_a_territory_whose_rep_has_left_is_passed_over(world: World, as_: Browser) -> None:
    session, rita = world.session, world.session.get_one(User, world.rita.id)
    session.add(Territory(code="Y", name="York", rep_id=rita.id, countries=["GB"],
                          postcode_prefixes=["LS"]))  # fmt: skip
    session.flush()
    assert proposed_rep_id(session, "GB", "LS29 8AA") == rita.id
    rita.disabled_at = clock.now()
    session.commit()
    assert proposed_rep_id(session, "GB", "LS29 8AA") is None
    session.add(Territory(code="GB", name="All else", rep_id=world.mia.id, countries=["GB"],
                          postcode_prefixes=[]))  # fmt: skip
    session.flush()
    assert proposed_rep_id(session, "GB", "LS29 8AA") == world.mia.id
    assert as_(world.mia).post("/admin/accounts/new", data=new_account(world)).status_code == 303


def test_what_no_record_can_hold_is_refused_with_a_sentence(world: World, as_: Browser) -> None:
    mia, path = as_(world.mia), f"/admin/accounts/{world.acme.id}"
    assert mia.post("/admin/accounts/new", data=new_account(world, name="A\0B")).status_code == 400
    assert mia.get(f"{path}/addresses/99999999999999999999").status_code == 404
    late = mia.post(f"{path}/edit", data=kept(world, world.acme, version="abc", trade="Toys"))
    assert late.status_code == 409
    assert "Toys" in late.text
    version = reread(world, Account, world.acme.id).version
    assert f'name="version" type="hidden" value="{version}"' in late.text


def test_an_address_is_added_changed_made_the_default_and_retired(
    world: World, as_: Browser, way: Way
) -> None:
    olu, path = as_(world.olu), f"/admin/accounts/{world.acme.id}/addresses"
    order = way.placed({world.product("AD-1"): 1})
    assert "Carriage zone" in olu.get(f"{path}/new").text
    assert olu.post(f"{path}/new", data=PLACE).status_code == 303
    hull = world.session.scalars(select(Address).where(Address.code == "HULL")).one()
    assert hull.delivery_weekdays == "24"
    assert "There has been an address HULL" in olu.post(f"{path}/new", data=PLACE).text

    wrong = olu.post(f"{path}/{hull.id}", data={**PLACE, "version": "1", "gln": "4006381333932"})
    assert "cannot be a GLN" in wrong.text
    nowhere = {key: value for key, value in PLACE.items() if key != "delivery_weekdays"}
    assert (
        "Tick at least one day"
        in olu.post(f"{path}/{hull.id}", data={**nowhere, "version": "1"}).text
    )
    data = {**PLACE, "version": "1", "gln": "4006381333931", "line1": "5 Dock Road"}
    assert "5 Dock Road" in olu.post(f"{path}/{hull.id}", data=data, follow_redirects=True).text
    late = olu.post(f"{path}/{hull.id}", data={**data, "line1": "7 Late Lane"})
    assert late.status_code == 409
    assert "Somebody changed this address meanwhile" in late.text
    assert "7 Late Lane" in late.text
    assert "Street and number: now “5 Dock Road”." in late.text
    again = {**data, "line1": "7 Late Lane", "version": hidden(late.text, "version")}
    assert olu.post(f"{path}/{hull.id}", data=again).status_code == 303

    now = world.session.scalars(addresses_of(world.acme.id).where(Address.code == "HULL")).one()
    assert olu.post(f"{path}/{now.id}/default").status_code == 303
    assert olu.post(f"{path}/{now.id}/retire").status_code == 422
    old = world.session.scalars(addresses_of(world.acme.id).where(~Address.is_default)).first()
    assert old is not None
    assert olu.post(f"{path}/{old.id}/retire").status_code == 303
    assert reread(world, Order, order.id).ship_to == order.ship_to
    stranger = f"/admin/accounts/{world.globex.id}/addresses/{now.id}"
    assert olu.get(stranger).status_code == 404


def test_the_main_address_takes_deliveries_and_its_changes_are_kept_whole(
    world: World, as_: Browser
) -> None:
    olu, path = as_(world.olu), f"/admin/accounts/{world.acme.id}/addresses"
    long = {**PLACE, "city": "Llanfairpwllgwyngyllgogerychwyrndrobwll"}
    billed = {**{k: v for k, v in long.items() if k != "is_ship_to"}, "is_bill_to": "y"}
    assert olu.post(f"{path}/new", data=billed).status_code == 303
    places = world.session.scalars(addresses_of(world.acme.id)).all()
    main, office = places[0], places[-1]
    assert office.code == "LLANFAIRPWLLGWYNGYLL"
    assert "Goods are not delivered there" in olu.post(f"{path}/{office.id}/default").text
    wrong = olu.post(f"{path}/{main.id}", data={**billed, "version": str(main.version)})
    assert wrong.status_code == 422
    assert "This is the main address" in wrong.text

    olu.post(f"{path}/{main.id}", data={**PLACE, "version": "1", "needs_liftgate": "y"})
    changed = world.session.scalars(
        select(Activity.details).where(Activity.kind == "address.changed")
    ).one()
    assert changed["before"]["delivery_weekdays"] == "12345"
    assert changed["after"]["delivery_weekdays"] == "24"
    assert (changed["before"]["needs_liftgate"], changed["after"]["needs_liftgate"]) == (
        False,
        True,
    )


def test_a_buyer_who_is_too_late_sees_again_what_they_typed(world: World, as_: Browser) -> None:
    alice, main = as_(world.alice), world.session.scalars(addresses_of(world.acme.id)).first()
    assert main is not None
    path, data = f"/company/addresses/{main.id}", {**PLACE, "version": "1"}
    assert alice.post(path, data=data).status_code == 303
    late = alice.post(path, data={**data, "line1": "7 Late Lane"})
    assert late.status_code == 409
    assert "Somebody changed this address meanwhile" in late.text
    assert "7 Late Lane" in late.text
    assert f"Street and number: now “{PLACE['line1']}”." in late.text
    again = {**data, "line1": "7 Late Lane", "version": hidden(late.text, "version")}
    assert alice.post(path, data=again).status_code == 303
    assert "7 Late Lane" in alice.get("/company/addresses").text


def test_an_account_is_not_opened_with_what_is_no_email_address(world: World, as_: Browser) -> None:
    answer = as_(world.mia).post("/admin/accounts/new", data=new_account(world, email="fern at"))
    assert answer.status_code == 422
    assert "This is no e-mail address" in answer.text


def test_a_buyers_edit_keeps_what_staff_settled_and_a_move_asks_for_the_zone_again(
    world: World, as_: Browser
) -> None:
    address = world.session.scalars(addresses_of(world.acme.id)).first()
    assert address is not None
    address.zone_code, address.delivery_weekdays, address.gln = "UK", "3", "4006381333931"
    world.session.commit()
    alice = as_(world.alice)
    data = {
        **PLACE, "line1": "13 High Street", "city": address.city, "postcode": address.postcode,
        "version": str(address.version), "delivery_weekdays": "1", "zone_code": "X",
    }  # fmt: skip
    alice.post(f"/company/addresses/{address.id}", data=data)
    now = world.session.scalars(
        addresses_of(world.acme.id).where(Address.code == address.code)
    ).one()
    assert (now.line1, now.zone_code, now.delivery_weekdays) == ("13 High Street", "UK", "3")
    moved = {**data, "version": str(now.version), "postcode": "IM1 1AA"}
    alice.post(f"/company/addresses/{now.id}", data=moved)
    now = world.session.scalars(
        addresses_of(world.acme.id).where(Address.code == address.code)
    ).one()
    assert (now.postcode, now.zone_code, now.gln) == ("IM1 1AA", "", "4006381333931")


def test_contacts_are_added_put_right_and_taken_off(world: World, as_: Browser) -> None:
    olu, path = as_(world.olu), f"/admin/accounts/{world.acme.id}/contacts"
    assert olu.post(f"{path}/new", data={"name": "", "email": "x"}).status_code == 422
    assert "no e-mail address" in olu.post(f"{path}/new", data={"name": "Jo", "email": "x"}).text
    data = {"name": "Jo Marsh", "role": "Stockroom", "phone": "01904 555 010"}
    page = olu.post(f"{path}/new", data=data, follow_redirects=True).text
    assert "Jo Marsh" in page
    jo = world.session.scalars(select(Contact).where(Contact.name == "Jo Marsh")).one()
    assert olu.post(f"{path}/{jo.id}", data={**data, "mobile": "07700 900 123"}).status_code == 303
    assert reread(world, Contact, jo.id).mobile == "07700 900 123"
    assert olu.get(f"/admin/accounts/{world.globex.id}/contacts/{jo.id}").status_code == 404
    assert olu.post(f"{path}/{jo.id}/remove").status_code == 303
    assert "Jo Marsh" not in olu.get(f"/admin/accounts/{world.acme.id}").text


def test_staff_invite_a_buyer_give_a_role_and_take_them_out(world: World, as_: Browser) -> None:
    olu, path = as_(world.olu), f"/admin/accounts/{world.acme.id}/buyers"
    world.acme.locale = "de_DE"
    world.session.commit()
    assert "bob@example.com" in olu.get(path).text
    data = {"name": "Dora", "email": "dora@example.com", "role": "buyer"}
    assert "dora@example.com is invited" in olu.post(path, data=data, follow_redirects=True).text
    mail = world.session.scalars(select(MailMessage)).one()
    assert mail.recipients == ["dora@example.com"]
    dora = world.session.scalars(select(User).where(User.email == "dora@example.com")).one()
    assert dora.locale == "de_DE"
    assert "is a user of" in olu.post(path, data=data).text
    member = world.session.scalars(select(Membership).where(Membership.user_id == dora.id)).one()
    assert "Invite again" in olu.get(path).text
    again = f"{path}/{member.id}/invite-again"
    assert "on its way" in olu.post(again, follow_redirects=True).text
    assert len(world.session.scalars(select(MailMessage)).all()) == 2
    assert olu.post(f"{path}/{member.id}/role", data={"role": "company_admin"}).status_code == 303
    other = f"/admin/accounts/{world.globex.id}/buyers/{member.id}/end"
    assert olu.post(other).status_code == 404
    assert olu.post(f"{path}/{member.id}/end").status_code == 303
    assert "dora@example.com" not in olu.get(path).text


@pytest.mark.parametrize("page", ["edit", "addresses/new", "contacts/new", "buyers"])
def test_who_only_looks_at_accounts_changes_none(world: World, as_: Browser, page: str) -> None:
    assert as_(world.rita).get(f"/admin/accounts/{world.acme.id}/{page}").status_code == 403
    assert as_(world.olu).get("/admin/accounts/new").status_code == 403
