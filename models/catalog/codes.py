"""Codes as people type them: SKU, own part number, barcode or manufacturer's number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Text, and_, any_, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from models.catalog.product import SPECIAL, AccountPartNumber, Product
from models.kernel.database import columns_of


class CodeKind(StrEnum):
    """What a code turned out to be."""

    SKU = "sku"
    OWN_NUMBER = "own_number"
    BARCODE = "barcode"
    MANUFACTURER = "manufacturer"


@dataclass(frozen=True, slots=True)
class CodeMatch:
    """The products that a code names: none is unknown, several are ambiguous.

    `is_exact` where the code was typed as it stands in the catalogue, but for its case.
    """

    code: str
    product_ids: tuple[int, ...]
    kinds: tuple[CodeKind, ...]
    is_exact: bool

    @property
    def product_id(self) -> int | None:
        """The one product it names, None where it is unknown or ambiguous."""
        return self.product_ids[0] if len(self.product_ids) == 1 else None

    @property
    def is_ambiguous(self) -> bool:
        return len(self.product_ids) > 1


_MATCHING = text(
    """
WITH asked AS (
    SELECT * FROM unnest(CAST(:codes AS text[]), CAST(:uppers AS text[]), CAST(:plains AS text[]))
    AS asked (code, upper, plain)
)
SELECT code, product.id, 'sku' AS kind, upper(product.sku) = asked.upper AS is_exact,
    NULL::boolean AS own_first
FROM asked JOIN product ON product.sku_plain = asked.plain
UNION ALL
SELECT asked.code, own.product_id, 'own_number', upper(own.code) = asked.upper, NULL
FROM asked JOIN account_part_number own ON own.account_id = CAST(:account AS bigint)
    AND regexp_replace(upper(own.code), '[^A-Z0-9]', '', 'g') = asked.plain
UNION ALL
SELECT asked.code, product_id, 'barcode', true, NULL
FROM asked JOIN barcode ON barcode.code IN (asked.upper, asked.plain)
UNION ALL
SELECT asked.code, product.id, 'manufacturer', upper(manufacturer_number) = asked.upper, NULL
FROM asked JOIN product ON manufacturer_number <> ''
    AND regexp_replace(upper(manufacturer_number), '[^A-Z0-9]', '', 'g') = asked.plain
UNION ALL
SELECT NULL, NULL, NULL, NULL, own_numbers_first
FROM account JOIN account_group ON account_group.id = account.group_id
WHERE account.id = CAST(:account AS bigint)
"""
)


def match_codes(
    session: Session, codes: Collection[str], account_id: int | None
) -> dict[str, CodeMatch]:
    """What each code names, in one statement for any number of codes.

    Exact codes come before ones that match only without case, blanks and dashes. Where a code
    hits different products it is ambiguous, unless the account's group says own numbers first.
    Lifecycle and assortment are not looked at.
    """
    plains = {code: plain_code(code) for code in codes}
    asked = [code for code, plain in plains.items() if plain]
    rows = columns_of(
        session,
        _MATCHING,
        {
            "codes": asked,
            "uppers": [code.strip().upper() for code in asked],
            "plains": [plains[code] for code in asked],
            "account": account_id,
        },
    ).all()
    own_first = any(row.own_first for row in rows if row.code is None)
    found: dict[str, list[tuple[int, CodeKind, bool]]] = {}
    for code, product_id, kind, is_exact, _ in rows:
        if code is not None:
            found.setdefault(code, []).append((product_id, CodeKind(kind), is_exact))
    return {code: _decided(code, found.get(code, ()), own_first=own_first) for code in codes}


def plain_code(code: str) -> str:
    """A code in capitals without accents, blanks, dashes, dots and slashes."""
    upper = without_accents(code).upper()
    return re.sub(r"[^A-Z0-9]", "", upper) or re.sub(r"\W", "", upper)


def own_number_is(plain: str) -> ColumnElement[bool]:
    """Whether an account's own number is this plain code, however it is written there."""
    upper = func.upper(AccountPartNumber.code)
    written = func.regexp_replace(upper, "[^A-Z0-9]", "", "g")
    pattern = "%".join(("", *plain, ""))  # first, as it is far cheaper to ask of every row
    return and_(upper.like(pattern), written == plain)


def without_accents(words: str) -> str:
    """`Käserei` as `Kaserei`."""
    split = unicodedata.normalize("NFKD", words)
    return "".join(each for each in split if not unicodedata.combining(each))


def _decided(
    code: str, hits: Iterable[tuple[int, CodeKind, bool]], *, own_first: bool
) -> CodeMatch:
    exact = [hit for hit in hits if hit[2]]
    chosen = exact or list(hits)
    own = [hit for hit in chosen if hit[1] is CodeKind.OWN_NUMBER]
    if own_first and own:
        chosen = own
    products = tuple(sorted({hit[0] for hit in chosen}))
    return CodeMatch(code, products, tuple(sorted({hit[1] for hit in chosen})), bool(exact))


def product_ids_of(
    session: Session, skus: Sequence[str], *, with_specials: bool = False
) -> dict[str, int]:
    """The ids of the products with these SKUs, by SKU in capitals; unknown ones are left out.

    Specials are unknown, since a file or a list that names one would sell it to somebody else, but
    to what counts goods: `with_specials`.
    """
    upper = func.upper(Product.sku)
    wanted = literal([sku.upper() for sku in skus], ARRAY(Text))
    named = select(upper, Product.id).where(upper == any_(wanted))
    if not with_specials:
        named = named.where(Product.lifecycle != SPECIAL)
    rows = session.execute(named).all()
    return {sku: id_ for sku, id_ in rows}  # noqa: C416 - rows are no pairs to dict()
