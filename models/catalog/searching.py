"""Finding products by what people type: codes first, then words, misspelt ones put right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Float,
    Integer,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.catalog.category import Category
from models.catalog.codes import match_codes, plain_code, without_accents
from models.catalog.product import AccountPartNumber, Brand, Product, SearchWord
from models.catalog.vocabulary import STAMP, corrected, last_known, vocabulary
from models.kernel.database import columns_of

MOST_WORDS = 8
NOTHING: Mapping[str, Any] = MappingProxyType({})
EXACT = 1000.0
"""The score of a product whose code was typed; words score below 1."""


class Hit(NamedTuple):
    """A product found. (`score`, `product_id`) of the last one shown continues the search."""

    product_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """The hits, best first. `corrected` is the text that was searched for instead, if any."""

    hits: tuple[Hit, ...]
    corrected: str | None = None


class Suggestion(NamedTuple):
    """A line of the type-ahead; `own_code` is the account's own number, empty without."""

    product_id: int
    sku: str
    name: str
    own_code: str


def find(
    session: Session,
    typed: str,
    *,
    visible: ColumnElement[bool],
    account_id: int | None,
    values: Mapping[str, Any] = NOTHING,
    limit: int = 48,
    after: tuple[float, int] | None = None,
) -> Found:
    """Products that match all words (the last ones may be beginnings) or whose code was typed.

    `visible` is a condition on `Product`, with `values` where it is prepared once.
    A search that finds nothing is repeated with the misspelt words put right. An empty
    text finds nothing.
    """
    exact = exact_products(session, typed, account_id)
    hits = _hits(session, typed, exact, visible, values, limit, after)
    if hits or after is not None:
        return Found(hits)
    return _found_corrected(session, typed, visible, values, limit)


def suggest(
    session: Session,
    typed: str,
    *,
    visible: ColumnElement[bool],
    account_id: int | None,
    values: Mapping[str, Any] = NOTHING,
    limit: int = 8,
) -> list[Suggestion]:
    """The best few matches while somebody types."""
    found = find(session, typed, visible=visible, account_id=account_id, values=values, limit=limit)
    ids = [hit.product_id for hit in found.hits]
    rows = session.execute(
        select(Product.id, Product.sku, Product.name, func.min(AccountPartNumber.code))
        .outerjoin(
            AccountPartNumber,
            and_(
                AccountPartNumber.product_id == Product.id,
                AccountPartNumber.account_id == account_id,
            ),
        )
        .where(Product.id.in_(ids))
        .group_by(Product.id)
    )
    by_id = {row[0]: Suggestion(row[0], row[1], row[2], row[3] or "") for row in rows}
    return [by_id[id_] for id_ in ids]


def exact_products(session: Session, typed: str, account_id: int | None) -> tuple[int, ...]:
    """The products that the whole text names as a code."""
    if not plain_code(typed):
        return ()
    return match_codes(session, [typed], account_id)[typed].product_ids


def words_of(typed: str) -> list[str]:
    """The words of a search, in small letters without accents; a code stays one word."""
    plain = without_accents(typed).casefold().split()
    return [word for each in plain if (word := re.sub(r"[\W_]+", "-", each).strip("-"))][
        :MOST_WORDS
    ]


def matching(typed: str) -> ColumnElement[bool] | None:
    """The condition that a product's words match, None where nothing was typed."""
    query = _query(typed)
    return None if query is None else Product.search.op("@@")(query)


def refresh(session: Session, product_ids: Collection[int]) -> None:
    """Brings what these products are found by up to date, and the vocabulary with it.

    To be called after a product, its brand or its category was added or changed.
    """
    session.flush()
    rows = session.execute(
        select(
            Product.id, Product.sku, Product.name, Product.description,
            Product.manufacturer_number, Product.variant_label, Product.search_words,
            Category.name, Category.path, Brand.name,
        )
        .outerjoin(Category, Category.id == Product.category_id)
        .outerjoin(Brand, Brand.id == Product.brand_id)
        .where(Product.id == any_(literal(list(product_ids), ARRAY(BigInteger))))
        .order_by(Product.id)
    ).all()  # fmt: skip
    uses: Counter[str] = Counter()
    changed = []
    for id_, sku, name, description, maker, variant, old, category, path, brand in rows:
        title = without_accents(f"{name} {variant}").lower()
        shelf = without_accents(f"{category or ''} {path or ''} {brand or ''}").lower()
        shelf = shelf.replace("/", " ")
        codes = f"{sku} {plain_code(sku)} {maker} {plain_code(maker)}".lower()
        words = _vocabulary(f"{title} {shelf}")
        uses.update(words - set(old))
        uses.subtract(set(old) - words)
        body = without_accents(description).lower()
        changed.append((id_, plain_code(sku), title, codes, shelf, body, sorted(words)))
    _store(session, changed)
    _count_uses(session, uses)


def _found_corrected(
    session: Session,
    typed: str,
    visible: ColumnElement[bool],
    values: Mapping[str, Any],
    limit: int,
) -> Found:
    """The search with the misspelt words put right. The words as this process last knew them are
    tried first: what they find says in the same statement whether they are still the stored ones.
    """
    words = words_of(typed)
    known = last_known()
    if better := corrected(known, words):
        rows = _rows(session, _stamped_search(visible), better, values, limit=limit)
        if rows and rows[0][2] == known.stamp:
            return Found(tuple(Hit(*row[:2]) for row in rows), better)
    better = corrected(vocabulary(session), words)
    if better is None:
        return Found(())
    return Found(_hits(session, better, (), visible, values, limit, None), better)


def _hits(
    session: Session,
    typed: str,
    exact: Collection[int],
    visible: ColumnElement[bool],
    values: Mapping[str, Any],
    limit: int,
    after: tuple[float, int] | None,
) -> tuple[Hit, ...]:
    if not words_of(typed):
        return ()
    last, id_ = after or (None, None)
    statement = _search(visible, bool(exact), after is not None)
    rows = _rows(
        session, statement, typed, values, limit=limit, exact=list(exact), last=last, last_id=id_
    )
    return tuple(Hit(*row) for row in rows)


def _rows(
    session: Session, statement: Select[Any], typed: str, values: Mapping[str, Any], **asked: Any
) -> list[Any]:
    return list(columns_of(session, statement, {**values, **_terms(words_of(typed)), **asked}))


@lru_cache(8)
def _stamped_search(visible: ColumnElement[bool]) -> Select[Any]:
    """The same statement, with the vocabulary's stamp beside each hit."""
    return _search(visible, has_exact=False, is_further=False).add_columns(STAMP)


@lru_cache(32)
def _search(visible: ColumnElement[bool], has_exact: bool, is_further: bool) -> Select[Any]:
    """The statement of a search, prepared once for a condition."""
    query = _tsquery(bindparam("beginnings", type_=Text), bindparam("stems", type_=Text))
    named = Product.id == any_(bindparam("exact", type_=ARRAY(BigInteger)))
    rank = cast(func.ts_rank(Product.search, query), Float)
    score = case((named, EXACT), else_=rank) if has_exact else rank
    found = Product.search.op("@@")(query)
    statement = (
        select(Product.id, score.label("score"))
        .where(or_(found, named) if has_exact else found, visible)
        .order_by(score.desc(), Product.id)
        .limit(bindparam("limit", type_=Integer))
    )
    if is_further:
        last, id_ = bindparam("last", type_=Float), bindparam("last_id", type_=BigInteger)
        statement = statement.where(or_(score < last, and_(score == last, Product.id > id_)))
    return statement


def _terms(words: list[str]) -> dict[str, str]:
    """All words as beginnings, and all of them by their English stems."""
    return {
        "beginnings": " & ".join(_beginning(word) for word in words),
        "stems": " & ".join(f"'{part}'" for word in words for part in word.split("-")),
    }


def _tsquery(beginnings: Any, stems: Any) -> ColumnElement[str]:
    query: ColumnElement[str] = func.to_tsquery("simple", beginnings).op("||")(
        func.to_tsquery("english", stems)
    )
    return query


def _query(typed: str) -> ColumnElement[str] | None:
    words = words_of(typed)
    return _tsquery(*_terms(words).values()) if words else None


def _beginning(word: str) -> str:
    parts = word.split("-")
    apart = " & ".join(f"'{part}':*" for part in parts)
    return apart if len(parts) == 1 else f"('{''.join(parts)}':* | ({apart}))"


def _vocabulary(words: str) -> set[str]:
    found = re.findall(r"[^\W\d_]{3,}", words)
    return {word for word in found if len(word) <= 40}


def _store(session: Session, changed: list[tuple[int, str, str, str, str, str, list[str]]]) -> None:
    if not changed:
        return
    names = ("ids", "plains", "titles", "codes", "shelves", "bodies", "words")
    columns = list(zip(*changed, strict=True))
    # Words have no blanks, so that those of all products go over as one array of texts.
    columns[6] = tuple(" ".join(words) for words in columns[6])
    asked = {name: list(column) for name, column in zip(names, columns, strict=True)}
    session.execute(_STORE, asked)


_STORE = text(
    """
UPDATE product SET sku_plain = v.plain, search_words = string_to_array(v.words, ' '), search =
    setweight(to_tsvector('simple', v.title) || to_tsvector('english', v.title), 'A')
    || setweight(array_to_tsvector(array_remove(string_to_array(v.codes, ' '), '')), 'A')
    || setweight(to_tsvector('simple', v.codes), 'A')
    || setweight(to_tsvector('simple', v.shelf) || to_tsvector('english', v.shelf), 'B')
    || setweight(to_tsvector('simple', v.body) || to_tsvector('english', v.body), 'D')
FROM unnest(
    CAST(:ids AS bigint[]), CAST(:plains AS text[]), CAST(:titles AS text[]),
    CAST(:codes AS text[]), CAST(:shelves AS text[]), CAST(:bodies AS text[]),
    CAST(:words AS text[])
) AS v (id, plain, title, codes, shelf, body, words)
WHERE product.id = v.id"""
)


def _count_uses(session: Session, uses: Counter[str]) -> None:
    """Words are written in order, so that two refreshes cannot lock each other out."""
    rows = [{"word": word, "uses": count} for word, count in sorted(uses.items()) if count]
    if not rows:
        return
    statement = insert(SearchWord)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["word"], set_={"uses": SearchWord.uses + statement.excluded.uses}
        ),
        rows,
    )
    session.execute(text("DELETE FROM search_word WHERE uses <= 0"))
