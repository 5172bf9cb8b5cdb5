"""Documents as PDFs: invoices, delivery notes, pick lists, acknowledgements and labels."""

from integrations.documents.joining import joined
from integrations.documents.papers import PDF, Documents, label_of, vendor_locale
from integrations.documents.pdf import render_pdf, stamp_practice
from integrations.documents.writing import write

__all__ = [
    "PDF",
    "Documents",
    "joined",
    "label_of",
    "render_pdf",
    "stamp_practice",
    "vendor_locale",
    "write",
]
