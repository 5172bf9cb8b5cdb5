"""A sale at the counter for a company, and what was scanned for its next one."""

from __future__ import annotations

from models.catalog import Product
from models.checkout import Sale, cart_lines, counter_pad, place_for, propose, scan, sell
from tests.proof.company import Company
from tests.world import World


def sell_one(world: World, company: Company, product: Product) -> None:
    """Sold by olu, paid in cash."""
    session, account = world.session, company.account
    scan(session, account, product.sku, "1", by=world.olu)
    pad = counter_pad(session, account.id, world.olu)
    assert pad is not None
    place = place_for(session, world.seller, account, None)
    total = propose(session, pad, place, lines=cart_lines(session, pad)).total
    sale = Sale(company.marked("sale"), total, "cash", "", company.marked("customer"))
    company.values["sales/number"] = [sell(session, account, sale, by=world.olu).number]
    scan(session, account, product.sku, "1", by=world.olu)
