"""The order desk's drafts for a company."""

from __future__ import annotations

from models.accounts import actor_for
from models.catalog import Product
from models.checkout import (
    Cart,
    CartLine,
    TypedRow,
    add_rows,
    begin_draft,
    discard_draft,
    read_alerts,
    shopper_of,
)
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
    read_alerts(session, drafts[0])
    discard_draft(session, drafts[2], by=olu)
    company.values |= {
        "desk/draft_id": [draft.id for draft in drafts[:2]],
        "rows/line_id": lines[:2],
    }
