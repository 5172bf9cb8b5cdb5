"""The PDF of papers that are printed together: made by the worker, however many they are."""

from __future__ import annotations

from integrations.documents import PDF, Documents
from integrations.documents.bundle import bundle
from jobs.app import Work, task
from models.fulfilment import PRINTING, PrintRun, mark_printed, number_copies, papers_of
from models.kernel.failpoint import fail_at


@task(PRINTING, queue="documents")
def make_print(work: Work, run_id: int) -> None:
    """Makes and keeps the PDF of a run and marks its papers as printed. Once, whatever happens."""
    with work.session() as session:
        run = session.get_one(PrintRun, run_id, with_for_update=True)
        if run.is_made:
            return
        papers = papers_of(session, run)
        number_copies(session, papers)
        stored = work.files.put(
            session,
            bundle(Documents(work.files), session, papers),
            kind="print.pdf",
            owner=run,
            media_type=PDF,
            file_name=f"print-{run.id}.pdf",
        )
        mark_printed(session, run, papers, stored)
        fail_at("print.made")
        session.commit()
