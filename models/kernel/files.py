"""Documents and uploads: rows that point at content-addressed files.

The bytes are on disk before the row commits, so a row never points at nothing; a file without a
row is left by a rollback and harmless. The same bytes are kept once.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from sqlalchemy import CheckConstraint, DateTime, Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.kernel import clock
from models.kernel.base import Base, BigInt, Id
from models.kernel.errors import NotFound

LONGEST_NAME = 120


class Owner(Protocol):
    """The record a file belongs to; its permission is the file's permission."""

    __tablename__: str

    @property
    def id(self) -> int: ...


class StoredFile(Base):
    """What is known about a file. `kind` says what it is: `invoice.pdf`, `logo`."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("size_bytes >= 0", name="size"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        Index("ix_stored_file_owner", "owner_kind", "owner_id"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    owner_kind: Mapped[str]
    owner_id: Mapped[BigInt]
    account_id: Mapped[BigInt | None]
    sha256: Mapped[str] = mapped_column(index=True)
    size_bytes: Mapped[BigInt]
    media_type: Mapped[str]
    file_name: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)


@dataclass(frozen=True, slots=True)
class FileStore:
    """The folder that holds the bytes, `root/ab/cdef...` by SHA-256."""

    root: Path

    def put(
        self,
        session: Session,
        content: bytes,
        *,
        kind: str,
        owner: Owner,
        media_type: str,
        file_name: str,
        account_id: int | None = None,
    ) -> StoredFile:
        """Keeps `content`, synced to disk, and adds its row. The file name loses any path."""
        digest = sha256(content).hexdigest()
        self._keep(digest, content)
        stored = StoredFile(
            kind=kind,
            owner_kind=owner.__tablename__,
            owner_id=owner.id,
            account_id=account_id,
            sha256=digest,
            size_bytes=len(content),
            media_type=media_type,
            file_name=safe_name(file_name),
        )
        session.add(stored)
        session.flush()
        return stored

    def open(self, stored: StoredFile) -> BinaryIO:
        """The file opened for reading. NotFound when a backup was restored without its files."""
        try:
            return self.path(stored).open("rb")
        except FileNotFoundError:
            raise NotFound(f"The file {stored.file_name} is missing from the store.") from None

    def path(self, stored: StoredFile) -> Path:
        """Where the bytes are."""
        return self._place(stored.sha256)

    def _place(self, digest: str) -> Path:
        return self.root / digest[:2] / digest[2:]

    def _keep(self, digest: str, content: bytes) -> None:
        place = self._place(digest)
        if place.exists():
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as draft:
            draft.write(content)
            draft.flush()
            os.fsync(draft.fileno())
        Path(draft.name).rename(place)
        for folder in (place.parent, self.root):
            _sync_folder(folder)


def safe_name(name: str) -> str:
    """`name` without folders and control characters, at most 120 characters, never empty."""
    last = re.split(r"[\\/]", name)[-1]
    cleaned = re.sub(r"[\x00-\x1f\x7f\"<>|:*?]", "", last).strip(". ")
    return cleaned[-LONGEST_NAME:] or "file"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
