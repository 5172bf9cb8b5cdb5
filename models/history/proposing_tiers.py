"""From past sales, tiers are proposed for a price list; staff accept what they find right."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import ARRAY, BigInteger, any_, literal, select, text
from sqlalchemy.orm import Session

from models.accounts import Actor, Permission
from models.catalog import Product
from models.history.books import ORIGIN
from models.history.breaks import Paid, ProposedTier, Support, find_tiers
from models.history.tier_proposal import TierProposal, TierSearch
from models.kernel import activity, clock
from models.kernel.bulk import insert_rows, update_rows
from models.kernel.database import lock
from models.kernel.errors import Conflict, NotFound, Refused
from models.kernel.failpoint import fail_at
from models.kernel.money import UNIT_PRICE_PLACES
from models.kernel.outbox import defer
from models.kernel.quantity import plain
from models.pricing import NewPrice, find_list, lock_list, planned_after, replace_tiers

PROPOSING_TIERS = "price_tiers.propose"
MOST_LINES, MOST_ACCOUNTS = 10_000, 1_000
READ_AT_ONCE = 200
MOST_NAMED = 10

_PAID = text("""
SELECT line.product_id, array_agg(line.ordered ORDER BY line.id) AS quantities,
    array_agg(round(line.unit_price * product.price_per / line.price_per, 4) ORDER BY line.id)
        AS prices,
    array_agg(line.account_id ORDER BY line.id) AS accounts,
    array_agg(CAST(extract(year FROM placed_at) * 12 + extract(month FROM placed_at) AS integer)
        ORDER BY line.id) AS months,
    product.order_minimum
FROM order_line line JOIN sales_order ON sales_order.id = line.order_id
JOIN product ON product.id = line.product_id
WHERE sales_order.origin = :origin AND sales_order.currency = :currency
    AND line.unit_price > 0 AND line.credited < line.ordered
    AND product.lifecycle IN ('active', 'run_out')
GROUP BY product.id, line.product_id ORDER BY line.product_id""")


def ask_for_tiers(session: Session, list_id: int, support: Support, *, by: Actor) -> TierSearch:
    """Has a task look through the imported sales in the list's currency.

    Denied without the permission. Refused for a support that is none, or while a task still looks.
    """
    by.require(Permission.PRICES_EDIT, "Tiers are proposed to those who change prices.")
    if not 1 <= support.lines <= MOST_LINES:
        raise Refused(f"Choose from 1 to {MOST_LINES:,} lines.", field="least_lines")
    if not 1 <= support.accounts <= MOST_ACCOUNTS:
        raise Refused(f"Choose from 1 to {MOST_ACCOUNTS:,} accounts.", field="least_accounts")
    price_list = lock_list(session, list_id)
    latest = latest_search(session, list_id)
    if latest is not None and latest.finished_at is None:
        raise Refused("The sales are being looked through already. Look again in a minute.")
    search = TierSearch(
        list_id=list_id, least_lines=support.lines, least_accounts=support.accounts,
        asked_by_id=by.id, asked_at=clock.now(),
    )  # fmt: skip
    session.add(search)
    session.flush()
    activity.record(
        session, "price_list.tiers_asked", by=by, subject=price_list, code=price_list.code,
        after=_support_said(support),
    )  # fmt: skip
    defer(session, PROPOSING_TIERS, search_id=search.id)
    return search


def latest_search(session: Session, list_id: int) -> TierSearch | None:
    """The last time that somebody asked for this list."""
    return (
        session.query(TierSearch)
        .filter(TierSearch.list_id == list_id)
        .order_by(TierSearch.id.desc())
        .first()
    )


def propose_tiers(session: Session, search_id: int) -> int:
    """Looks through the sales, in two statements, and keeps the tiers of each product that shows
    any; how many do. A second run changes nothing."""
    search = next(iter(lock(session, TierSearch, [search_id])), None)
    if search is None or search.finished_at is not None:
        return 0
    currency = find_list(session, search.list_id).currency
    support = Support(search.least_lines, search.least_accounts)
    found = []
    for product_id, least, paid in _paid(session, currency):
        search.products += 1
        search.lines += len(paid)
        if len(paid) < 2 * support.lines:
            continue
        tiers = find_tiers(paid, support)
        if tiers:
            first = replace(tiers[0], min_quantity=min(least, tiers[0].min_quantity))
            found.append(
                {
                    "search_id": search.id,
                    "product_id": product_id,
                    "tiers": [tier.kept() for tier in (first, *tiers[1:])],
                }
            )
    insert_rows(session, TierProposal, found)
    search.finished_at = clock.now()
    session.flush()
    fail_at("price_tiers.proposed")
    return len(found)


def accept_tiers(
    session: Session,
    list_id: int,
    proposal_ids: Collection[int],
    effective_from: date,
    *,
    today: date,
    by: Actor,
) -> int:
    """From the day on the list says of these products what was proposed, and nothing else; how
    many prices that are.

    The statements do not grow with the products. Denied without the permission. Refused without
    any, for a day that has passed, or where prices of theirs begin or end after it; Conflict where
    one was accepted, or the sales were looked through anew, meanwhile.
    """
    by.require(Permission.PRICES_EDIT, "Tiers are accepted by those who change prices.")
    if not proposal_ids:
        raise Refused("Tick the products whose tiers you want to accept.", field="proposal")
    if effective_from < today:
        raise Refused("Prices change from today on, or later.", field="effective_from")
    price_list = lock_list(session, list_id)
    search = latest_search(session, list_id)
    proposals = lock(session, TierProposal, proposal_ids)
    if search is None or len(proposals) < len(set(proposal_ids)):
        raise NotFound("There are no such proposals.")
    if any(each.search_id != search.id or each.accepted_at for each in proposals):
        raise Conflict("Some of these were accepted, or looked for anew, meanwhile. Look again.")
    wanted = {
        (each.product_id, tier.min_quantity): NewPrice(tier.unit_price.quantize(UNIT_PRICE_PLACES))
        for each in proposals
        for tier in map(ProposedTier.read, each.tiers)
    }
    skus = _skus(session, {each.product_id for each in proposals})
    _refuse_planned(session, list_id, skus, effective_from)
    taken = [
        {"id": each.id, "accepted_at": clock.now(), "accepted_by_id": by.id} for each in proposals
    ]
    # Before the prices: entering them makes every loaded row stale, to be read again one by one.
    update_rows(session, TierProposal, taken)
    before = replace_tiers(session, list_id, wanted, effective_from)
    activity.record(
        session, "price_list.tiers_accepted", by=by, subject=price_list, code=price_list.code,
        effective_from=effective_from, count=len(wanted), before=_said(before, skus),
        after=_said({key: new.unit_price for key, new in wanted.items()}, skus),
    )  # fmt: skip
    return len(wanted)


def _refuse_planned(session: Session, list_id: int, skus: dict[int, str], day: date) -> None:
    """A price that is planned for later would stand beside the tiers, as if it were one of them."""
    last = planned_after(session, list_id, skus, day)
    if not last:
        return
    named = sorted(skus[id_] for id_ in last)
    told = ", ".join(named[:MOST_NAMED]) + (
        f" and {len(named) - MOST_NAMED:,} more" if len(named) > MOST_NAMED else ""
    )
    raise Refused(
        f"The list has prices of {told} that begin or end later. Untick what you do not want to "
        f"change, or let the tiers count from {max(last.values()).isoformat()} on.",
        field="effective_from",
    )


def _support_said(support: Support) -> dict[str, int]:
    """The support as the audit log keeps it."""
    return {"least_lines": support.lines, "least_accounts": support.accounts}


def _skus(session: Session, product_ids: Collection[int]) -> dict[int, str]:
    named = Product.id == any_(literal(list(product_ids), ARRAY(BigInteger)))
    rows = session.execute(select(Product.id, Product.sku).where(named))
    return {row.id: row.sku for row in rows}


def _said(prices: dict[tuple[int, Decimal], Decimal], skus: dict[int, str]) -> dict[str, str]:
    """Prices as the audit log keeps them: `{"TR-1": "5.00, 4.40 from 12"}`."""
    said: dict[str, list[str]] = {}
    for (product_id, at), price in sorted(prices.items()):
        words = plain(price) if at == 1 else f"{plain(price)} from {plain(at)}"
        said.setdefault(skus[product_id], []).append(words)
    return {sku: ", ".join(words) for sku, words in sorted(said.items())}


def _paid(session: Session, currency: str) -> Iterator[tuple[int, Decimal, Sequence[Paid]]]:
    """Every product, the least of it that is sold, and its lines; a few products at a time, as a
    year has half a million lines."""
    rows = session.execute(
        _PAID, {"origin": ORIGIN, "currency": currency},
        execution_options={"yield_per": READ_AT_ONCE},
    )  # fmt: skip
    for product_id, quantities, prices, accounts, months, least in rows:
        yield product_id, least, list(map(Paid, quantities, prices, accounts, months))
