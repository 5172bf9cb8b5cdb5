"""Who changed what about the company, from the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Text, func, or_, select
from sqlalchemy.orm import Session

from models.accounts import User
from models.kernel.activity import Activity

KINDS: dict[str, tuple[str, ...]] = {
    "tax": ("tax_rates.set",),
    "numbers": ("number_series.changed",),
    "warehouses": ("warehouse.opened", "warehouse.changed", "warehouse.closed_days"),
    "terms": ("payment_terms.added", "payment_terms.changed"),
    "charges": ("carriage_zone.added", "carriage_zone.changed"),
}
"""The kinds of entries of a part, beside what the company itself says in it."""
SETTINGS = {"mail": "mail.%", "charges": "charges.%"}


def changes_of(session: Session, part: str, *, most: int = 8) -> Sequence[Any]:
    """The latest entries about a part of the set-up, newest first: (entry, name of who did it)."""
    said = (Activity.kind == "company.changed") & (
        func.jsonb_extract_path_text(Activity.details, "part").cast(Text) == part
    )
    set_ = (Activity.kind == "setting.changed") & (
        func.jsonb_extract_path_text(Activity.details, "key").like(SETTINGS.get(part, ""))
    )
    return session.execute(
        select(Activity, User.name)
        .outerjoin(User, User.id == Activity.actor_id)
        .where(or_(said, set_, Activity.kind.in_(KINDS.get(part, ()))))
        .order_by(Activity.id.desc())
        .limit(most)
    ).all()
