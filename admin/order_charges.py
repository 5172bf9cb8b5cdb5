"""The charges of a placed order in the form that changes it: as they are, and as they are typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import request
from sqlalchemy import select

from admin.products import TAXES
from admin.typed import optional_price_of, text_of, ticked
from models.checkout import CHARGE_TAX_CATEGORY, CHARGED_ONCE, Change, ChargeWish
from models.kernel.errors import Refused
from models.orders import Order, OrderCharge
from models.receivables import charged_on
from web.coined import coined
from web.i18n import _
from web.transactions import session


def read_charges(order: Order) -> tuple[ChargeWish, ...]:
    """What was typed: an empty amount leaves a charge as it is. Refused, naming the field, for what
    cannot be read."""
    found = [_wish(kind, ChargeWish(None, kind)) for kind in CHARGED_ONCE]
    found += [
        _wish(str(row.id), ChargeWish(None, charge_id=row.id))
        for row in _rows(order)
        if row.kind == "fee"
    ]
    return (*(wish for wish in found if wish is not None), *_added())


def charge_context(order: Order, change: Change | None, fields: dict[str, str]) -> dict[str, Any]:
    """What the template shows of them, with what is typed."""
    rows = _rows(order)
    numbers = charged_on(session(), [row.id for row in rows if row.invoiced_at])
    proposed = {each.kind for each in change.charges} if change else set()
    found = []
    for kind in CHARGED_ONCE:
        row = next((row for row in rows if row.kind == kind), None)
        found.append(_shown(kind, row, numbers, fields, is_proposed=kind in proposed))
    found += [_shown(str(row.id), row, numbers, fields) for row in rows if row.kind == "fee"]
    return {"charges": found, "taxes": [(key, str(name)) for key, name in TAXES.items()]}


def _rows(order: Order) -> Sequence[OrderCharge]:
    return session().scalars(
        select(OrderCharge).where(OrderCharge.order_id == order.id).order_by(OrderCharge.id)
    ).all()  # fmt: skip


def _wish(key: str, wish: ChargeWish) -> ChargeWish | None:
    """The wish with what was typed or ticked for the charge; None where nothing was."""
    at = f"charge-{key}"
    amount = optional_price_of(at)
    waives, by_rule = ticked(f"waive-{key}"), ticked(f"rule-{key}")
    if waives + by_rule + bool(amount) > 1:
        raise Refused(_("Type an amount or tick one of the boxes, not both."), field=at)
    if by_rule:
        return wish
    if waives:
        amount = Decimal(0)
    return replace(wish, amount=amount) if amount is not None else None


def _added() -> list[ChargeWish]:
    name, amount = text_of("charge_name"), optional_price_of("charge_amount")
    is_looked_at = bool(request.headers.get("HX-Request"))
    if is_looked_at and not (name and amount is not None):  # it is being typed yet
        return []
    if amount is None:
        if name:
            raise Refused(_("Type what it costs, without VAT."), field="charge_amount")
        return []
    category = request.form.get("charge_tax") or CHARGE_TAX_CATEGORY
    if category not in TAXES:
        raise Refused(_("Choose the tax."), field="charge_tax")
    return [ChargeWish(amount, name=name, tax_category=category)]


def _shown(
    key: str,
    row: OrderCharge | None,
    numbers: dict[int, str],
    fields: dict[str, str],
    *,
    is_proposed: bool = False,
) -> dict[str, Any]:
    waived = bool(fields.get(f"waive-{key}"))
    return {
        "key": key,
        "field": f"charge-{key}",
        "name": row.text if row else coined(CHARGED_ONCE[key]),
        "reason": row.reason if row else "",
        "now": row.amount if row else None,
        "is_invoiced": bool(row and row.invoiced_at),
        "invoice": numbers.get(row.id, "") if row else "",
        "value": fields.get(f"charge-{key}", ""),
        "waived": waived,
        "by_rule": bool(fields.get(f"rule-{key}")),
        "may_follow": bool(row and row.changed_by_id and row.kind in CHARGED_ONCE),
        "may_waive": waived or is_proposed or bool(row and row.amount),
    }
