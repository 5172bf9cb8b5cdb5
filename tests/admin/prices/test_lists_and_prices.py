"""Price lists in the office: found, edited in place, given to accounts and put in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.kernel.activity import Activity
from models.pricing import PriceEntry, PriceList, PriceListAssignment, PriceListRule, QuantityRule
from tests.admin.conftest import hidden, reread, statements_of
from tests.admin.prices.conftest import Desk
from tests.factories.pricing import assign, make_entry, make_list

Browser = Callable[..., FlaskClient]
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def version_of(desk: Desk, price_list: PriceList) -> int:
    return int(reread(desk.world, PriceList, price_list.id).version)


def test_lists_are_found_by_kind_state_and_a_sku_they_hold(desk: Desk, as_: Browser) -> None:
    session = desk.world.session
    make_list(session, code="NEXT", name="Next year", valid_from=date(2099, 1, 1))
    make_list(session, code="OLD", name="Last year", valid_to=date(2025, 6, 1))
    make_list(session, code="PLAN", name="Being made", status="draft")
    session.commit()
    mia = as_(desk.world.mia)
    for query, found, other in (
        ("state=future", "Next year", "Garden centres"),
        ("state=ended", "Last year", "Being made"),
        ("state=draft", "Being made", "Last year"),
        ("kind=base", "Base prices", "Garden centres"),
        ("q=TR-1", "Base prices", "Garden centres"),
        (f"account={desk.world.acme.id}", "Garden centres", "Base prices"),
    ):
        text = mia.get(f"/admin/prices?{query}").text
        assert found in text, query
        assert other not in text, query
    assert "No price lists here" in mia.get("/admin/prices?q=nothing").text


def test_the_pages_cost_the_same_for_many_rows(desk: Desk, as_: Browser) -> None:
    mia, session = as_(desk.world.mia), desk.world.session
    addresses = (
        "/admin/prices", f"/admin/prices/{desk.world.base.id}", f"/admin/prices/{desk.garden.id}",
        f"/admin/prices/{desk.garden.id}/holders",
    )  # fmt: skip
    few = [statements_of(mia, address) for address in addresses]
    for number in range(25):
        more = make_list(session, code=f"MORE-{number}")
        assign(session, more, account_id=desk.world.acme.id)
        make_entry(session, more, desk.world.product(f"P-{number}").id, "5")
    session.commit()
    assert [statements_of(mia, address) for address in addresses] == few
    assert max(few) <= 12


def test_a_price_typed_over_is_saved_from_the_day_and_the_rows_come_back(
    desk: Desk, as_: Browser
) -> None:
    base, mia = desk.world.base, as_(desk.world.mia)
    entry = desk.entry(base, desk.trowel)
    address = f"/admin/prices/{base.id}/entries/{entry.id}"
    form = {"seen": "10.00", "unit_price": "10.40", "floor_price": "", "effective_from": ""}
    answer = mia.post(address, data=form, headers=PART)
    assert answer.status_code == 200
    assert 'value="10.40"' in answer.text
    assert "<html" not in answer.text
    assert desk.prices(base, desk.trowel) == [(1, 10), (1, Decimal("10.4"))]
    again = mia.post(address, data=form, headers=PART)
    assert again.status_code == 422
    later = (date.today() + timedelta(days=30)).isoformat()  # noqa: DTZ011
    fresh = desk.world.session.scalars(
        select(PriceEntry).where(PriceEntry.unit_price == Decimal("10.4"))
    ).one()
    planned = {**form, "seen": "10.40", "unit_price": "11", "effective_from": later}
    answer = mia.post(f"/admin/prices/{base.id}/entries/{fresh.id}", data=planned)
    assert answer.status_code == 303
    text = mia.get(f"/admin/prices/{base.id}?from={later}").text
    assert 'value="10.40"' in text
    assert 'value="11.00"' in text


def test_a_price_that_somebody_changed_meanwhile_is_a_conflict_in_its_row(
    desk: Desk, as_: Browser
) -> None:
    base, mia = desk.world.base, as_(desk.world.mia)
    entry = desk.entry(base, desk.trowel)
    address = f"/admin/prices/{base.id}/entries/{entry.id}"
    answer = mia.post(address, data={"seen": "9.00", "unit_price": "11"}, headers=PART)
    assert answer.status_code == 409
    assert "10 now, 9 when you looked" in answer.text
    page = mia.post(address, data={"seen": "10.00", "unit_price": "much"})
    assert page.status_code == 422
    assert "is not a price such as 12.50" in page.text
    assert page.text.count("<title>Error:") == 1
    assert desk.prices(base, desk.trowel) == [(1, 10)]


def test_a_tier_is_added_and_ended(desk: Desk, as_: Browser) -> None:
    base, mia = desk.world.base, as_(desk.world.mia)
    form = {"sku": "tr-1", "min_quantity": "24", "unit_price": "9,20", "floor_price": "8"}
    assert mia.post(f"/admin/prices/{base.id}/prices", data=form).status_code == 303
    assert desk.prices(base, desk.trowel) == [(1, 10), (24, Decimal("9.2"))]
    added = desk.world.session.scalars(
        select(PriceEntry).where(PriceEntry.min_quantity == 24)
    ).one()
    ended = mia.post(f"/admin/prices/{base.id}/entries/{added.id}/end", data={})
    assert ended.status_code == 303
    assert desk.prices(base, desk.trowel) == [(1, 10)]
    wrong = mia.post(f"/admin/prices/{base.id}/prices", data={**form, "sku": "NO-SUCH"})
    assert wrong.status_code == 422
    assert "Nothing is called" in wrong.text


def test_a_derived_list_shows_every_price_and_where_it_comes_from(desk: Desk, as_: Browser) -> None:
    mia, place = as_(desk.world.mia), f"/admin/prices/{desk.garden.id}"
    text = mia.get(place).text
    for words in ("£9.00", "£10.00 -10%, by a rule", "£19.00", "£20.00 -5%"):
        assert words in text, words
    fixed = mia.post(f"{place}/products/{desk.trowel.id}/fix", data={}, headers=PART)
    assert "Fixed exception" in fixed.text
    assert desk.prices(desk.garden, desk.trowel) == [(1, 9)]
    assert "TR-1" in mia.get(f"{place}?view=own").text
    mia.post(f"{place}/products/{desk.trowel.id}/derive", data={})
    assert desk.prices(desk.garden, desk.trowel) == []
    assert "No exceptions" in mia.get(f"{place}?view=own").text


def test_terms_rules_and_quantities_are_saved_once_per_version(desk: Desk, as_: Browser) -> None:
    mia, place = as_(desk.world.mia), f"/admin/prices/{desk.garden.id}"
    version = hidden(mia.get(f"{place}/terms").text, "version")
    terms = {"version": version, "name": "Garden centres and nurseries", "valid_from": "2025-01-01",
             "priority": "3", "percent": "-6", "rounding_step": "0.05", "floor_percent": "7.5",
             "is_exclusive": "1"}  # fmt: skip
    assert mia.post(f"{place}/terms", data=terms).status_code == 303
    stale = mia.post(f"{place}/terms", data=terms)
    assert stale.status_code == 409
    assert "changed meanwhile" in stale.text
    saved = reread(desk.world, PriceList, desk.garden.id)
    assert (saved.priority, saved.percent, saved.is_exclusive) == (3, -6, True)
    rule = {"version": version_of(desk, desk.garden), "category": desk.trowel.category_id,
            "rule_percent": "-15"}  # fmt: skip
    assert mia.post(f"{place}/rules", data=rule).status_code == 303
    kept = desk.world.session.scalars(select(PriceListRule)).one()
    assert kept.percent == -15
    gone = {"version": version_of(desk, desk.garden)}
    assert mia.post(f"{place}/rules/{kept.id}/remove", data=gone).status_code == 303
    agreed = {"version": version_of(desk, desk.garden), "sku": "TR-1", "minimum": "12",
              "multiple": "6"}  # fmt: skip
    assert mia.post(f"{place}/range/quantities", data=agreed).status_code == 303
    assert desk.world.session.scalars(select(QuantityRule.minimum)).one() == 12
    shown = {"version": version_of(desk, desk.garden), "skus": "tr-1, FK-1\nNOPE"}
    refused = mia.post(f"{place}/range/products", data=shown)
    assert refused.status_code == 422
    assert "There is no product NOPE." in refused.text
    assert (
        mia.post(f"{place}/range/products", data={**shown, "skus": "tr-1 FK-1"}).status_code == 303
    )
    changes = mia.get(f"{place}/changes").text
    for words in ("Terms changed", "Rule taken away", "Quantities agreed", "Products shown", "Mia"):
        assert words in changes, words


def test_a_contract_made_for_an_account_is_previewed_and_put_in_force(
    desk: Desk, as_: Browser
) -> None:
    mia, acme = as_(desk.world.mia), desk.world.acme
    form = {"way": "empty", "code": "ACME-27", "name": "Acme contract", "kind": "contract",
            "currency": "GBP", "valid_from": date.today().isoformat(),  # noqa: DTZ011
            "for_account": acme.id}  # fmt: skip
    assert "Acme Gifts" in mia.get(f"/admin/prices/new?for_account={acme.id}").text
    place = mia.post("/admin/prices", data=form).location
    assert mia.post("/admin/prices", data=form).status_code == 422
    mia.post(f"{place}/prices", data={"sku": "TR-1", "unit_price": "8.10"})
    mia.post(f"{place}/prices", data={"sku": "FK-1", "unit_price": "30"})
    preview = mia.get(f"{place}/in-force").text
    for words in ("Largest rises", "+57.9%", "Largest falls", "-10%", "Acme Gifts"):
        assert words in preview, words
    start = hidden(preview, "valid_from")
    done = mia.post(f"{place}/in-force",
                    data={"version": hidden(preview, "version"), "valid_from": start})  # fmt: skip
    assert done.status_code == 303
    made = desk.world.session.scalars(
        select(PriceList).where(PriceList.code == "ACME-27")
        .execution_options(populate_existing=True)
    ).one()  # fmt: skip
    assert (made.status, made.is_exclusive) == ("active", True)
    account = mia.get(f"/admin/accounts/{acme.id}").text
    assert account.index("Acme contract") < account.index("Garden centres")
    kinds = set(desk.world.session.scalars(select(Activity.kind)))
    assert {"price_list.created", "price_list.assigned", "price_list.activated"} <= kinds


def test_holders_are_changed_and_ended_and_a_stranger_currency_is_refused(
    desk: Desk, as_: Browser
) -> None:
    mia, place = as_(desk.world.mia), f"/admin/prices/{desk.garden.id}/holders"
    given = {"version": version_of(desk, desk.garden), "account": desk.world.globex.number,
             "valid_from": "2026-01-01", "priority": "4", "is_inherited": "1"}  # fmt: skip
    assert mia.post(place, data=given).status_code == 303
    row = desk.world.session.scalars(
        select(PriceListAssignment).where(PriceListAssignment.account_id == desk.world.globex.id)
    ).one()
    change = {"version": version_of(desk, desk.garden), "valid_from": "2026-01-01",
              "valid_to": "2025-01-01"}  # fmt: skip
    refused = mia.post(f"{place}/{row.id}", data=change)
    assert refused.status_code == 422
    assert "The last day must lie behind the first." in refused.text
    ended = mia.post(f"{place}/{row.id}/end", data={"version": version_of(desk, desk.garden)})
    assert ended.status_code == 303
    other = make_list(desk.world.session, code="EUROS", currency="EUR")
    desk.world.session.commit()
    wrong = mia.post(f"/admin/prices/{other.id}/holders", data={**given, "version": other.version})
    assert wrong.status_code == 422
    assert "Nothing is converted" in wrong.text


@pytest.mark.parametrize("name", ["olu", "nora"])
def test_who_may_only_look_sees_prices_but_no_way_to_change_them(
    desk: Desk, as_: Browser, name: str
) -> None:
    client, place = as_(getattr(desk.world, name)), f"/admin/prices/{desk.world.base.id}"
    text = client.get(place).text
    assert "TR-1" in text
    assert 'name="unit_price"' not in text
    assert ("Margin" in text) is (name == "nora")
    for path in ("/terms", "/range", "/changes"):
        assert client.get(place + path).status_code == 200
    assert client.post(f"{place}/prices", data={}).status_code == 403
    assert client.get(f"{place}/import").status_code == 403


def test_reps_and_the_warehouse_do_not_browse_everybodys_agreements(
    desk: Desk, as_: Browser
) -> None:
    for actor in (desk.world.rita, desk.world.sam):
        for path in ("", f"/{desk.garden.id}", f"/{desk.garden.id}/export.csv", "/why"):
            assert as_(actor).get(f"/admin/prices{path}").status_code == 403
