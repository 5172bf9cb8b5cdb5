"""Papers of a company that were printed together, and a mail that did not arrive."""

from __future__ import annotations

from models.fulfilment import ask_to_print, mark_printed, number_copies, papers_of
from models.kernel.files import FileStore
from models.kernel.mail import queue_mail
from tests.proof.company import Company
from tests.world import World


def printed(world: World, company: Company, files: FileStore) -> int:
    """A run that was made, with a file that is marked as the company's own. Its id."""
    session = world.session
    run = ask_to_print(
        session, [company.orders["packed"].id], ["acknowledgement", "delivery_note"],
        submission_key=company.marked("print"), by=world.sam,
    )  # fmt: skip
    papers = papers_of(session, run)
    number_copies(session, papers)
    stored = files.put(
        session, company.marked("print").encode(), kind="print.pdf", owner=run,
        media_type="application/pdf", file_name=f"print-{run.id}.pdf",
    )  # fmt: skip
    mark_printed(session, run, papers, stored)
    return run.id


def undelivered(world: World, company: Company) -> int:
    """A mail about an order that failed. Its id."""
    message = queue_mail(
        world.session, to=[f"{company.mark}.gone@example.com"], subject=company.marked("gone"),
        text=company.marked("gone"), kind="acknowledgement", account_id=company.account.id,
    )  # fmt: skip
    message.state, message.error = "failed", company.marked("550 no such person")
    world.session.flush()
    return message.id
