"""The two ways the domain says no. The web turns them into pages, a task into a log line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that was wrong: where it stands (`field`, a form field or row) and the sentence."""

    sentence: str
    field: str | None = None


class DomainError(Exception):
    """A refusal that a person can act on. `str(error)` is a whole sentence, ready to show."""

    def __init__(
        self, sentence: str, *, field: str | None = None, problems: list[Problem] | None = None
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.problems = problems or [Problem(sentence, field)]


class Refused(DomainError):
    """The request makes sense but a rule forbids it (HTTP 422). Nothing was changed."""


class Conflict(DomainError):
    """Somebody or something was first: a stale version or an illegal state (HTTP 409)."""


class NotFound(DomainError):
    """The record does not exist for this actor (HTTP 404), whether or not it exists at all."""


class Denied(DomainError):
    """The actor lacks the permission (HTTP 403). Used inside the domain as the second wall."""
