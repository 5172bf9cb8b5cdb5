"""Kept PDFs, one after the other, as one to print."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO


def joined(papers: Iterable[bytes]) -> bytes:
    """One PDF with every sheet of these, in this order; each looks as it was kept."""
    from pypdf import PdfWriter  # 20 MB that a web worker need not hold until somebody prints

    writer = PdfWriter()
    for paper in papers:
        writer.append(BytesIO(paper), import_outline=False)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
