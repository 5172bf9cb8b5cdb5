"""Prices from a file with the difference first, prices as a file, and why a price is so."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.pricing import PriceEntry, read_sheet
from tests.admin.conftest import Way, hidden
from tests.admin.prices.conftest import Desk
from tests.factories.pricing import make_entry

Browser = Callable[..., FlaskClient]


def choose(client: FlaskClient, list_id: int, content: bytes, **more: str) -> TestResponse:
    """Sends a file and follows to its difference."""
    form = {"file": (io.BytesIO(content), "prices.csv"), **more}
    return client.post(f"/admin/prices/{list_id}/import", data=form, follow_redirects=True)


def apply(client: FlaskClient, answer: TestResponse) -> TestResponse:
    """Presses the button of a difference."""
    form = {name: hidden(answer.text, name) for name in ("on", "seen")}
    if 'name="whole"' in answer.text:
        form["whole"] = "1"
    return client.post(answer.request.path, data=form)


def test_a_file_is_seen_as_a_difference_before_it_counts_and_applies_once(
    desk: Desk, as_: Browser
) -> None:
    base, mia = desk.world.base, as_(desk.world.mia)
    content = b"sku;unit_price;min_quantity\nTR-1;11.00;1\nTR-1;9.50;24\nFK-1;20;1\n"
    seen = choose(mia, base.id, content)
    for words in ("Change 2 prices", "+10%", "£10.00", "£11.00"):
        assert words in seen.text, words
    assert desk.prices(base, desk.trowel) == [(1, 10)]
    assert apply(mia, seen).status_code == 303
    assert desk.prices(base, desk.trowel) == [(1, 10), (1, 11), (24, Decimal("9.5"))]
    assert apply(mia, seen).status_code == 303
    assert len(desk.prices(base, desk.trowel)) == 3
    assert "The list says all of this already." in choose(mia, base.id, content).text


def test_rejected_rows_stop_the_whole_file_and_can_be_downloaded(desk: Desk, as_: Browser) -> None:
    base, mia = desk.world.base, as_(desk.world.mia)
    seen = choose(mia, base.id, b"sku,unit_price\nTR-1,11\n=NOPE,5\nFK-1,dear\n")
    assert "2 rows cannot be taken, so nothing is." in seen.text
    assert "Line 4: unit_price “dear” is not a number" in seen.text
    assert "Change" not in seen.text.split("</header>")[1]
    rows = mia.get(f"{seen.request.path}/rejected.csv")
    sheet = read_sheet(rows.data, "rejected.csv")
    assert sheet.header == ("line", "reason", "sku", "unit_price")
    assert [cells[0] for _line, cells in sheet.rows] == ["3", "4"]
    assert sheet.rows[0][1][2] == "'=NOPE"
    forced = mia.post(seen.request.path, data={"on": "", "seen": ""})
    assert forced.status_code == 422
    assert desk.prices(base, desk.trowel) == [(1, 10)]


def test_a_list_changed_since_the_difference_was_seen_is_a_conflict(
    desk: Desk, as_: Browser
) -> None:
    base, mia = desk.world.base, as_(desk.world.mia)
    seen = choose(mia, base.id, b"sku,unit_price\nTR-1,11\n")
    mia.post(f"/admin/prices/{base.id}/prices", data={"sku": "TR-1", "unit_price": "10.80"})
    answer = apply(mia, seen)
    assert answer.status_code == 409
    assert "changed since you looked" in answer.text


def test_a_file_that_is_the_whole_list_ends_what_it_lacks(desk: Desk, as_: Browser) -> None:
    base, mia = desk.world.base, as_(desk.world.mia)
    seen = choose(mia, base.id, b"sku,unit_price\nTR-1,10\n", whole="1")
    assert "Change 1 price" in seen.text
    assert apply(mia, seen).status_code == 303
    ends = desk.world.session.query(PriceEntry.valid_to).filter_by(product_id=desk.fork.id).one()
    assert ends[0] is not None


def test_ten_thousand_rows_are_looked_at_and_applied(desk: Desk, as_: Browser) -> None:
    base, mia = desk.world.base, as_(desk.world.mia)
    rows = "\n".join(f"TR-1,{10 + n / 1000:.3f},{n}" for n in range(1, 10_001))
    seen = choose(mia, base.id, f"sku,unit_price,min_quantity\n{rows}\n".encode())
    assert "Change 10,000 prices" in seen.text or "Change 10000 prices" in seen.text
    assert apply(mia, seen).status_code == 303
    held = desk.world.session.query(PriceEntry).filter_by(list_id=base.id, valid_to=None)
    assert held.count() == 10_001


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"name,price\nx,1\n", "has no column"), (b"\0\1\2", "neither CSV")],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_would_be_right(
    desk: Desk, as_: Browser, content: bytes, words: str
) -> None:
    answer = choose(as_(desk.world.mia), desk.world.base.id, content)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_list_goes_out_as_csv_and_as_a_workbook_and_comes_back_unchanged(
    desk: Desk, as_: Browser
) -> None:
    base, mia = desk.world.base, as_(desk.world.mia)
    for kind in ("csv", "xlsx"):
        answer = mia.get(f"/admin/prices/{base.id}/export.{kind}")
        assert f'filename="BASE.{kind}"' in answer.headers["Content-Disposition"]
        assert {cells[0] for _line, cells in read_sheet(answer.data, f"x.{kind}").rows} == {
            "TR-1", "FK-1",
        }  # fmt: skip
        assert "says all of this already" in choose(mia, base.id, answer.data).text


def test_why_a_price_is_so_is_told_list_by_list(desk: Desk, as_: Browser) -> None:
    text = as_(desk.world.mia).get("/admin/prices/why?account=C0001&product=tr-1&quantity=3").text
    for words in (
        "£9.00", "£27.00", "GARDEN gives the price", "GARDEN takes 10% off BASE",
        "by its rule for garden", "Reckoned from £10.00: that makes £9.00.", "3 can be ordered.",
        "The account sees this product.", "Beaten", "55.6%",
    ):  # fmt: skip
        assert words in text, words
    assert (
        "55.6%"
        not in as_(desk.world.olu)
        .get("/admin/prices/why?account=acme&product=tr-1&quantity=3")
        .text
    )


def test_why_says_what_it_did_not_understand(desk: Desk, as_: Browser) -> None:
    answer = as_(desk.world.mia).get("/admin/prices/why?account=nobody&product=tr-1")
    assert answer.status_code == 422
    assert "Nothing is called “nobody”." in answer.text
    assert "Any price, explained" in as_(desk.world.mia).get("/admin/prices/why").text
    found = as_(desk.world.mia).get("/admin/prices/why/accounts?account=glob").text
    assert 'data-value="C0002"' in found


def test_an_order_line_leads_to_why(desk: Desk, way: Way, as_: Browser) -> None:
    order = way.placed({desk.trowel: 4})
    text = as_(desk.world.olu).get(f"/admin/orders/{order.number}").text
    assert "/admin/prices/why?account=C0001&amp;product=TR-1&amp;quantity=4&amp;on=" in text


def test_a_rep_sees_why_for_their_own_accounts_without_cost(desk: Desk, as_: Browser) -> None:
    make_entry(desk.world.session, desk.world.base, desk.trowel.id, "8.00", at="24")
    desk.world.session.commit()
    rita = as_(desk.world.rita)
    text = rita.get(f"/rep/accounts/{desk.world.acme.id}/why?sku=TR-1&quantity=3").text
    assert "£9.00" in text
    assert "From 24 on it costs £7.20." in text
    assert "Margin" not in text
    assert "/admin/" not in text
    assert rita.get(f"/rep/accounts/{desk.world.globex.id}/why?sku=TR-1").status_code == 404
    unknown = rita.get(f"/rep/accounts/{desk.world.acme.id}/why?sku=NOPE").text
    assert "names no product" in unknown
