"""What an invoice says in words, kept in its note and read from it again."""

from __future__ import annotations

import pytest

from models.receivables import Invoice, InvoiceLine, texts_of
from models.receivables.invoice_texts import written_texts


@pytest.mark.parametrize(
    ("general", "at", "note"),
    [
        ([], {}, ""),
        (["Quote our number.", "Pay by bank."], {}, "Quote our number. Pay by bank."),
        ([], {"A-1": ["Contains nickel."]}, "A-1: Contains nickel."),
        (["First\nlast"], {"A-10": ["One\n two.", "Three."]}, "First\nlast\nA-10: One two. Three."),
    ],
)  # fmt: skip
def test_what_is_written_is_read_again_where_it_belongs(
    general: list[str], at: dict[str, list[str]], note: str
) -> None:
    assert written_texts(general, at) == note
    lines = [InvoiceLine(sku=sku) for sku in ("A-1", "A-10", "B-1")]
    texts = texts_of(Invoice(note=note, lines=lines))
    assert texts.general == " ".join(general)
    assert texts.at == {sku: " ".join(" ".join(told).split()) for sku, told in at.items()}


def test_a_text_that_names_no_line_of_the_invoice_is_said_of_all_of_it() -> None:
    invoice = Invoice(note="C-1: was sent before.", lines=[InvoiceLine(sku="A-1")])
    assert texts_of(invoice).general == "C-1: was sent before."
