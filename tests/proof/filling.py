"""What is typed into forms, and whose records their fields name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import text

from models.kernel import clock
from tests.proof.estate import Estate
from tests.proof.walking import FormSeen, Walk
from tests.signing_in import PASSWORD

Fields = Sequence[tuple[str, str]]

RECORDS: dict[str, str] = {
    "ship_to_id": "addresses/address_id",
    "cart_id": "carts",
    "account": "accounts/account_id",
    "account_id": "accounts/account_id",
    "for_account": "accounts/account_id",
    "invoice": "invoices/number",
    "order": "orders/number",
    "shipment": "pack/shipment_id",
    "line": "pick_lines",
    "line_id": "lines/line_id",
    "membership_id": "users/membership_id",
    "user_id": "users/user_id",
    "address_id": "addresses/address_id",
    "answer": "undecided",
    "alert": "notes/note_id",
    "head_office": "account_numbers",
}
"""Fields whose value is the id or number of a company's record, and which kind it is."""
NUMBERED: dict[str, str] = {"invoice-": "invoices"}
"""Fields that carry the id in their own name."""
OTHER = frozenset(
    {
        "version", "cartons", "quantity", "counted", "one", "add", "amount", "credit_limit",
        "csrf_token", "submission_key", "shown_total", "po_number", "phone", "code", "limit",
        "warehouse_id", "warehouse", "vendor_id", "vendor", "product", "product_id", "bin_id",
        "bin", "purchase_order_id", "group_id", "terms_id", "delta", "unit_cost", "postcode",
        "unit_price", "list_id", "priority", "days", "terms", "rep_id", "next",
        "source", "group", "category", "brand", "percent", "minimum", "multiple", "maximum",
        "min_quantity", "rounding_step", "floor_percent", "seen", "order_minimum", "whole",
        "transit_days", "weekdays", "cut_off", "lead_time_days", "free_over", "flat_charge", "base",
        "day_of_month", "discount_percent", "discount_days", "standard", "reduced", "countries",
        "postcode_prefixes", "country", "kind", "state", "vat_number",
        "fee", "set", "carriage", "tax_category", "charge", "note", "do", "papers", "subject",
        "example", "locale", "keep", "delivery_note_prices", "owner", "person", "currency", "shown",
        "number", "units", "given", "service", "handed_to", "split_pack",
        "charge_amount", "charge_tax",
        "days_ahead", "day", "least_lines", "least_accounts", "proposal", "delivery_weekdays",
        "home_warehouse_id", "weight_grams", "price_per", "decimals", "reorder_point",
        "commodity_code",
    }
)  # fmt: skip
"""Fields that are figures, or name what belongs to the wholesaler."""
PREFIXES = (
    "quantity-", "was-", "c1-", "c2-", "received-", "product-", "cost-", "line-", "bin-",
    "tracking-", "price-", "unit_cost-", "is_", "adds_", "means-", "to-", "restricts_",
    "counted-", "why-", "charge-", "waive-", "rule-", "column-", "restocked-", "scrapped-", "back-",
    "quantity_", "weight_", "length_", "width_", "height_", "codes_",
)  # fmt: skip
TYPED: dict[str, str] = {
    "reason": "Because it is so", "text": "A note", "email": "new@example.com", "name": "Nell New",
    "password": PASSWORD + " longer", "company": "New Company", "contact": "Ann", "line1": "1 Lane",
    "city": "York", "postcode": "YO1 7HH", "credit_limit": "5000", "quantity": "3", "rows": "X,1",
    "unit_price": "9.50", "short_reason": "", "phone": "0123", "query": "x", "amount": "5.00",
    "delta": "-1", "change": "-1", "code": "SHARED-0", "country": "GB",
    "terms": "on", "accepts": "on",
    "sku": "SHARED-0", "skus": "SHARED-0", "rule_percent": "-3", "min_quantity": "5",
    "decision": "As agreed", "answer": "As agreed", "close_reason": "Never came", "fee": "0",
    "file": "rows.csv", "picture": "shot.jpg", "logo": "logo.png",
    "subject": "A mail", "body": "Hello {company}", "minimum": "2",
    "flat_charge": "5.00", "divert_to": "post@example.com", "transit_days": "1",
    "carriage": "5.00", "split_pack": "2.00", "standard": "20.00", "reduced": "5.00",
    "means": "cash", "units": "1", "customer": "Ann",
    "days_ahead": "1", "charge_name": "Pallets", "charge_amount": "1.50",
    "unit_cost": "4.00", "code-1": "SHARED-0", "units-1": "3", "cost-1": "4.00",
}  # fmt: skip
"""What a person would type into an empty field of this name."""


DATES = frozenset({"expected_on", "received_on", "valid_from", "from", "to"})
AT: dict[str, dict[str, str]] = {
    "/sign-in": {"email": "QZVALPHA.buyer@example.com", "password": PASSWORD},
    "/admin/desk": {"q": "QZVALPHA-account"},
    "/admin/products/new": {"sku": "BRAND-NEW-1"},
    "/confirm-password": {"password": PASSWORD},
    "/your-details/password": {"current": PASSWORD, "new": PASSWORD + " longer"},
    "/your-details/email": {"password": PASSWORD},
}
"""What is typed on one page only."""


def filled(fields: Fields, path: str, estate: Estate) -> list[tuple[str, str]]:
    """The form as shown, with its empty fields typed in."""
    typed = {**TYPED, **AT.get(path.rpartition("?")[0] or path, {})}
    if path.endswith("/scan"):
        typed["code"] = estate.bin_code if path.startswith("/floor") else "SHARED-0"
    typed["vendor"] = str(estate.shared["vendors/vendor_id"][0])
    if not fields:
        fields = [(name, "") for name in ("reason", "text", "quantity", "name", "password")]
    return [(name, value.strip() or _typed(name, typed)) for name, value in fields]


def _typed(name: str, typed: dict[str, str]) -> str:
    if name.startswith(("invoice-", "counted-")):
        return "1.00"
    if name.startswith("why-"):
        return "Because it is so"
    if name in DATES:
        return clock.today("Europe/London").isoformat()
    return typed.get(name, "")


def looks_like_an_id(name: str, value: str) -> bool:
    return bool(re.fullmatch(r"\d+|[A-Z]{1,4}-?[\d-]+", value)) and not re.search(r"\d", name)


def is_known(name: str) -> bool:
    return name in RECORDS or name in OTHER or name.startswith(PREFIXES)


def swaps(estate: Estate) -> dict[str, list[str]]:
    """For each kind of record, what is the foreign company's."""
    session = estate.world.session
    foreign = {key: [str(each) for each in found] for key, found in estate.foreign.values.items()}
    account_id = estate.foreign.account.id
    queries = {
        "carts": "SELECT id FROM cart WHERE account_id = :a AND ordered_at IS NULL",
        "invoices": "SELECT id FROM invoice WHERE account_id = :a AND open_amount > 0",
        "pick_lines": "SELECT l.id FROM pick_line l JOIN pick_list p ON p.id = l.pick_list_id"
        " JOIN sales_order o ON o.id = p.order_id WHERE o.account_id = :a",
        "account_numbers": "SELECT number FROM account WHERE id = :a",
        "undecided": "SELECT u.id || chr(58) || 'drop' FROM undecided_row u"
        " JOIN cart c ON c.id = u.cart_id"
        " WHERE c.account_id = :a",
    }
    for kind, query in queries.items():
        rows = session.execute(text(query), {"a": account_id}).scalars()
        foreign[kind] = [str(each) for each in rows]
    session.rollback()
    assert all(foreign.values()), "the foreign company lacks a kind of record"
    return foreign


def with_foreign(fields: Fields, foreign: dict[str, list[str]]) -> Iterator[list[tuple[str, str]]]:
    """The form again and again, each time with one field naming a record of the other company;
    and once with every such field that it does not have."""
    names = {name for name, _ in fields}
    more = [(name, foreign[kind][0]) for name, kind in RECORDS.items() if name not in names]
    yield [*fields, *more]
    for index, (name, value) in enumerate(fields):
        kind = RECORDS.get(name)
        if kind:
            yield _put(fields, index, name, _answered(value, foreign[kind][0]))
        for prefix, other in NUMBERED.items():
            if name.startswith(prefix) and name.removeprefix(prefix).isdigit():
                yield _put(fields, index, f"{prefix}{foreign[other][0]}", value or "1.00")


def _answered(value: str, foreign: str) -> str:
    """`12:make-6` keeps its answer under another row."""
    if ":" not in value:
        return foreign
    return f"{foreign.partition(':')[0]}:{value.partition(':')[2]}"


def _put(fields: Fields, index: int, name: str, value: str) -> list[tuple[str, str]]:
    return [*fields[:index], (name, value), *fields[index + 1 :]]


def send_foreign(walk: Walk, form: FormSeen, sent: list[tuple[str, str]]) -> str:
    """Sends it; what is wrong with the answer or with the foreign company afterwards."""
    reply = walk.ask(form.who, form.action, filled(sent, form.action, walk.estate), inspects=True)
    if reply.status >= 500:
        return f"{reply.status}: {reply.body[:300]}"
    if walk.estate.foreign.mark.lower() in reply.words.lower():
        at = reply.words.lower().index(walk.estate.foreign.mark.lower())
        return f"shows {reply.words[max(0, at - 100) : at + 60]}"
    return f"changed {sorted(reply.changed)} with {sent}" if reply.changed else ""
