"""Reps in the field."""

from models.reps.proposing import proposed_rep_id
from models.reps.territory import Territory

__all__ = ["Territory", "proposed_rep_id"]
