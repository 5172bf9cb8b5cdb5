"""Documents as PDFs: invoices, delivery notes, pick lists, acknowledgements and labels."""

from integrations.documents.joining import joined
from integrations.documents.papers import PDF, STAFF_LOCALE, Documents, label_of
from integrations.documents.pdf import render_pdf, stamp_practice
from integrations.documents.writing import write

__all__ = [
    "PDF",
    "STAFF_LOCALE",
    "Documents",
    "joined",
    "label_of",
    "render_pdf",
    "stamp_practice",
    "write",
]
