"""What the bookkeeper's program takes over: every invoice, credit note, receipt and refund once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.accounts import Actor, Permission, User
from models.kernel import activity, clock
from models.kernel.base import Base, Id, Moment
from models.kernel.errors import NotFound, Refused
from models.kernel.files import FileStore
from models.kernel.seller import Seller
from models.receivables.bookkeeping_rows import COLUMNS, rows_of

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
CLAIM = text(
    """
    INSERT INTO bookkeeping_document (export_id, document_kind, document_id)
    SELECT :export, kind, id FROM (
        SELECT 'invoice' AS kind, id FROM invoice
        WHERE seller_id = :seller AND origin = 'entered'
        UNION ALL
        SELECT 'payment', id FROM payment WHERE seller_id = :seller AND means <> 'imported'
        UNION ALL
        SELECT 'refund', r.id FROM refund r JOIN payment p ON p.id = r.payment_id
        WHERE p.seller_id = :seller AND r.state = 'succeeded'
    ) due
    WHERE NOT EXISTS (SELECT FROM bookkeeping_document d
                      WHERE d.document_kind = due.kind AND d.document_id = due.id)
    ORDER BY kind, id
    ON CONFLICT (document_kind, document_id) DO NOTHING
    RETURNING document_kind, document_id
    """
)


class BookkeepingExport(Base):
    """A file that was made for the bookkeeper. It never changes; fetching it again is the same."""

    __tablename__ = "bookkeeping_export"
    __table_args__ = (CheckConstraint("document_count >= 0", name="document_count"),)

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    made_at: Mapped[Moment] = mapped_column(server_default=func.now())
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    document_count: Mapped[int] = mapped_column(server_default="0", default=0)
    document_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))


class BookkeepingDocument(Base):
    """Which export a document went out with; the database lets it go out once."""

    __tablename__ = "bookkeeping_document"
    __table_args__ = (
        UniqueConstraint("document_kind", "document_id"),
        CheckConstraint("document_kind IN ('invoice', 'payment', 'refund')", name="document_kind"),
    )

    id: Mapped[Id]
    export_id: Mapped[int] = mapped_column(ForeignKey("bookkeeping_export.id"), index=True)
    document_kind: Mapped[str]
    document_id: Mapped[int]


def export_for_bookkeeping(
    session: Session, files: FileStore, seller: Seller, *, by: Actor | None
) -> BookkeepingExport:
    """A CSV (UTF-8) of every document that has not gone out yet, kept for good.

    Imported documents were in the old books and never go out. Refused where there is nothing
    new. Two at once share the documents between them: none goes out twice.
    """
    if by is not None:
        by.require(Permission.PAYMENTS_RECORD, "The bookkeeper's files are made by accounting.")
    export = BookkeepingExport(
        seller_id=seller.id, made_at=clock.now(), made_by_id=by.id if by else None
    )
    session.add(export)
    session.flush()
    claimed = session.execute(CLAIM, {"export": export.id, "seller": seller.id}).all()
    if not claimed:
        raise Refused("Everything has gone to the bookkeeper already; there is nothing new.")
    documents: dict[str, list[int]] = {"invoice": [], "payment": [], "refund": []}
    for kind, document_id in claimed:
        documents[kind].append(document_id)
    stored = files.put(
        session,
        _csv(rows_of(session, seller, documents)),
        kind="bookkeeping.csv",
        owner=export,
        media_type="text/csv",
        file_name=f"bookkeeping-{clock.today(seller.time_zone)}-{export.id}.csv",
    )
    export.document_count, export.document_file_id = len(claimed), stored.id
    activity.record(session, "bookkeeping.exported", by=by, subject=export, count=len(claimed))
    return export


def exports_made(session: Session, *, limit: int = 50, offset: int = 0) -> Sequence[Any]:
    """(BookkeepingExport, name of who made it), the latest first."""
    return session.execute(
        select(BookkeepingExport, User.name)
        .outerjoin(User, User.id == BookkeepingExport.made_by_id)
        .order_by(BookkeepingExport.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()


def export_by_id(session: Session, export_id: int) -> BookkeepingExport:
    """An export. NotFound where there is none."""
    found = session.get(BookkeepingExport, export_id)
    if found is None:
        raise NotFound("There is no such export.")
    return found


def _csv(rows: Iterable[Sequence[Any]]) -> bytes:
    """Amounts with a point, dates as 2026-11-30; no text starts a formula in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    written = str(value)
    is_formula = isinstance(value, str) and written.startswith(FORMULA_STARTS)
    return f"'{written}" if is_formula else written
