"""Files on the pages: chosen, mapped, looked at, applied, refused; and the totals compared."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from models.accounts import User
from models.catalog import Product
from models.importing import ARCHIVES, KINDS, LARGE, ImportMapping, ImportRun
from models.kernel.spreadsheet import read_sheet
from models.orders import Order
from tests.admin.conftest import reread
from tests.models.importing.picture_files import picture, zipped
from tests.world import World

Browser = Callable[..., FlaskClient]
GOOD = b"Item;Title;Trade price\nA-1;One;3,50\nA-2;Two;4,00\n"


def choose(client: FlaskClient, kind: str, content: bytes, name: str = "old.csv") -> TestResponse:
    return client.post(f"/admin/imports/kinds/{kind}", data={"file": (io.BytesIO(content), name)})


def settled(client: FlaskClient, answer: TestResponse, **columns: str) -> TestResponse:
    """Presses the button below the columns as they were guessed, or corrected."""
    page = client.get(answer.headers["Location"]).text
    form = {}
    for part in page.split('<select class="select" id="')[1:]:
        name = part.split('"')[0]
        chosen = [o for o in part.split("</select>")[0].split("<option ") if " selected" in o]
        form[name] = chosen[0].split('value="')[1].split('"')[0] if chosen else ""
    action = page.split('action="/admin/imports/')[1].split('"')[0]
    return client.post(f"/admin/imports/{action}", data={**form, **columns})


def test_a_file_is_mapped_looked_at_and_applied(world: World, as_: Browser) -> None:
    ada = as_(world.ada)
    chosen = choose(ada, "products", GOOD)
    page = ada.get(chosen.headers["Location"]).text
    for words in ("Which column is which?", "A-1, A-2", "2 rows", "UTF-8"):
        assert words in page, words
    looked = settled(ada, chosen)
    page = ada.get(looked.headers["Location"]).text
    assert "Apply 2 rows" in page
    assert "Base price: <ins>3.50</ins>" in page
    assert world.session.scalars(select(Product.sku).where(Product.sku == "A-1")).all() == []
    assert ada.post(f"{looked.headers['Location']}/apply").status_code == 303
    assert "All of it is in." in ada.get(looked.headers["Location"]).text
    assert world.session.scalars(select(Product.sku).where(Product.sku == "A-1")).all() == ["A-1"]
    assert ada.post(f"{looked.headers['Location']}/apply").status_code == 409
    again = ada.get(settled(ada, choose(ada, "products", GOOD)).headers["Location"]).text
    assert "All of this is here already." in again
    assert "old.csv" in ada.get("/admin/imports").text


def test_only_the_buyers_of_the_file_are_invited_from_its_page(world: World, as_: Browser) -> None:
    ada, pages = as_(world.ada), []
    for name in ("fern", "moss"):
        content = f"account,email\n{world.acme.number},{name}@acme.example\n".encode()
        page = settled(ada, choose(ada, "users", content)).headers["Location"]
        assert "not invited yet" not in ada.get(page).text
        ada.post(f"{page}/apply")
        pages.append(page)
    assert "1 buyer of this file is not invited yet." in ada.get(pages[0]).text
    told = ada.post(f"{pages[0]}/invite", follow_redirects=True).text
    assert "1 buyer is invited" in told
    assert "not invited yet" not in told
    invited = select(User.email).where(User.invited_at.is_not(None), User.kind == "buyer")
    assert world.session.scalars(invited).all() == ["fern@acme.example"]
    assert "1 buyer of this file is not invited yet." in ada.get(pages[1]).text


def test_a_wrong_guess_is_corrected_and_a_missing_column_asked_for(
    world: World, as_: Browser
) -> None:
    ada = as_(world.ada)
    chosen = choose(ada, "products", b"zzz,yyy\nA-1,One\n")
    missing = settled(ada, chosen)
    assert missing.status_code == 422
    assert "Say which column is “SKU”." in missing.text
    looked = settled(ada, chosen, **{"column-sku": "0", "column-name": "1"})
    assert "Apply 1 row" in ada.get(looked.headers["Location"]).text
    chosen = choose(ada, "products", b"zzz,yyy\nA-1,One\n")
    twice = settled(ada, chosen, **{"column-sku": "0", "column-name": "0"})
    assert "“zzz” is “SKU” already." in twice.text


def test_settled_columns_are_listed_with_their_file_and_can_be_forgotten(
    world: World, as_: Browser
) -> None:
    ada = as_(world.ada)
    content = b"oddly,called\nA-1,One\n"
    chosen = choose(ada, "products", content)
    settled(ada, chosen, **{"column-sku": "0", "column-name": "1"})
    known = ada.get("/admin/imports/kinds/products").text
    assert "Settled columns" in known
    assert "SKU: oddly" in known
    assert "Ada" in known
    assert "Settled columns" not in ada.get("/admin/imports/kinds/vendors").text

    mapping = world.session.scalars(select(ImportMapping)).one()
    path = f"settled/{mapping.id}/forget"
    assert ada.post(f"/admin/imports/kinds/vendors/{path}").status_code == 404
    assert "is guessed" in ada.post(
        f"/admin/imports/kinds/products/{path}", follow_redirects=True
    ).text  # fmt: skip
    assert "Settled columns" not in ada.get("/admin/imports/kinds/products").text
    anew = ada.get(choose(ada, "products", content).headers["Location"]).text
    assert "As Ada settled it" not in anew


def test_bad_rows_are_a_file_with_line_numbers_and_stop_everything(
    world: World, as_: Browser
) -> None:
    ada = as_(world.ada)
    looked = settled(ada, choose(ada, "products", GOOD + b"=A-3;Three;dear\n"))
    where = looked.headers["Location"]
    assert ada.post(f"{where}/apply").status_code == 422
    assert world.session.scalars(select(Product.sku).where(Product.sku == "A-1")).all() == []
    sheet = read_sheet(ada.get(f"{where}/rejected.csv").data, "rejected.csv")
    assert sheet.header == ("line", "reason", "Item", "Title", "Trade price")
    assert sheet.rows[0][1][0] == "4"
    assert sheet.rows[0][1][2] == "'=A-3"


def test_bad_rows_are_left_out_and_their_file_comes_in_when_put_right(
    world: World, as_: Browser
) -> None:
    ada = as_(world.ada)
    looked = settled(ada, choose(ada, "products", GOOD + b"=A-3;Three;dear\n"))
    where = looked.headers["Location"]
    page = ada.get(where).text
    assert "1 row cannot be taken. Put it right" in page
    assert "Apply 2 rows, leave out 1" in page
    assert ada.post(f"{where}/apply", data={"leave_out": "1"}).status_code == 303
    assert "The file is in, without 1 row." in ada.get(where).text
    assert "1 left out" in ada.get("/admin/imports").text
    put_right = ada.get(f"{where}/rejected.csv").data.replace(b"'=A-3", b"A-3")
    again = settled(ada, choose(ada, "products", put_right.replace(b"dear", b"4.50"))).headers
    assert ada.post(f"{again['Location']}/apply").status_code == 303
    found = select(Product.sku).where(Product.sku.like("A-_")).order_by(Product.sku)
    assert world.session.scalars(found).all() == ["A-1", "A-2", "A-3"]


def test_orders_come_in_whole_so_a_bad_row_stops_them(world: World, as_: Browser) -> None:
    world.product("AB-1", stock=0)
    world.session.commit()
    ada = as_(world.ada)
    content = b"order number,customer,sku,quantity,price\nO-1,%b,AB-1,1,4\nO-1,%b,NO-1,1,4\n"
    content = content.replace(b"%b", world.acme.number.encode())
    where = settled(ada, choose(ada, "sales-orders", content)).headers["Location"]
    page = ada.get(where).text
    assert "1 row cannot be taken, so nothing is: documents come in whole." in page
    assert "Apply 1 row" not in page.split("</header>")[1]
    assert ada.post(f"{where}/apply", data={"leave_out": "1"}).status_code == 422


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"sku,name\n", "nothing below it"), (b"%PDF-1.7", "neither CSV nor XLSX")],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(
    world: World, as_: Browser, content: bytes, words: str
) -> None:
    answer = choose(as_(world.ada), "products", content)
    assert answer.status_code == 422
    assert words in answer.text
    assert world.session.scalars(select(ImportRun)).all() == []


def test_a_large_file_is_left_to_a_task_and_its_page_says_how_far_it_is(
    world: World, as_: Browser
) -> None:
    ada = as_(world.ada)
    rows = "".join(f"L-{n},Thing {n}\n" for n in range(LARGE + 1))
    where = settled(ada, choose(ada, "products", f"sku,name\n{rows}".encode())).headers["Location"]
    run = world.session.scalars(select(ImportRun)).one()
    assert run.state == "looking"
    page = ada.get(where).text
    assert 'role="progressbar"' in page
    part = ada.get(where, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert 'hx-trigger="every 1s"' in part.text
    reread(world, ImportRun, run.id).state = "looked"
    world.session.commit()
    done = ada.get(where, headers={"HX-Request": "true"})
    assert done.headers["HX-Redirect"] == where


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS if kind.name not in ARCHIVES])
def test_each_kind_has_a_page_and_a_template_that_it_reads_itself(
    world: World, as_: Browser, kind: str
) -> None:
    ada = as_(world.ada)
    assert ada.get(f"/admin/imports/kinds/{kind}").status_code == 200
    for form in ("csv", "xlsx"):
        template = ada.get(f"/admin/imports/kinds/{kind}/template.{form}")
        chosen = choose(ada, kind, template.data, f"template.{form}")
        assert chosen.status_code == 303, chosen.text
        assert settled(ada, chosen).status_code == 303
    assert as_(world.nora).get(f"/admin/imports/kinds/{kind}").status_code == 403


def test_an_unknown_kind_is_not_there(world: World, as_: Browser) -> None:
    assert as_(world.ada).get("/admin/imports/kinds/secrets").status_code == 404


def test_totals_are_compared_with_what_the_old_system_said(world: World, as_: Browser) -> None:
    ada = as_(world.ada)
    world.product("A-1")
    world.session.commit()
    assert "Check the totals" in ada.get("/admin/imports/check").text
    data = {"products": "1", "open_amount": "12.50"}
    assert ada.post("/admin/imports/check", data=data).status_code == 303
    page = ada.get("/admin/imports/check").text
    assert "1 of 2 agree." in page
    assert "-£12.50" in page or "−£12.50" in page
    wrong = ada.post("/admin/imports/check", data={"products": "many"})
    assert wrong.status_code == 422
    assert "is not a number" in wrong.text


def test_a_zip_of_pictures_has_no_columns_and_shows_on_the_product(
    world: World, as_: Browser
) -> None:
    ada = as_(world.ada)
    product = world.product("TR-1")
    world.session.commit()
    assert "each named by its SKU" in ada.get("/admin/imports/kinds/pictures").text
    assert ada.get("/admin/imports/kinds/pictures/template.csv").status_code == 404
    content = zipped({"TR-1.jpg": picture("red"), "notes.txt": b"hello"})
    bad = choose(ada, "pictures", content, "spring.zip")
    page = ada.get(bad.headers["Location"]).text
    assert "There is no product notes." in page
    assert "Correct the columns" not in page
    sheet = read_sheet(ada.get(f"{bad.headers['Location']}/rejected.csv").data, "rejected.csv")
    assert sheet.rows[0][1][2] == "notes.txt"
    looked = choose(ada, "pictures", zipped({"TR-1.jpg": picture("red")}), "spring.zip")
    assert "Picture: <ins>60 × 40, " in ada.get(looked.headers["Location"]).text
    assert ada.post(f"{looked.headers['Location']}/apply").status_code == 303
    page = ada.get(f"/admin/products/{product.id}").text
    digest = reread(world, Product, product.id).image
    assert f"/pictures/{digest}" in page
    answer = ada.get(f"/pictures/{digest}")
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")


def test_an_open_order_comes_in_on_the_pages_and_its_buyer_knows_it_by_both_numbers(
    world: World, as_: Browser
) -> None:
    ada = as_(world.ada)
    world.product("TR-1")
    world.session.commit()
    content = b"Order no,Account,SKU,Qty,Price,Your ref\n55120,C0001,TR-1,6,9.50,WH-7\n"
    looked = settled(ada, choose(ada, "sales-orders", content))
    assert ada.post(f"{looked.headers['Location']}/apply").status_code == 303
    order = world.session.scalars(select(Order).where(Order.external_id == "55120")).one()
    page = ada.get(f"/admin/orders/{order.number}").text
    assert "55120 in the system before." in page
    assert "As agreed in the system before" in page
    alice = as_(world.alice)
    assert order.number in alice.get("/orders?q=55120").text
    page = alice.get(f"/orders/{order.number}").text
    assert "Our number before: <b>55120</b>" in page
    assert "before we moved to this program" in page
    assert "As agreed in" not in page
    again = settled(ada, choose(ada, "sales-orders", content), **{"column-po_number": ""})
    assert "All of this is here already." in ada.get(again.headers["Location"]).text
    columns = ada.get(choose(ada, "sales-orders", content).headers["Location"]).text
    assert "As Ada settled it for the last file with these titles" in columns
