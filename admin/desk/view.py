"""A draft in the words and figures of the desk: rows with their facts, and what is read back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

from flask import url_for

from admin.desk.frame import OpenDraft
from models.accounts import Actor, Permission
from models.catalog import SPECIAL
from models.checkout import (
    Proposal,
    ProposedLine,
    Shopper,
    beside_lines,
    carriage_unknown,
    cart_lines,
    is_below_floor,
    may_sell_anyway,
    payer,
    propose,
)
from models.insight import LastPrice, last_prices, order_with_po, stock_by_warehouse
from models.kernel import clock
from models.kernel.quantity import plain
from models.pricing import CarriageGround
from models.purchasing import specials_of
from models.receivables import standing
from web.decisions import decision_views
from web.i18n import _, ngettext
from web.pages import addresses
from web.presenting import day_count, day_in_words, money, percentage, quantity, unit_price
from web.transactions import session

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A line with all that is asked about it on the phone. `margin` is empty for who may not
    see costs; `special` says of a special from whom it comes; `may_anyway` is whether the desk may
    sell that many although the pack says otherwise."""

    id: int
    product_id: int
    version: int
    name: str
    note: str
    each: str
    last: str
    changed: str
    stock: str
    ships: str
    is_late: bool
    margin: str
    quantity: str
    pack: str
    total: str
    problem: str
    offers: tuple[str, ...]
    may_anyway: bool
    by_hand: tuple[str, ...]
    special: str = ""


def draft_view(draft: OpenDraft, shopper: Shopper) -> dict[str, Any]:
    """What the draft's page shows of its lines and its sum; the number of statements does not
    grow with the lines."""
    lines = cart_lines(session(), draft.cart)
    proposal = propose(session(), draft.cart, shopper.place, lines=lines)
    ids = [row.product.id for row in lines]
    beside = beside_lines(session(), draft.account.id, draft.cart)
    facts = _Facts(
        shopper,
        last_prices(session(), draft.account.id, ids) if ids else {},
        stock_by_warehouse(session(), ids) if ids else {},
        specials_of(session(), [r.product.id for r in lines if r.product.lifecycle == SPECIAL]),
        by=draft.by,
        sees_costs=draft.by.can(Permission.COSTS_SEE),
    )
    total = money(proposal.total, shopper.currency)
    return {
        "rows": [_row(item, facts) for item in proposal.lines],
        "sees_margin": facts.sees_costs,
        "questions": decision_views(beside.questions, at_desk=True),
        "figures": _figures(proposal, draft, shopper.currency),
        "total": (_("Total with VAT"), total),
        "shown_total": str(proposal.total),
        "place_label": _("Place order %(total)s", total=total),
        "key": str(uuid4()),
        "read_back": _read_back(proposal, draft, shopper),
        "credit": _credit(proposal, draft, shopper),
        "waits": _waits(proposal, draft, len(beside.questions)),
        "problems": sum(1 for item in proposal.lines if item.problem),
        "addresses": [
            (each.id, ", ".join(part for part in each[1:] if part)) for each in beside.ship_tos
        ],
        "ship_to_id": shopper.ship_to.id if shopper.ship_to else None,
        "payments": payments(shopper),
        "earliest_on": proposal.sums.earliest_ship_on.isoformat(),
    }


def payments(shopper: Shopper) -> list[tuple[str, str]]:
    """How the account may pay an order that the desk takes: a card is the buyer's own."""
    terms = shopper.terms
    ahead = ("transfer", _("Bank transfer before dispatch"))
    if terms is None or terms.kind != "on_account":
        return [ahead]
    return [("on_account", _("On account, %(terms)s", terms=terms.name)), ahead]


@dataclass(frozen=True, slots=True)
class _Facts:
    shopper: Shopper
    last: dict[int, LastPrice]
    stock: dict[int, list[tuple[str, Decimal]]]
    specials: dict[int, Any]
    by: Actor
    sees_costs: bool


def _row(item: ProposedLine, facts: _Facts) -> DraftRow:
    line, product, currency = item.line, item.product, facts.shopper.currency
    special = facts.specials.get(product.id)
    note = [product.sku]
    if item.own_number:
        note.append(_("theirs: %(code)s", code=item.own_number))
    if item.price.multiple != 1:
        note.append(_("packs of %(pack)s", pack=plain(item.price.multiple)))
    return DraftRow(
        id=line.id, product_id=product.id, version=line.version, name=product.name,
        note=", ".join(note), each=_each(item.unit_price, item.price.price_per, currency),
        last=_last(facts.last.get(product.id), facts.shopper),
        changed=_since(item, currency),
        stock="" if special else _stock(facts.stock.get(product.id, [])),
        ships="" if item.problem else _ships(item), is_late=bool(item.short),
        margin=_margin(item) if facts.sees_costs else "", quantity=plain(line.quantity),
        pack=plain(item.price.multiple),
        total="" if item.problem else money(item.amount, currency), problem=item.problem,
        offers=tuple(plain(offer) for offer in item.offers),
        may_anyway=may_sell_anyway(item, facts.by),
        by_hand=() if special else _by_hand(item, currency), special=_from(special),
    )  # fmt: skip


def _each(price: Decimal | None, per: int, currency: str) -> str:
    if price is None:
        return _("On request")
    each = unit_price(price, currency)
    return each if per == 1 else _("%(price)s per %(units)s", price=each, units=per)


def _last(last: LastPrice | None, shopper: Shopper) -> str:
    if last is None:
        return ""
    each = _each(last.unit_price, last.price_per, shopper.currency)
    on = clock.day_of(last.at, shopper.seller.time_zone)
    return _("last %(price)s, %(day)s", price=each, day=day_in_words(on))


def _since(item: ProposedLine, currency: str) -> str:
    before = item.line.unit_price
    if before is None or item.line.override_price is not None or before == item.unit_price:
        return ""
    return _("was %(price)s when it was typed", price=unit_price(before, currency))


def _stock(levels: list[tuple[str, Decimal]]) -> str:
    said = [f"{name} {quantity(units)}" for name, units in levels]
    return ", ".join(said) or _("none in stock")


def _ships(item: ProposedLine) -> str:
    if not item.short:
        return _("ships %(day)s", day=day_in_words(item.ship_on)) if item.ship_on else ""
    units = quantity(item.short)
    if item.cancelled:
        return _("%(units)s short, cancelled", units=units)
    if item.ship_on is None:
        return _("%(units)s short, no date yet", units=units)
    return _("%(units)s follow %(day)s", units=units, day=day_in_words(item.ship_on))


def _margin(item: ProposedLine) -> str:
    cost, price = item.product.cost, item.unit_price
    if cost is None or not price:
        return ""
    return percentage(int((price - cost) / price * HUNDRED))


def _by_hand(item: ProposedLine, currency: str) -> tuple[str, ...]:
    said = []
    if item.line.is_sample:
        said.append(_("Sample: %(reason)s", reason=item.line.override_reason))
    elif item.line.override_price is not None and item.price.unit_price is not None:
        said.append(
            _("%(price)s before: %(reason)s", price=unit_price(item.price.unit_price, currency),
              reason=item.line.override_reason)
        )  # fmt: skip
    elif item.line.override_price is not None:
        said.append(_("Price by hand: %(reason)s", reason=item.line.override_reason))
    if item.line.pack_reason:
        said.append(_("Not by the pack: %(reason)s", reason=item.line.pack_reason))
    return tuple(said)


def _from(special: Any) -> str:
    if special is None:
        return ""
    named = f"{special.vendor}, {special.part_number}" if special.part_number else special.vendor
    day = day_in_words(special.expected_on)
    return _("Special from %(vendor)s, expected %(day)s", vendor=named, day=day)


def _figures(proposal: Proposal, draft: OpenDraft, currency: str) -> list[tuple[str, str]]:
    sums = proposal.sums
    if not sums.goods:
        return []
    rows = [
        (_("Goods"), money(sums.goods, currency)),
        (_("Carriage"), _carriage(proposal, currency)),
    ]
    if sums.terms.small_order_charge and sums.goods:
        rows.append((_("Small-order charge"), money(sums.terms.small_order_charge, currency)))
    for charge in sums.charges:
        if charge.kind == "split_pack":
            rows.append((_("Split packs"), money(charge.amount, currency)))
    for part in sums.breakdown.subtotals:
        label = _("VAT at %(rate)s", rate=percentage(part.tax.rate))
        rows.append((label, money(part.amount, currency)))
    return rows


def _carriage(proposal: Proposal, currency: str) -> str:
    terms = proposal.sums.terms
    words = {
        CarriageGround.COLLECTED: _("They collect"),
        CarriageGround.UNKNOWN: _("No zone, to be settled"),
        CarriageGround.ACCOUNT_FREE: _("Free for this account"),
        CarriageGround.FREE_OVER: _("Free, over %(amount)s",
                                    amount=money(terms.free_over or 0, currency)),
    }.get(terms.ground)  # fmt: skip
    if words is not None:
        return words
    charged = money(terms.carriage or 0, currency)
    if terms.ground is CarriageGround.AGREED:
        return _("%(amount)s, agreed", amount=charged)
    return charged


def _read_back(proposal: Proposal, draft: OpenDraft, shopper: Shopper) -> list[tuple[str, str]]:
    """What is said to the caller before the order goes."""
    tally, cart = proposal.sums.tally, draft.cart
    if not proposal.counted:
        return [(_("Ordered"), _("nothing yet"))]
    units = sum((item.line.quantity for item in proposal.counted), Decimal(0))
    lines = ngettext("%(num)s line", "%(num)s lines", tally.counted)
    where = shopper.ship_to
    rows = [
        (_("Ordered"), f"{lines}, " + _("%(units)s units", units=quantity(units))),
        (_("Ships"), _when(proposal)),
    ]
    if proposal.deliver_on is not None and cart.freight_choice != "collection":
        rows.append((_("Arrives"), day_in_words(proposal.deliver_on)))
    if cart.freight_choice == "collection":
        rows.append((_("Where"), _("They collect")))
    elif where is not None:
        rows.append((_("Where"), f"{where.company}, {where.line1}, {where.city} {where.postcode}"))
    return rows


def _when(proposal: Proposal) -> str:
    first = day_in_words(proposal.ships_from)
    if proposal.ship_on == proposal.ships_from:
        return first
    if proposal.ship_on is None:
        return _("from %(day)s, some without a date yet", day=first)
    return _("from %(day)s, the last %(last)s", day=first, last=day_in_words(proposal.ship_on))


def _credit(proposal: Proposal, draft: OpenDraft, shopper: Shopper) -> tuple[str, str]:
    """Tone and sentence: what the account's credit does to this order."""
    currency = shopper.currency
    account = payer(session(), draft.account)
    if draft.cart.payment_means != "on_account" or not payments(shopper)[1:]:
        return "info", _("It ships when the money has arrived; a pro-forma is mailed.")
    state = standing(session(), account, today=shopper.today)
    over = state.over_by(proposal.total)
    if account.status == "stopped":
        return "bad", _("The account is on stop: the order is taken, no goods leave.")
    if state.is_overdue:
        return "warn", _(
            "%(amount)s is overdue, %(days)s: the order will be held.",
            amount=money(state.overdue, currency), days=day_count(state.overdue_days),
        )  # fmt: skip
    if over:
        return "warn", _(
            "%(over)s over the limit of %(limit)s: the order will be held.",
            over=money(over, currency), limit=money(state.limit, currency),
        )  # fmt: skip
    return "ok", _(
        "%(free)s of %(limit)s credit is free.", free=money(state.available, currency),
        limit=money(state.limit, currency),
    )  # fmt: skip


def _waits(proposal: Proposal, draft: OpenDraft, questions: int) -> list[str]:
    """Why the order would wait once it is placed, and what would not be on it."""
    said = []
    below = [item.product.sku for item in proposal.counted if is_below_floor(item)]
    if below and not draft.by.can(Permission.PRICE_BELOW_FLOOR):
        said.append(
            _("%(skus)s below the floor price: a sales manager releases the order.",
              skus=", ".join(below))
        )  # fmt: skip
    po_number = draft.cart.po_number
    if number := order_with_po(session(), draft.account.id, po_number):
        said.append(_("PO %(po)s is on %(number)s already.", po=po_number, number=number))
    if carriage_unknown(proposal.sums):
        said.append(_("No carriage zone covers the address: settle it, or the order waits."))
    if questions:
        said.append(
            ngettext(
                "%(num)s row needs an answer; without one it stays in a draft.",
                "%(num)s rows need an answer; without one they stay in a draft.", questions,
            )
        )  # fmt: skip
    return said


def row_addresses(draft: OpenDraft) -> dict[str, Any]:
    """Where a row of this draft is changed, taken off and settled by hand, by the line's id."""
    change = addresses("desk_draft.change_line", "line_id", draft_id=draft.cart.id)
    settle = addresses("desk_settling.line", "line_id", draft_id=draft.cart.id)
    special = addresses("desk_special.page", "line_id", draft_id=draft.cart.id)
    return {"change_href": change, "settle_href": settle, "special_href": special,
            "decide_href": url_for("desk_draft.decide_row", draft_id=draft.cart.id)}  # fmt: skip
