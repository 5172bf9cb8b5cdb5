"""The prices that a company of the walk has agreed: lists of every kind, and a file of prices."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from models.catalog import AccountPartNumber, Category, Product
from models.kernel.files import FileStore
from models.pricing import AssortmentEntry, PriceList
from tests.factories.pricing import assign, make_entry, make_list, make_quantity_rule, make_rule
from tests.proof.company import Company
from tests.proof.noticed import notify
from tests.world import World


def agree(
    world: World, company: Company, shelf: list[Product], garden: Category, files: FileStore
) -> Product:
    """A contract, a list derived from it, a draft, part numbers, and a product that is made for
    this company alone, which it gives back."""
    session, account_id = world.session, company.account.id
    made = world.product(
        f"{company.mark}-OWN", price="33.33", stock=500, category_id=garden.id,
        own_account_id=account_id,
    )  # fmt: skip
    made.name = company.marked("own-product")
    contract = make_list(
        session, code=company.marked("LIST"), name=company.marked("contract"), kind="contract",
        is_exclusive=False,
    )  # fmt: skip
    price = "7.77" if company.mark == "QZVALPHA" else "6.66"
    entries = [make_entry(session, contract, each.id, price) for each in (*shelf, made)]
    for product in (*shelf, made):
        session.add(
            AccountPartNumber(
                account_id=account_id, product_id=product.id, code=company.marked(f"P{product.id}"),
                name=company.marked("part"),
            )
        )  # fmt: skip
    given = [assign(session, contract, account_id=account_id)]
    derived, draft = _further(session, company, contract, shelf[0])
    rule = make_rule(session, derived, "-5", category_id=garden.id)
    make_quantity_rule(session, contract, shelf[0].id, minimum="1", multiple="1")
    company.values |= {
        "p/slug": [made.slug],
        "prices/list_id": [contract.id, derived.id, draft.id],
        "entries/entry_id": [row.id for row in entries],
        "holders/assignment_id": [row.id for row in given],
        "imports/file_id": _sheets(world, company, files, contract, derived),
        "rules/rule_id": [rule.id],
    }
    notify(world, company, shelf[1].id, files)
    return made


def _further(
    session: Session, company: Company, contract: PriceList, product: Product
) -> tuple[PriceList, PriceList]:
    derived = make_list(
        session, code=company.marked("DERIVED"), name=company.marked("derived"),
        derived_from_id=contract.id, percent=Decimal(-10),
    )  # fmt: skip
    draft = make_list(
        session, code=company.marked("DRAFT"), name=company.marked("draft"), status="draft"
    )
    make_entry(session, derived, product.id, "5.55")
    make_entry(session, draft, product.id, "5.55")
    session.add(AssortmentEntry(list_id=draft.id, product_id=product.id))
    return derived, draft


def _sheets(
    world: World, company: Company, files: FileStore, contract: PriceList, derived: PriceList
) -> list[int]:
    """Files of prices that wait: one with a row that is rejected, one that is taken."""
    sheets = [(contract, "SHARED-0,7.50\nQZVNONE,1.00"), (derived, "SHARED-0,7.25")]
    stored = [
        files.put(
            world.session, f"sku,unit_price\n{rows}\n".encode(), kind="price_import", owner=owner,
            media_type="text/csv", file_name=f"{company.mark}-{owner.code}.csv",
        ).id
        for owner, rows in sheets
    ]  # fmt: skip
    return [*stored, stored[0]]
