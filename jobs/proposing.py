"""Price tiers are looked for in past sales: half a million lines take their time."""

from __future__ import annotations

from jobs.app import Work, task
from models.history import PROPOSING_TIERS, propose_tiers


@task(PROPOSING_TIERS)
def look_for_tiers(work: Work, search_id: int) -> None:
    """Keeps what the sales show for one list. A second run changes nothing."""
    with work.session() as session:
        propose_tiers(session, search_id)
        session.commit()
