"""The words of the catalogue, by which misspelt ones are put right."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from threading import Lock

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.catalog.product import SearchWord
from models.kernel.database import columns_of

SHORTEST = 4
"""Words with fewer letters are not corrected: too many others are near."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words in alphabetical order, with how many products use each."""

    stamp: str
    words: list[str]
    uses: dict[str, int]

    def knows(self, word: str) -> bool:
        """Whether a word of the catalogue begins so."""
        at = bisect_left(self.words, word)
        return at < len(self.words) and self.words[at].startswith(word)

    def nearest(self, word: str) -> str | None:
        """The word fewest slips away, the commoner first; None where none is near enough."""
        slips = 1 if len(word) < 6 else 2
        near = process.extract(word, self.words, scorer=OSA.distance, score_cutoff=slips, limit=20)
        best = min(near, key=lambda hit: (hit[1], -self.uses[hit[0]], hit[0]), default=None)
        return best[0] if best else None


STAMP = select(
    func.concat_ws(" ", func.count(), func.sum(func.hashtext(SearchWord.word) * SearchWord.uses))
).scalar_subquery()
"""Number and checksum of the words that are stored, as a column of any statement."""

_NONE = Vocabulary("", [], {})
_kept = _NONE
_lock = Lock()


def last_known() -> Vocabulary:
    """The vocabulary that this process read last; it holds if its stamp is still the stored one."""
    return _kept


def vocabulary(session: Session) -> Vocabulary:
    """The vocabulary, kept by the process until its stamp has changed."""
    global _kept
    stamp = columns_of(session, select(STAMP)).scalar_one()
    kept = _kept
    if kept.stamp == stamp:
        return kept
    rows = session.execute(select(SearchWord.word, SearchWord.uses)).all()
    fresh = Vocabulary(stamp, sorted(word for word, _ in rows), dict(rows))
    with _lock:
        _kept = fresh
    return fresh


def corrected(known: Vocabulary, words: list[str]) -> str | None:
    """The words with the unknown ones put right, or None where nothing can be."""
    better = [_better(known, word) for word in words]
    return " ".join(better) if better != words else None


def _better(known: Vocabulary, word: str) -> str:
    if len(word) < SHORTEST or not word.isalpha() or known.knows(word):
        return word
    return known.nearest(word) or word
