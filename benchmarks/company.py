"""A wholesaler of a given size, made by a few set-based statements and kept between runs."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, make_url, select, text
from sqlalchemy.orm import Session

from jobs.embedded import make_database
from jobs.migrating import upgrade
from models.accounts import Role, StaffRole, User
from models.catalog import Product, refresh
from models.company import found_company, open_warehouse
from models.kernel.database import make_engine
from models.kernel.seller import Seller

TOP = Path(__file__).parents[1]
REFRESHED_AT_ONCE = 2000
ORDER_LINES = 10


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything there is."""

    name: str
    products: int

    @property
    def accounts(self) -> int:
        return self.products // 100

    @property
    def price_lists(self) -> int:
        return self.products // 250

    @property
    def orders(self) -> int:
        return self.products * 2


SIZES = {size.name: size for size in (Size("small", 5_000), Size("large", 50_000))}


def company(server_url: str, size: Size) -> str:
    """The URL of a database that holds the company, made when it is not there yet."""
    name = f"bench_{size.name}_{_fingerprint()}"
    url = make_url(server_url).set(drivername="postgresql")
    make_database(url.render_as_string(hide_password=False), name)
    target = url.set(drivername="postgresql+psycopg", database=name)
    address = target.render_as_string(hide_password=False)
    engine = make_engine(address, settings="-c timezone=UTC")
    if not _is_whole(engine):
        _build(engine, address, size)
    engine.dispose()
    return address


def _fingerprint() -> str:
    files = [Path(__file__), *sorted((TOP / "migrations" / "versions").glob("*.py"))]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


def _is_whole(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT to_regclass('bench_is_whole')")) is not None


def _build(engine: Engine, address: str, size: Size) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    upgrade(address)
    with Session(engine) as session:
        _found(session)
        for statement in STATEMENTS:
            session.execute(
                text(statement),
                {
                    "products": size.products,
                    "accounts": size.accounts,
                    "lists": size.price_lists,
                    "orders": size.orders,
                    "lines": ORDER_LINES,
                },
            )
        session.commit()
        ids = session.scalars(select(Product.id).order_by(Product.id)).all()
        for start in range(0, len(ids), REFRESHED_AT_ONCE):
            refresh(session, ids[start : start + REFRESHED_AT_ONCE])
            session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CREATE TABLE bench_is_whole ()"))


def _found(session: Session) -> None:
    seller = Seller(
        legal_name="Bench Wholesale Ltd", trading_name="Bench Wholesale",
        address_line_1="1 Dock Road", city="Hull", postcode="HU1 1AA", country="GB",
        email="desk@example.com", base_currency="GBP", time_zone="Europe/London",
    )  # fmt: skip
    session.add(seller)
    session.flush()
    found_company(session, seller)
    for position, (code, city) in enumerate((("HUL", "Hull"), ("BRI", "Bristol")), start=1):
        open_warehouse(
            session, seller, code=code, name=city, position=position,
            address={"company": "Bench", "line1": "1 Dock Road", "city": city, "country": "GB"},
        )  # fmt: skip
    keeper = User(kind="staff", email="staff@example.com", name="Ada")
    session.add(keeper)
    session.flush()
    session.add(StaffRole(user_id=keeper.id, user_kind="staff", role=Role.ADMINISTRATOR))
    session.flush()


STATEMENTS = (
    # Twenty shelves with ten below each, and fifty brands.
    """
    INSERT INTO category (path, slug, name, position)
    SELECT 'shelf-' || n, 'shelf-' || n, 'Shelf ' || n, n FROM generate_series(1, 20) n""",
    """
    INSERT INTO category (parent_id, path, slug, name, position)
    SELECT above.id, above.path || '/part-' || n, 'part-' || n, above.name || ' part ' || n, n
    FROM category above CROSS JOIN generate_series(1, 10) n""",
    "INSERT INTO brand (name) SELECT 'Brand ' || n FROM generate_series(1, 50) n",
    # Names of four words out of some hundreds, so that a search finds some and not all.
    """
    INSERT INTO product (sku, sku_plain, slug, name, description, category_id, brand_id,
        order_multiple, cost, weight_grams, position, launched_on)
    SELECT 'SKU-' || n, 'SKU' || n, 'product-' || n,
        (ARRAY['Red','Blue','Green','White','Black','Amber','Copper','Silver','Grey','Ivory'])
            [1 + n % 10] || ' ' ||
        (ARRAY['garden','kitchen','travel','office','winter','picnic','harbour'])[1 + n / 3 % 7]
            || ' ' ||
        (ARRAY['lantern','basket','kettle','notebook','umbrella','cushion','ladder','bucket',
            'candle','blanket','mirror'])[1 + n / 7 % 11] || ' model ' || n / 40,
        'A product of the benchmark.',
        (SELECT min(id) FROM category WHERE parent_id IS NOT NULL) + n % 200,
        (SELECT min(id) FROM brand) + n % 50,
        CASE WHEN n % 3 = 0 THEN 6 ELSE 1 END, 2 + n % 700 / 100.0, 100 + n % 900, n,
        current_date - (n % 900)
    FROM generate_series(1, :products) n""",
    """
    INSERT INTO stock (product_id, warehouse_id, on_hand)
    SELECT product.id, warehouse.id, 1000000 FROM product CROSS JOIN warehouse""",
    """
    INSERT INTO stock_movement (stock_id, kind, on_hand_delta, unit_cost, document_kind)
    SELECT id, 'received', on_hand, 2, 'opening' FROM stock""",
    """
    INSERT INTO bin (warehouse_id, code, walking_order)
    SELECT id, code || '-BULK', 1 FROM warehouse""",
    """
    INSERT INTO bin_stock (stock_id, product_id, warehouse_id, bin_id, quantity)
    SELECT stock.id, product_id, stock.warehouse_id, bin.id, on_hand
    FROM stock JOIN bin ON bin.warehouse_id = stock.warehouse_id AND bin.code LIKE '%-BULK'""",
    """
    INSERT INTO expected_supply
        (product_id, warehouse_id, expected_on, quantity, source_kind, source_id)
    SELECT product_id, warehouse_id, current_date + 10, 500, 'bench', id
    FROM stock WHERE product_id % 10 = 0""",
    # A base list with every product; twenty wide lists that hold a sixth of the products in three
    # tiers each, whatever the size; the others hold a few products. Accounts have wide ones.
    """
    INSERT INTO price_list (code, name, currency, kind, status, valid_from, priority)
    SELECT CASE WHEN n = 1 THEN 'BASE' ELSE 'LIST-' || n END, 'Price list ' || n, 'GBP',
        CASE WHEN n = 1 THEN 'base' ELSE 'list' END, 'active', DATE '2020-01-01', 0
    FROM generate_series(1, :lists) n""",
    """
    INSERT INTO price_entry (list_id, product_id, min_quantity, unit_price, valid_from)
    SELECT (SELECT id FROM price_list WHERE kind = 'base'), id, 1, 5 + id % 4000 / 100.0,
        DATE '2020-01-01' FROM product""",
    """
    INSERT INTO price_entry (list_id, product_id, min_quantity, unit_price, valid_from)
    SELECT list.id, product.id, tier.at, (5 + product.id % 4000 / 100.0) * tier.factor,
        DATE '2020-01-01'
    FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM price_list) list
    JOIN product ON product.id % 6 = list.place % 6 AND (list.place <= 20 OR product.id % 1000 < 6)
    CROSS JOIN (VALUES (1, 0.9), (24, 0.8), (144, 0.7)) tier (at, factor)
    WHERE list.place > 0""",
    """
    INSERT INTO account_group (code, name, stock_display)
    SELECT 'G' || n, 'Group ' || n, 'exact' FROM generate_series(1, 10) n""",
    """
    INSERT INTO account (number, name, group_id, terms_id, credit_limit)
    SELECT 'C' || n, 'Customer ' || n,
        (SELECT id FROM account_group WHERE code = 'G' || 1 + n % 10),
        (SELECT id FROM payment_terms WHERE code = 'NET30'), 100000000
    FROM generate_series(1, :accounts) n""",
    """
    INSERT INTO price_list_assignment (list_id, account_id, valid_from)
    SELECT (SELECT min(id) FROM price_list) + 1 + (id * k) % 19, id, DATE '2020-01-01'
    FROM account CROSS JOIN generate_series(1, 3) k GROUP BY 1, 2""",
    """
    INSERT INTO price_list_assignment (list_id, group_id, valid_from)
    SELECT (SELECT min(id) FROM price_list) + 1 + id % 19, id, DATE '2020-01-01'
    FROM account_group""",
    """
    INSERT INTO address (account_id, code, company, line1, city, postcode,
        is_ship_to, is_bill_to, is_default)
    SELECT id, 'MAIN', name, '12 High Street', 'York', 'YO1 7HH', true, true, true FROM account""",
    """
    INSERT INTO carriage_zone (code, name, countries, flat_charge, free_over, currency)
    VALUES ('UK', 'United Kingdom', ARRAY['GB'], 8.50, 250, 'GBP')""",
    """
    INSERT INTO user_account (kind, email, name)
    SELECT 'buyer', 'buyer' || id || '@example.com', 'Buyer ' || id FROM account""",
    """
    INSERT INTO membership (user_id, account_id, role)
    SELECT buyer.id, account.id, 'company_admin'
    FROM account JOIN user_account buyer ON buyer.email = 'buyer' || account.id || '@example.com'
    """,
    # Past orders: closed, paid, over two years, some still open.
    """
    INSERT INTO sales_order (number, seller_id, account_id, bill_to_account_id, currency, status,
        submission_key, placed_at, placed_by_id, po_number, ship_to, bill_to, warehouse_id,
        promised_on, goods_amount, tax_amount, total_amount)
    SELECT 'OLD-' || n, (SELECT id FROM seller), account.id, account.id, 'GBP',
        CASE WHEN n % 20 = 0 THEN 'open' ELSE 'closed' END, 'bench-' || n,
        now() - make_interval(mins => (n::bigint * 1000000 / :orders)::int),
        (SELECT min(id) FROM user_account), 'PO-' || n,
        jsonb_build_object('company', account.name, 'city', 'York', 'country', 'GB'),
        jsonb_build_object('company', account.name, 'city', 'York', 'country', 'GB'),
        (SELECT min(id) FROM warehouse), current_date - n % 700, 100 + n % 900, 20, 120 + n % 900
    FROM generate_series(1, :orders) n
    JOIN account ON account.id = (SELECT min(id) FROM account) + n % :accounts""",
    """
    INSERT INTO order_line (order_id, account_id, position, product_id, sku, name, ordered,
        first_ordered, shipped, invoiced, unit_price, line_amount)
    SELECT past.id, past.account_id, k, product.id, product.sku, product.name, 6, 6,
        CASE WHEN past.status = 'closed' THEN 6 ELSE 0 END,
        CASE WHEN past.status = 'closed' THEN 6 ELSE 0 END, 5, 30
    FROM sales_order past CROSS JOIN generate_series(1, :lines) k
    JOIN product ON product.id = (SELECT min(id) FROM product)
        + (past.account_id * 97 + past.id / :accounts * 31 % 211 + k * 13) % :products""",
)
