"""The order desk's drafts for a company."""

from __future__ import annotations

from decimal import Decimal

from models.accounts import actor_for
from models.catalog import Product
from models.checkout import (
    Cart,
    CartLine,
    SpecialFacts,
    TypedRow,
    add_rows,
    add_special,
    begin_draft,
    discard_draft,
    read_alerts,
    shopper_of,
)
from models.kernel import clock
from models.purchasing import Vendor
from tests.proof.company import Company
from tests.world import World


def draft_orders(world: World, company: Company, product: Product) -> None:
    """One on which an alert has been read, one on which it has not, one discarded."""
    session, lines = world.session, []
    account, olu = actor_for(session, company.account.id, by=world.olu)
    drafts: list[Cart] = []
    for word in ("read", "unread", "discarded"):
        draft = begin_draft(session, account, "phone", company.marked(word), by=olu)
        typed = [TypedRow(0, product.sku, "2"), TypedRow(0, company.marked("theirs"), "4")]
        add_rows(session, draft, typed, shopper_of(session, draft, olu), by=olu)
        lines.append(session.query(CartLine).filter(CartLine.cart_id == draft.id).one().id)
        drafts.append(draft)
    lines.append(_special(world, company, drafts[0]))
    for line in session.query(CartLine).filter(CartLine.id.in_(lines[:2])):
        line.pack_reason = company.marked("split")
    read_alerts(session, drafts[0])
    discard_draft(session, drafts[2], by=olu)
    company.values |= {
        "desk/draft_id": [draft.id for draft in drafts[:2]],
        "rows/line_id": [lines[3], lines[1]],
    }


def _special(world: World, company: Company, draft: Cart) -> int:
    """Something that is bought for this company alone; the vendor is the wholesaler's."""
    session = world.session
    vendor = session.query(Vendor).filter(Vendor.code == "MAKER").one_or_none()
    if vendor is None:
        vendor = Vendor(code="MAKER", name="Maker")
        session.add(vendor)
        session.flush()
    _account, olu = actor_for(session, company.account.id, by=world.olu)
    facts = SpecialFacts(company.marked("special"), Decimal(3), Decimal(4), Decimal(7), vendor.id)
    return add_special(session, draft, facts, today=clock.today("Europe/London"), by=olu).id
