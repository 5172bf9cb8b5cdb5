"""Which rep a new account is proposed to, by where it is."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import possible_reps
from models.reps.territory import Territory


def proposed_rep_id(session: Session, country: str, postcode: str) -> int | None:
    """The rep of the territory with the longest fitting postcode prefix, else of the country's.

    A territory whose rep cannot look after an account any more is passed over; None where no other
    fits."""
    plain = postcode.replace(" ", "").upper()
    best: tuple[int, int] | None = None
    there = [user.id for user in possible_reps(session)]
    for territory in session.scalars(select(Territory).where(Territory.rep_id.in_(there))):
        if territory.countries and country not in territory.countries:
            continue
        prefixes = territory.postcode_prefixes or [""]
        fits = [len(each) for each in prefixes if plain.startswith(each.replace(" ", "").upper())]
        if fits and territory.rep_id and (best is None or max(fits) > best[0]):
            best = (max(fits), territory.rep_id)
    return best[1] if best else None
