"""One kind of product and its variants."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """`price` is the trade price in pence of the first variant; each next costs `step` % more.

    `inner` is how many are sold together, `inners` how many of those are in a case, `palettes`
    are dealt to the variants in turn. `text` is the description's first sentence.
    """

    shelf: str
    art: str
    name: str
    variants: tuple[str, ...]
    price: int
    inner: int
    inners: int
    grams: int
    palettes: tuple[str, ...]
    text: str
    step: int = 6
    tax: str = "standard"


def family(
    shelf: str, art: str, name: str, variants: str, price: int, pack: str, grams: int,
    palettes: str, text: str, *, step: int = 6, tax: str = "standard",
) -> Family:  # fmt: skip
    """A family from one line: variants parted by `|`, `pack` as `6x8`, palettes by blanks."""
    inner, _, inners = pack.partition("x")
    return Family(
        shelf, art, name, tuple(part.strip() for part in variants.split("|")), price, int(inner),
        int(inners), grams, tuple(palettes.split()), text, step, tax,
    )  # fmt: skip
