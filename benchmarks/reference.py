"""The references: what a page and an order cost with nothing but the database and a template.

`benchmarks.reference:app` is served as the program is. `/catalogue` is R: one statement through
SQLAlchemy Core with 48 products, this customer's price and stock, in a table. `/search` is the
same for a search.
"""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any
from uuid import uuid4

from flask import Flask, request
from sqlalchemy import Connection, create_engine, text

TABLE = """<!doctype html><html lang="en"><head><title>Reference</title></head><body>
<h1>{{ account.name }}</h1><table>{% for row in rows %}
<tr><td>{{ row.sku }}</td><td><a href="/p/{{ row.slug }}">{{ row.name }}</a></td>
<td>{{ "{:,.2f}".format(row.price) }}</td><td>{{ "{:,.0f}".format(row.free) }}</td>
<td>{{ row.unit }}</td><td><input name="quantity-{{ row.id }}" value=""></td></tr>{% endfor %}
</table></body></html>"""

PRICED = """
SELECT product.id, sku, slug, product.name, unit, price.unit_price AS price,
    (SELECT sum(on_hand - allocated - safety_stock) FROM stock
     WHERE product_id = product.id) AS free
FROM ({products}) chosen JOIN product ON product.id = chosen.id
CROSS JOIN LATERAL (
    SELECT unit_price FROM price_entry
    WHERE product_id = product.id AND min_quantity <= 1 AND list_id IN (
        SELECT list_id FROM price_list_assignment WHERE account_id = :account
        UNION ALL SELECT id FROM price_list WHERE kind = 'base')
    ORDER BY unit_price LIMIT 1
) price ORDER BY {order}"""

SHELF = text(
    PRICED.format(
        products="SELECT id FROM product ORDER BY category_id, position, id LIMIT 48",
        order="product.category_id, product.position, product.id",
    )
)
SEARCH = text(
    PRICED.format(
        products="SELECT id, ts_rank(search, to_tsquery('simple', :words)) AS rank FROM product "
        "WHERE search @@ to_tsquery('simple', :words) ORDER BY rank DESC, id LIMIT 48",
        order="chosen.rank DESC, product.id",
    )
)
ACCOUNT = text("SELECT id, name FROM account WHERE id = :account")


def make_app(database_url: str) -> Flask:
    """The reference pages on a database of the benchmark."""
    app = Flask("reference")
    engine = create_engine(database_url, pool_size=4, max_overflow=2)
    page = app.jinja_env.from_string(TABLE)

    @app.get("/catalogue")
    def catalogue() -> str:
        return answer(SHELF, {})

    @app.get("/search")
    def search() -> str:
        words = " & ".join(f"{word}:*" for word in request.args["q"].split())
        return answer(SEARCH, {"words": words})

    def answer(statement: Any, values: dict[str, str]) -> str:
        who = {"account": request.args.get("account", 1, type=int)}
        with engine.connect() as connection:
            account = connection.execute(ACCOUNT, who).one()
            return page.render(account=account, rows=connection.execute(statement, values | who))

    return app


def place_bare_order(connection: Connection, account_id: int, product_ids: list[int]) -> None:
    """An order with its lines, stock locked and allocated, in eight statements and a commit."""
    values: dict[str, Any] = {"account": account_id, "products": product_ids, "key": uuid4().hex}
    connection.execute(text("SELECT id FROM account WHERE id = :account FOR UPDATE"), values)
    prices = connection.execute(PRICES, values).all()
    values["total"] = sum((row.unit_price for row in prices), Decimal(0))
    locked = connection.execute(LOCKED, values).all()
    values["stocks"] = [row.id for row in locked]
    values["order"] = connection.scalar(HEAD, values)
    lines = connection.execute(LINES, values).scalars().all()
    values["lines"] = list(lines)
    connection.execute(ALLOCATED, values)
    connection.execute(ALLOCATIONS, values)
    connection.execute(MOVEMENTS, values)
    connection.commit()


PRICES = text("""
SELECT product_id, min(unit_price) AS unit_price FROM price_entry
WHERE product_id = ANY(:products) AND min_quantity <= 1 GROUP BY product_id""")
LOCKED = text("""
SELECT id FROM stock WHERE product_id = ANY(:products)
AND warehouse_id = (SELECT min(id) FROM warehouse) ORDER BY id FOR UPDATE""")
HEAD = text("""
INSERT INTO sales_order (number, seller_id, account_id, bill_to_account_id, currency,
    submission_key, placed_at, ship_to, bill_to, warehouse_id, goods_amount, total_amount)
SELECT 'BARE-' || :key, seller.id, :account, :account, 'GBP', :key, now(), '{}', '{}',
    (SELECT min(id) FROM warehouse), :total, :total FROM seller LIMIT 1 RETURNING id""")
LINES = text("""
INSERT INTO order_line (order_id, account_id, position, product_id, sku, name, ordered,
    first_ordered, allocated, unit_price, line_amount)
SELECT :order, :account, row_number() OVER (ORDER BY id), id, sku, name, 1, 1, 1, 5, 5
FROM product WHERE id = ANY(:products) ORDER BY id RETURNING id""")
ALLOCATED = text("UPDATE stock SET allocated = allocated + 1 WHERE id = ANY(:stocks)")
ALLOCATIONS = text("""
INSERT INTO allocation (order_line_id, stock_id, quantity)
SELECT line, stock, 1
FROM unnest(CAST(:lines AS bigint[]), CAST(:stocks AS bigint[])) given (line, stock)""")
MOVEMENTS = text("""
INSERT INTO stock_movement (stock_id, kind, allocated_delta, document_kind, document_id)
SELECT unnest(CAST(:stocks AS bigint[])), 'allocated', 1, 'order', :order""")


def __getattr__(name: str) -> Flask:
    if name != "app":
        raise AttributeError(name)
    return make_app(os.environ["DATABASE_URL"])
