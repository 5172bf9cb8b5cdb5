"""Reps in the field."""

from models.reps.territory import Territory

__all__ = ["Territory"]
