"""Founds the demo company: seller, warehouses, staff, accounts, vendors."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import holidays
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.demo.people import BUYER_TILES, CUSTOMERS, STAFF, SUPPLIERS, Customer
from models.accounts import (
    DEMO_SIGN_INS,
    Account,
    AccountGroup,
    AccountRep,
    Address,
    Contact,
    DocumentRecipient,
    Membership,
    PaymentTerms,
    StaffRole,
    User,
)
from models.accounts.passwords import hash_password
from models.company import found_company, open_warehouse
from models.inventory import ClosedDay, Warehouse
from models.kernel import settings
from models.kernel.seller import Seller
from models.pricing import CarriageZone
from models.purchasing import Vendor
from models.reps import Territory

PASSWORD = "trade-counter-demo"  # noqa: S105, the demo's sign-in, printed for everybody


def found(session: Session, start: date) -> Seller:
    """The company as it stood on its first day."""
    seller = Seller(
        legal_name="Pellow Wholesale Ltd",
        trading_name="Pellow",
        address_line_1="Unit 6, Ryedale Business Park",
        city="Malton",
        postcode="YO17 7YB",
        country="GB",
        company_number="07481930",
        vat_number="GB123456782",
        email="orders@pellow.example",
        phone="01653 555 010",
        bank_name="Northern Counties Bank",
        iban="GB33BUKB20201555555555",
        bic="BUKBGB22",
        sort_code="20-20-15",
        account_number="55555555",
        base_currency="GBP",
        time_zone="Europe/London",
        invoice_footer="Goods remain our property until paid for in full.",
    )
    session.add(seller)
    session.flush()
    found_company(session, seller)
    session.add_all(
        [
            AccountGroup(code="GARDEN", name="Garden centres and stores"),
            AccountGroup(code="CONTRACT", name="Contract customers", stock_display="words"),
        ]
    )
    _warehouses(session, seller, start)
    _zones(session)
    session.flush()
    return seller


def _warehouses(session: Session, seller: Seller, start: date) -> None:
    for position, (code, name, town, postcode) in enumerate(
        (("MAL", "Malton", "Malton", "YO17 7YB"), ("PEN", "Penrith", "Penrith", "CA11 9EQ")), 1
    ):
        address = {
            "company": "Pellow", "line1": f"{name} warehouse", "city": town, "postcode": postcode,
            "country": "GB",
        }  # fmt: skip
        warehouse = open_warehouse(
            session, seller, code=code, name=name, address=address, position=position
        )
        years = range(start.year, start.year + 4)
        session.add_all(
            ClosedDay(warehouse_id=warehouse.id, day=day, name=name)
            for day, name in sorted(
                holidays.country_holidays("GB", subdiv="ENG", years=years).items()
            )
        )


def _zones(session: Session) -> None:
    zones = (
        ("UK", "mainland UK", ["GB"], [], "9.50", "250", 1),
        ("HI", "Highlands and islands", ["GB"], ["PA", "IV", "HS", "KW", "ZE"], "18.50", "400", 3),
        ("EU", "Europe", ["IE", "DE", "FR", "NL", "BE"], [], "38.00", "900", 4),
    )
    for code, name, countries, prefixes, charge, free, days in zones:
        session.add(
            CarriageZone(
                code=code,
                name=name,
                countries=countries,
                postcode_prefixes=prefixes,
                flat_charge=Decimal(charge),
                free_over=Decimal(free),
                currency="GBP",
                transit_days=days,
            )
        )


def hire(session: Session) -> dict[str, User]:
    """The staff, by their key. Everybody signs in with the demo's password."""
    hashed = hash_password(PASSWORD)
    people: dict[str, User] = {}
    for item in STAFF:
        user = User(
            kind="staff", email=f"{item.key}@pellow.example", name=item.name, password_hash=hashed
        )
        session.add(user)
        session.flush()
        session.add(StaffRole(user_id=user.id, user_kind="staff", role=item.role))
        people[item.key] = user
    for code, name, rep, prefixes in (
        ("NE", "Yorkshire coast and Ryedale", "rita", ["YO", "HU", "HG"]),
        ("DALES", "Dales and West Yorkshire", "joel", ["LS", "BD", "HX", "DL"]),
        ("WEST", "North West, Wales, Scotland", "anwen", ["LA", "CA", "CH", "LL", "SY", "ST"]),
    ):
        session.add(
            Territory(
                code=code,
                name=name,
                rep_id=people[rep].id,
                countries=["GB"],
                postcode_prefixes=prefixes,
            )
        )
    session.flush()
    return people


def open_accounts(session: Session, staff: dict[str, User], start: date) -> dict[str, Account]:
    """The accounts with their addresses, contacts, reps and sign-ins, by their key."""
    groups = {row.code: row.id for row in session.scalars(select(AccountGroup))}
    terms = {row.code: row.id for row in session.scalars(select(PaymentTerms))}
    home = session.scalars(select(Warehouse).order_by(Warehouse.position)).all()
    accounts: dict[str, Account] = {}
    for index, customer in enumerate(CUSTOMERS):
        account = _account(customer, index, groups, terms, accounts, start)
        session.add(account)
        session.flush()
        accounts[customer.key] = account
        west = customer.rep == "anwen" and customer.country == "GB"
        _equip(session, customer, account, home[1 if west else 0])
        session.add(
            AccountRep(
                account_id=account.id,
                user_id=staff[customer.rep].id,
                valid_from=start - timedelta(days=400),
            )
        )
    _invite(session, accounts)
    session.flush()
    return accounts


def _account(
    customer: Customer,
    index: int,
    groups: dict[str, int],
    terms: dict[str, int],
    accounts: dict[str, Account],
    start: date,
) -> Account:
    parent = accounts.get(customer.parent)
    abroad = {"IE": "reverse_charge", "DE": "reverse_charge"}
    return Account(
        number=f"C{1001 + index}",
        created_at=datetime.combine(start - timedelta(days=30 + 61 * index % 1900), time(9), UTC),
        name=customer.name,
        legal_name=customer.name,
        parent_id=parent.id if parent else None,
        bill_to_id=parent.id if parent else None,
        group_id=groups[customer.group],
        terms_id=terms[customer.terms],
        country=customer.country,
        tax_number=customer.tax_number,
        tax_treatment="export" if customer.country in abroad else "domestic",
        credit_limit=Decimal(customer.limit),
        phone=f"01{900 + index:03d} 555 {100 + index * 3:03d}",
        trade=customer.trade,
        locale="de_DE" if customer.country == "DE" else "en_GB",
        requires_po_number=customer.key == "harbour",
        priority=10 if customer.size > 2 else 0,
    )


def _equip(session: Session, customer: Customer, account: Account, home: Warehouse) -> None:
    owner = account.name.split()[0].strip("&,")
    street = (
        customer.street if customer.street[0].isdigit() else f"{len(owner) * 3} {customer.street}"
    )
    session.add(
        Address(
            account_id=account.id,
            code="MAIN",
            company=account.name,
            line1=street,
            city=customer.town,
            postcode=customer.postcode,
            country=customer.country,
            is_bill_to=not customer.parent,
            is_default=True,
            home_warehouse_id=home.id,
            delivery_instructions="Rear entrance, before 11:00, no pallets."
            if len(customer.key) % 3 == 0
            else "",
        )
    )
    email = f"buying@{customer.key}.example"
    session.add(Contact(account_id=account.id, name=f"{owner} buying desk", role="Buyer",
                        email=email, phone=account.phone))  # fmt: skip
    if not customer.parent:
        session.add(
            DocumentRecipient(
                account_id=account.id,
                document_kind="invoice",
                email=f"accounts@{customer.key}.example",
            )
        )


def _invite(session: Session, accounts: dict[str, Account]) -> None:
    hashed = hash_password(PASSWORD)
    for key, name, role, _, _ in BUYER_TILES:
        user = User(
            kind="buyer",
            email=f"{name.split()[0].lower()}@{key}.example",
            name=name,
            password_hash=hashed,
        )
        session.add(user)
        session.flush()
        session.add(
            Membership(
                user_id=user.id,
                account_id=accounts[key].id,
                role=role,
                covers_branches=role == "company_admin",
            )
        )


def offer_sign_ins(session: Session) -> None:
    """Writes the tiles of the sign-in page: one for each role worth trying."""
    tiles = [
        f"{name.split()[0].lower()}@{key}.example|{label}|{line}"
        for key, name, _, label, line in BUYER_TILES
        if label
    ]
    labels = {
        "sales_rep": "Sales rep",
        "sales_manager": "Sales manager",
        "customer_service": "Order desk",
        "warehouse": "Warehouse",
        "purchasing": "Purchasing",
        "finance": "Finance",
        "administrator": "Administrator",
    }
    tiles += [
        f"{item.key}@pellow.example|{labels[item.role]}|{item.tile}" for item in STAFF if item.tile
    ]
    settings.change(session, DEMO_SIGN_INS, tiles, by=None)


def open_vendors(session: Session) -> dict[str, Vendor]:
    """The vendors, by department."""
    by_shelf: dict[str, Vendor] = {}
    for item in SUPPLIERS:
        vendor = Vendor(
            code=item.key,
            name=item.name,
            email=f"sales@{item.key.removeprefix('V-').lower()}.example",
            lead_time_days=item.lead_days,
            address={"line1": "Works Road", "city": item.town, "country": "GB"},
        )
        session.add(vendor)
        for shelf in item.shelves:
            by_shelf[shelf] = vendor
    session.flush()
    return by_shelf
