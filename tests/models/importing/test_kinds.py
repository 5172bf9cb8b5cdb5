"""Each kind of file comes in whole, shows its difference, and changes nothing a second time."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from models.accounts import Account, Address, Contact, Membership, User
from models.catalog import (
    AccountPartNumber,
    Barcode,
    Category,
    Pack,
    Product,
    codes_of,
    product_ids_of,
)
from models.importing import ImportRow, ImportRun, begin, guessed_anew, kind_named
from models.inventory import Bin, BinStock, Stock
from models.kernel.errors import Conflict, Refused
from models.kernel.mail import MailMessage
from models.ledger import Chart, JournalLine, LedgerAccount
from models.pricing import PriceList
from models.purchasing import Vendor
from models.receivables import Invoice, Payment
from tests.models.checkout.special_desk import SpecialDesk, follow_due
from tests.models.importing.conftest import Dock

PRODUCTS = """Item code;Description;Department;EAN;Trade price;Pack size;Case qty;RRP;VAT rate
bt-1;Beech bird table;Garden > Birds;5012345678900;£1.234,50;6;24;19,95;20%
BT-2;Oak bird table;Garden > Birds;;12,00;1;;;S
LN-1;Läntern;Home;"5012345678917, OLD-9";7,25;1;;;5%
"""
ACCOUNTS = """A/C No,Company,Address 1,Town,Post code,Tel,Contact name,Email,Discount %,Credit limit
B100,The Barn,1 High Street,Whitby,YO21 3AA,01947 1,Jo Marsh,jo@barn.example,12.5%,"2,500.00"
B200,Quay & Sons,2 Quay,Hull,HU1 1AA,,,accounts@quay.example,,0
"""


def of(dock: Dock, sku: str) -> Product:
    return dock.world.session.scalars(
        select(Product).where(func.upper(Product.sku) == sku.upper())
    ).one()


def balance(dock: Dock, code: Chart) -> Decimal:
    return dock.world.session.scalar(
        select(func.coalesce(func.sum(JournalLine.base_amount), 0))
        .join(LedgerAccount, LedgerAccount.id == JournalLine.ledger_account_id)
        .where(LedgerAccount.code == code)
    ) or Decimal(0)


def test_a_special_is_no_product_that_a_file_could_name(dock: Dock) -> None:
    special = dock.world.product("SP-7", stock=0)
    special.lifecycle, special.name = "special", "Oak bench"
    dock.world.session.flush()
    for kind, content in (
        ("products", "sku,name,state\nsp-7,Oak bench,active\n"),
        ("products", "sku,state\nSP-7,active\n"),
        ("prices", "sku,price\nSP-7,5.00\n"),
    ):
        (sentence,) = dock.sentences(dock.looked(kind, content))
        assert "SP-7" in sentence.upper()
        assert "is a special" in sentence or "There is no product" in sentence
    assert product_ids_of(dock.world.session, ["SP-7"]) == {}


def test_a_messy_price_file_becomes_products_with_everything_on_them(dock: Dock) -> None:
    session = dock.world.session
    assert dock.done("products", PRODUCTS) == {
        "added": 3, "changed": 0, "unchanged": 0, "rejected": 0,
    }  # fmt: skip
    table, lantern = of(dock, "BT-1"), of(dock, "LN-1")
    assert (table.order_multiple, table.retail_price) == (6, Decimal("19.95"))
    assert lantern.tax_category == "reduced"
    assert session.get_one(Category, table.category_id).path == "garden/birds"
    packs = session.execute(select(Pack.unit, Pack.quantity).where(Pack.product_id == table.id))
    assert packs.all() == [("case", 24)]
    codes = session.scalars(select(Barcode.code).where(Barcode.product_id == lantern.id))
    assert set(codes) == {"5012345678917", "OLD-9"}
    again = dock.looked("products", PRODUCTS)
    assert again.counts["unchanged"] == 3
    session.rollback()


def test_a_changed_price_and_barcode_show_before_and_after(dock: Dock) -> None:
    session = dock.world.session
    dock.done("products", PRODUCTS)
    changed = PRODUCTS.replace("12,00", "13,00").replace('"5012345678917, OLD-9"', "OLD-9")
    run = dock.looked("products", changed)
    assert (run.counts["changed"], run.counts["unchanged"]) == (2, 1)
    rows = session.scalars(select(ImportRow).where(ImportRow.run_id == run.id)).all()
    assert {name: both for row in rows for name, both in row.details.items()} == {
        "price": ["12.0000", "13.00"], "barcode": ["5012345678917, OLD-9", "OLD-9"],
    }  # fmt: skip
    dock.apply(run)
    retired = session.scalars(select(Barcode.code).where(Barcode.retired_at.is_not(None)))
    assert list(retired) == ["5012345678917"]


def test_a_product_is_known_by_its_old_id_when_its_sku_changes(dock: Dock) -> None:
    dock.done("products", "sku,name,external_id\nA-1,One,77\n")
    assert dock.done("products", "sku,name,external_id\nA-100,One,77\n")["changed"] == 1
    assert of(dock, "A-100").external_id == "77"


def test_customers_bring_address_contact_and_their_discount(dock: Dock) -> None:
    session = dock.world.session
    assert dock.done("accounts", ACCOUNTS)["added"] == 2
    barn = session.scalars(select(Account).where(Account.number == "B100")).one()
    address = session.scalars(select(Address).where(Address.account_id == barn.id)).one()
    assert (address.line1, address.is_default, address.contact) == (
        "1 High Street", True, "Jo Marsh",
    )  # fmt: skip
    assert barn.credit_limit == 2500
    assert session.scalars(select(Contact.email).where(Contact.account_id == barn.id)).all() == [
        "jo@barn.example"
    ]
    less = session.scalars(select(PriceList).where(PriceList.code == "LESS-12.5")).one()
    assert (less.percent, less.status) == (Decimal("-12.5"), "active")
    assert dock.looked("accounts", ACCOUNTS).counts["unchanged"] == 2


def test_a_moved_customer_gets_a_new_version_of_the_address(dock: Dock) -> None:
    dock.done("accounts", ACCOUNTS)
    assert dock.done("accounts", ACCOUNTS.replace("2 Quay", "9 Quay"))["changed"] == 1
    rows = dock.world.session.execute(
        select(Address.version, Address.line1, Address.replaced_at.is_(None))
        .join(Account, Account.id == Address.account_id)
        .where(Account.number == "B200")
        .order_by(Address.version)
    )
    assert rows.all() == [(1, "2 Quay", False), (2, "9 Quay", True)]


def test_addresses_contacts_numbers_and_users_hang_on_customers(dock: Dock) -> None:
    session = dock.world.session
    dock.done("accounts", ACCOUNTS)
    dock.done("products", PRODUCTS)
    addresses = "account,code,line1,city,ship to\nB100,shop2,3 Quay,Whitby,yes\n"
    assert dock.done("addresses", addresses)["added"] == 1
    assert dock.done("addresses", addresses.replace("3 Quay", "4 Quay"))["changed"] == 1
    people = "customer,name,email,mobile\nThe Barn,Sam Lee,sam@barn.example,07\n"
    assert dock.done("contacts", people)["added"] == 1
    assert dock.looked("contacts", people).counts["unchanged"] == 1
    numbers = "customer,their code,our code\nB100,X-9,bt-1\n"
    assert dock.done("part-numbers", numbers)["added"] == 1
    assert session.scalars(select(AccountPartNumber.product_id)).one() == of(dock, "BT-1").id
    users = "account,email,name,role\nB100,jo@barn.example,Jo,admin\nB200,jo@barn.example,Jo,\n"
    assert dock.done("users", users)["added"] == 2
    jo = session.scalars(select(User).where(User.email == "jo@barn.example")).one()
    roles = session.scalars(select(Membership.role).where(Membership.user_id == jo.id))
    assert sorted(roles) == ["buyer", "company_admin"]
    assert jo.password_hash is None
    assert session.scalars(select(MailMessage)).all() == []


def test_barcodes_stand_on_units_and_packs_and_those_not_named_stay(dock: Dock) -> None:
    dock.done("products", PRODUCTS)
    product = of(dock, "BT-1")
    before = codes_of(dock.world.session, product.id)
    text = "item,ean,pack\nbt-1,4006381333931,\nbt-1,15012345678907,carton\n"
    assert dock.done("barcodes", text)["added"] == 2
    found = codes_of(dock.world.session, product.id)
    assert found["case"] == ["15012345678907"]
    assert set(found["each"]) == {*before.get("each", []), "4006381333931"}
    assert dock.looked("barcodes", text).counts["unchanged"] == 2
    moved = "item,ean,pack\nbt-1,4006381333931,inner\n"
    assert dock.done("barcodes", moved)["changed"] == 1
    assert codes_of(dock.world.session, product.id)["inner"] == ["4006381333931"]
    wrong = dock.looked("barcodes", "item,ean\nbt-1,4006381333932\nNO-1,ABC\n")
    assert wrong.counts["rejected"] == 2


def test_prices_go_to_the_base_list_named_lists_and_contracts(dock: Dock) -> None:
    session = dock.world.session
    dock.done("accounts", ACCOUNTS)
    dock.done("products", PRODUCTS)
    text = (
        "sku,price,break,list,customer\nBT-2,11.50,12,,\nBT-2,10.00,,TRADE,\n"
        "BT-2,9.75,1,,B100\nBT-1,9.00,24,,B100\n"
    )
    assert dock.done("prices", text)["added"] == 4
    kinds = session.execute(select(PriceList.code, PriceList.kind, PriceList.is_exclusive))
    assert {("TRADE", "list", False), ("C-B100", "contract", True)} <= set(map(tuple, kinds))
    assert dock.looked("prices", text).counts["unchanged"] == 4
    changed = dock.looked("prices", text.replace("9.75", "9.70"))
    assert changed.counts["changed"] == 1
    dock.apply(changed)


def test_stock_is_what_lies_in_the_bin_and_is_booked(dock: Dock) -> None:
    session = dock.world.session
    dock.done("products", PRODUCTS)
    text = "SKU,Bin,Qty,Cost\nBT-1,A-01,10,2.50\nBT-1,A-02,5,2.50\nBT-2,,4,1\n"
    before = balance(dock, Chart.INVENTORY)
    assert dock.done("stock", text)["added"] == 3
    stock = session.scalars(select(Stock).where(Stock.product_id == of(dock, "BT-1").id)).one()
    assert stock.on_hand == 15
    assert balance(dock, Chart.INVENTORY) - before == Decimal("41.50")
    assert balance(dock, Chart.OPENING) == Decimal("-41.50")
    assert dock.looked("stock", text).counts["unchanged"] == 3
    counted = text.replace("A-01,10", "A-01,7").replace("A-02,5", "A-02,6")
    assert dock.done("stock", counted)["changed"] == 2
    session.refresh(stock)
    assert stock.on_hand == 13


def test_vendors_come_in_and_over(dock: Dock) -> None:
    text = "code,name,town,lead time\nV-1,Forge,Malton,21\n"
    assert dock.done("vendors", text)["added"] == 1
    assert dock.done("vendors", text.replace("Malton", "York"))["changed"] == 1
    vendor = dock.world.session.scalars(select(Vendor).where(Vendor.code == "V-1")).one()
    assert (vendor.address["city"], vendor.lead_time_days) == ("York", 21)


def test_open_items_are_opening_balances_and_the_books_agree(dock: Dock) -> None:
    session = dock.world.session
    dock.done("accounts", ACCOUNTS)
    text = (
        "A/C,Invoice no,Invoice date,Due date,Outstanding\n"
        'B100,INV-1,14/10/2025,13/11/2025,"1,248.60"\nB100,INV-2,31/10/2025,,99.99\n'
        "B200,CR-7,01/11/2025,,(50.00)\n"
    )
    assert dock.done("opening-items", text)["added"] == 3
    assert balance(dock, Chart.RECEIVABLES) == Decimal("1298.59")
    assert balance(dock, Chart.OPENING) == Decimal("-1298.59")
    assert session.scalars(select(Payment.unapplied_amount)).one() == 50
    first = session.scalars(select(Invoice).where(Invoice.number == "INV-1")).one()
    assert (first.open_amount, str(first.due_on)) == (Decimal("1248.60"), "2025-11-13")
    assert dock.looked("opening-items", text).counts["unchanged"] == 3
    other = dock.looked("opening-items", text.replace("99.99", "100.00"))
    assert "came in with 99.99" in dock.sentences(other)[0]


def test_past_sales_are_finished_documents_and_come_in_once(dock: Dock) -> None:
    session = dock.world.session
    dock.done("accounts", ACCOUNTS)
    dock.done("products", PRODUCTS)
    text = (
        "Invoice no,Stock code,Qty,Price,Date,A/C\n9001,BT-1,6,1100.00,14/03/2025,B100\n"
        "9001,BT-2,1,12.00,14/03/2025,B100\n9002,OLD-1,2,3.00,15/03/2025,B200\n"
        "9003,BT-1,-1,1100.00,20/03/2025,B100\n"
    )
    assert dock.done("past-sales", text)["added"] == 4
    paid = session.scalars(select(Invoice.open_amount).where(Invoice.origin == "imported"))
    assert set(paid) == {0}
    assert of(dock, "OLD-1").origin == "imported"
    assert dock.looked("past-sales", text).counts["unchanged"] == 4


EVERYTHING = {
    "products": (
        "sku,name,price,vat,price per\nA,,dear,luxury,7\n",
        "2: Base price: “dear” is not a number such as 12.50. Tax: “luxury” is none of standard, "
        "reduced, zero, exempt. A new product needs a name. Price per: prices are per 1, 10, 100 "
        "or 1000 units.",
    ),
    "accounts": (
        "name,country,terms,price list,vat number\n,Narnia,never,GOLD,GB123456789\n",
        "2: Name is missing. Country: “Narnia” is no country. Write its two letters, such as GB. "
        "There are no payment terms “never”. There is no price list GOLD.",
    ),
    "stock": (
        "sku,warehouse,qty\nNOPE,FAR,many\n",
        "2: Quantity: “many” is not a number such as 12.50. There is no product NOPE. There is no "
        "warehouse FAR.",
    ),
    "opening-items": (
        "account,number,amount,date\nNOPE,X,0,2999-01-01\n",
        "2: There is no customer NOPE. Open amount: 0 is not open. Leave this row out. Date: it is "
        "still to come.",
    ),
    "purchase-orders": (
        "number,vendor,sku,quantity,expected\nP1,NOPE,NOPE,0,soon\n",
        "2: Expected: “soon” is no date such as 2026-11-30 or 30/11/2026. There is no vendor NOPE. "
        "There is no product NOPE. Still to come: nothing is to come of 0. Leave this row out.",
    ),
}


@pytest.mark.parametrize("kind", EVERYTHING)
def test_a_row_says_all_that_is_wrong_with_it_and_nothing_that_follows(
    dock: Dock, kind: str
) -> None:
    text, told = EVERYTHING[kind]
    assert dock.sentences(dock.looked(kind, text)) == [told]


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("products", "sku,name,price\nA,One,dear\n", "2: Base price: “dear” is not a number"),
        ("products", "sku,price\nA,1\n", "2: A new product needs a name."),
        ("products", "sku,name\nA,One\na,Two\n", "3: Line 2 is about the same already."),
        ("products", "sku,name\n,One\n", "2: SKU is missing."),
        ("products", "sku,name,vat\nA,One,luxury\n", "2: Tax: “luxury” is none of"),
        ("accounts", "name,terms\nX,never\n", "2: There are no payment terms “never”."),
        ("accounts", "name,vat number\nX,GB123456789\n", "2: VAT number: “GB123456789” cannot"),
        ("accounts", "name,country\nX,Narnia\n", "2: Country: “Narnia” is no country."),
        ("accounts", "name,email\nX,nobody\n", "2: E-mail: “nobody” is no e-mail"),
        ("accounts", "name,price list\nX,GOLD\n", "2: There is no price list GOLD."),
        ("contacts", "account,name\nNOPE,Jo\n", "2: There is no customer NOPE."),
        ("prices", "sku,price\nNOPE,1\n", "2: There is no product NOPE."),
        ("stock", "sku,qty\nNOPE,1\n", "2: There is no product NOPE."),
        ("opening-items", "account,number,amount,date\nC0001,X,0,2025-01-01\n", "2: Open amount"),
        ("opening-items", "account,number,amount,date\nC0001,X,1,2999-01-01\n", "2: Date: it is"),
        ("opening-items", "account,number,amount,date\nC0001,X,1,soon\n", "2: Date: “soon”"),
        ("users", "account,email\nC0001,ada@example.com\n", "2: This e-mail is one"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_says_why(
    dock: Dock, kind: str, text: str, sentence: str
) -> None:
    run = dock.looked(kind, text)
    assert dock.sentences(run)[0].startswith(sentence)
    with pytest.raises(Refused, match="cannot be taken"):
        dock.apply(run)


def test_nothing_is_applied_that_was_not_looked_at(dock: Dock) -> None:
    run = dock.looked("products", "sku,name\nA-1,One\n")
    dock.done("products", "sku,name\nA-1,Other\n")
    with pytest.raises(Conflict, match="changed since you looked"):
        dock.apply(run)


def test_a_mapping_that_was_corrected_is_proposed_for_the_next_such_file(dock: Dock) -> None:
    text = "what,called,zzz\nA-1,One,3.50\n"
    run = dock.looked("products", text, sku=0, name=1, price=2)
    assert run.counts["added"] == 1
    assert dock.looked("products", text).mapping["places"] == {"sku": 0, "name": 1, "price": 2}


def test_a_title_that_was_settled_once_is_known_in_files_with_other_columns(dock: Dock) -> None:
    dock.looked("products", "what,called,zzz\nA-1,One,3.50\n", sku=0, name=1, price=2)
    other = dock.looked("products", "zzz,brand,called,what\n3.60,Forge,One,A-1\n")
    assert other.mapping["places"] == {"price": 0, "brand": 1, "name": 2, "sku": 3}
    elsewhere = begun(dock, "vendors", "what,called\nV-1,Forge\n")
    assert elsewhere.mapping["places"] == {}
    again = begun(dock, "products", "zzz,brand,called,what\n3.60,Forge,One,A-1\n")
    assert again.mapping["settled"]["by"] == "Ada"
    assert guessed_anew(kind_named("products"), again).places == {"brand": 1}


def begun(dock: Dock, kind: str, text: str) -> ImportRun:
    session, ada = dock.world.session, dock.world.ada
    return begin(session, dock.files, kind_named(kind), text.encode(), "file.csv", by=ada)


def test_a_count_names_a_special_by_its_code_and_its_order_gets_what_is_found(dock: Dock) -> None:
    desk = SpecialDesk(dock.world)
    desk.special()
    order = desk.place()
    desk.receive(2)
    sku = desk.line(order).sku
    dock.done("stock", f"sku,quantity,bin\n{sku},1,{_bin(desk)}\n")
    assert desk.stock(desk.line(order).product_id) == (1, 1)
    dock.done("stock", f"sku,quantity,bin\n{sku},4,{_bin(desk)}\n")
    follow_due(desk.session)
    assert desk.stock(desk.line(order).product_id) == (4, 3)
    desk.cancel(order)
    dock.done("stock", f"sku,quantity,bin\n{sku},2,{_bin(desk)}\n")
    assert desk.stock(desk.line(order).product_id) == (2, 0)


def _bin(desk: SpecialDesk) -> str:
    return desk.session.scalars(
        select(Bin.code)
        .join(BinStock, BinStock.bin_id == Bin.id)
        .join(Product, Product.id == BinStock.product_id)
        .where(Product.sku.like("SP-%"))
    ).one()
