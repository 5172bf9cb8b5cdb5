"""What an invoice says in words: of all of it, and beside single lines.

Both are kept in its `note`, and so are as unchangeable as its figures: a paragraph for all of it,
then one for each line that has something to say, which begins with the line's SKU.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.receivables.invoice import Invoice


@dataclass(frozen=True, slots=True)
class InvoiceTexts:
    """`general` is said of the whole invoice, `at` beside the lines with these SKUs."""

    general: str = ""
    at: Mapping[str, str] = field(default_factory=dict)


def written_texts(general: Sequence[str], at: Mapping[str, Sequence[str]]) -> str:
    """The note of an invoice that says so: `at` holds the texts by SKU."""
    parts = [" ".join(general)]
    parts += [_begin(sku) + _on_one_line(" ".join(texts)) for sku, texts in at.items()]
    return "\n".join(filter(None, parts))


def texts_of(invoice: Invoice) -> InvoiceTexts:
    """The words of an invoice whose lines are loaded, each where it stands."""
    general, at = [], {}
    begins = {line.sku: _begin(line.sku) for line in invoice.lines}
    for part in invoice.note.split("\n"):
        sku = next((sku for sku, begin in begins.items() if part.startswith(begin)), None)
        if sku is None:
            general.append(part)
        else:
            at[sku] = part.removeprefix(begins[sku])
    return InvoiceTexts("\n".join(general).strip(), at)


def _begin(sku: str) -> str:
    return f"{sku}: "


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
