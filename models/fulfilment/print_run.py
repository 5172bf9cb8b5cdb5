"""Papers that are printed together, and which of them were printed before."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base, BigInt, Id, Moment

PAPERS = ("pick_list", "delivery_note", "acknowledgement")
"""The kinds of paper that are printed for many orders at once."""


class PrintRun(Base):
    """One PDF of many papers: asked for by a person, made by a task, kept as it was printed.

    The same form sent twice is one run, so that a double click prints nothing twice.
    """

    __tablename__ = "print_run"
    __table_args__ = (
        UniqueConstraint("asked_by_id", "submission_key"),
        CheckConstraint("(made_at IS NULL) = (document_file_id IS NULL)", name="made"),
    )

    id: Mapped[Id]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[Moment] = mapped_column(server_default=func.now())
    submission_key: Mapped[str]
    made_at: Mapped[Moment | None]
    document_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))

    @property
    def is_made(self) -> bool:
        """Whether its PDF is there."""
        return self.made_at is not None


class PrintedPaper(Base):
    """A paper in a run, in the order in which it lies in the PDF.

    `copy` is none until the run is made; then 0 for the original and 1, 2, ... for what was printed
    again. The database lets each paper have one original. A changed order's acknowledgement is a
    paper of its own for each revision.
    """

    __tablename__ = "printed_paper"
    __table_args__ = (
        CheckConstraint(f"kind IN {PAPERS}", name="kind"),
        CheckConstraint("copy >= 0", name="copy"),
        Index(
            "uq_printed_paper_original", "kind", "subject_id", "revision",
            unique=True, postgresql_where=text("copy = 0"),
        ),
        Index("ix_printed_paper_subject", "kind", "subject_id"),
    )  # fmt: skip

    run_id: Mapped[int] = mapped_column(ForeignKey("print_run.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[BigInt]
    """The pick list, the shipment or the order."""
    revision: Mapped[int] = mapped_column(server_default="0", default=0)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), index=True)
    number: Mapped[str]
    copy: Mapped[int | None]
