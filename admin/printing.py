"""Documents in a request: what makes them, and keeping afterwards what a page had to render."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from flask import Response, current_app
from sqlalchemy.orm import Session

from integrations.documents import Documents, joined
from models.fulfilment import Carton, Label
from models.kernel.files import StoredFile
from models.receivables import Invoice, ProForma
from web.downloads import pdf
from web.observing import observe
from web.transactions import session


def documents() -> Documents:
    """What makes this program's documents."""
    return cast("Documents", current_app.extensions["documents"])


def invoice_pdf(invoice: Invoice) -> Response:
    """The invoice as it was first made. One never rendered is rendered now, and kept afterwards.

    A page cannot write, so the file is stored after the answer; it is made of what the issued
    invoice says, and that never changes.
    """
    maker = documents()
    if invoice.document_file_id is not None:
        return pdf(stored(invoice.document_file_id), f"{invoice.number}.pdf")
    content = maker.invoice_content(session(), invoice)
    invoice_id = invoice.id

    def keep(apart: Session) -> None:
        row = apart.get_one(Invoice, invoice_id, with_for_update=True)  # in scope: seen above
        maker.invoice(apart, row)

    observe(keep)
    return pdf(content, f"{invoice.number}.pdf")


def invoices_pdf(invoices: Iterable[Invoice]) -> bytes:
    """These as one PDF, to be printed in one go, each as it was first made."""
    return joined(
        documents().invoice_content(session(), each)
        if each.document_file_id is None
        else stored(each.document_file_id)
        for each in invoices
    )


def pro_forma_pdf(asked: ProForma) -> Response:
    """The pro-forma that was mailed; before that, as the mail will have it."""
    name = f"{asked.number}.pdf"
    if asked.document_file_id is not None:
        return pdf(stored(asked.document_file_id), name)
    return pdf(documents().pro_forma_content(session(), asked), name)


def label_pdf(carton: Carton, label: Label | None) -> Response:
    """The carton's label: the one kept, else drawn anew; the SSCC on it is the same for ever."""
    name = f"label-{carton.sscc}.pdf"
    if label is not None and label.document_file_id is not None:
        return pdf(stored(label.document_file_id), name)
    return pdf(documents().label_content(session(), carton), name)


def stored(file_id: int) -> bytes:
    """The bytes of a kept document."""
    kept = session().get_one(StoredFile, file_id)  # in scope: the document was found first
    with documents().files.open(kept) as content:
        return content.read()
