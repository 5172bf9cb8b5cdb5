"""Pictures of products: a zip of files that are named by SKU."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from sqlalchemy import ARRAY, BigInteger, any_, literal, select
from sqlalchemy.orm import Session

from models.catalog import (
    MOST_PICTURES,
    SPECIAL,
    Product,
    ProductImage,
    plain_code,
    product_ids_of,
    put_picture,
    require_picture,
    source_of,
)
from models.importing import values as read
from models.importing.archives import Members
from models.importing.kind import Column, Context, Key, Known, Progress, Record
from models.importing.kinds.finding import texts
from models.kernel.errors import Refused

NUMBERED = re.compile(r"(.+?)[-_ (]+(\d{1,2})\)?")


class Pictures:
    """One row a picture, known by its product and its place. What is not in the zip stays."""

    name = "pictures"
    columns = (
        Column("file", "File", read.long_text, needed=True, example="TR-1001.jpg"),
        Column("sku", "SKU", read.code),
        Column("place", "Place", read.whole),
        Column("picture", "Picture", read.text),
    )

    def resolve(self, session: Session, records: Sequence[Record], context: Context) -> None:
        """The product that a name means, and what picture it is."""
        names = {record.line: _stem(record.values["file"]) for record in records if record.is_good}
        bases = {stem: (found[1], int(found[2])) for stem in names.values()
                 if (found := NUMBERED.fullmatch(stem))}  # fmt: skip
        codes = {*names.values(), *(base for base, _ in bases.values())}
        products = _products_of(session, codes)
        for record in records:
            if not record.is_good:
                continue
            sku, place = names[record.line], 1
            if sku not in products and sku in bases:
                sku, place = bases[sku]
            if sku not in products:
                record.reject(f"There is no product {sku[:60]}.")
            elif not 1 <= place <= MOST_PICTURES:
                record.reject(f"A product has at most {MOST_PICTURES} pictures, not {place}.")
            else:
                record.refs["product_id"] = products[sku]
                record.values |= {"sku": sku, "place": place}
        _look_at(records, context)

    def key_of(self, record: Record) -> Key | None:
        """The product and the place."""
        return (record.refs["product_id"], record.values["place"])

    def known(
        self, session: Session, records: Sequence[Record], context: Context
    ) -> Mapping[Key, Known]:
        """The pictures that these products have. A new one is decoded whole, to see that it can
        be."""
        ids = literal([record.refs["product_id"] for record in records], ARRAY(BigInteger))
        rows = session.scalars(select(ProductImage).where(ProductImage.product_id == any_(ids)))
        found = {
            (row.product_id, row.position): Known(row.id, {"picture": row.source}) for row in rows
        }
        members = Members(context.content)
        for record in records:
            there = found.get(self.key_of(record) or ())
            if there is None or there.values["picture"] != record.values["picture"]:
                try:
                    require_picture(members.read(record.line))
                except Refused as refusal:
                    record.reject(refusal.sentence)
        return found

    def write(
        self, session: Session, added: Sequence[Record], changed: Sequence[Record],
        context: Context, progress: Progress,
    ) -> None:  # fmt: skip
        """Each drawn anew and kept, in its place."""
        if context.files is None:
            raise Refused("Pictures come in by an import only.")
        rows = [*added, *changed]
        ids = literal([record.refs["product_id"] for record in rows], ARRAY(BigInteger))
        products = {
            row.id: row for row in session.scalars(select(Product).where(Product.id == any_(ids)))
        }
        members = Members(context.content)
        for done, record in enumerate(sorted(rows, key=lambda row: row.values["place"])):
            put_picture(
                session, context.files, products[record.refs["product_id"]],
                record.values["place"], members.read(record.line),
                file_name=PurePosixPath(record.values["file"]).name,
            )  # fmt: skip
            progress(done, len(rows))

    def title_of(self, record: Record) -> str:
        """The file."""
        return str(record.values.get("file", ""))


def _stem(file: str) -> str:
    """`TR-1001-2` of `new/TR-1001-2.JPG`."""
    return PurePosixPath(file.replace("\\", "/")).stem.strip()


def _products_of(session: Session, codes: set[str]) -> dict[str, int]:
    """The products with these SKUs; where none has one exactly, the only one that is the same
    without its signs, as a file's name cannot have them all."""
    exact = product_ids_of(session, list(codes))
    plains = {plain_code(code) for code in codes} - {""}
    rows = session.execute(
        select(Product.sku_plain, Product.id).where(
            Product.sku_plain == texts(plains), Product.lifecycle != SPECIAL
        )
    )
    alike: dict[str, list[int]] = {}
    for plain, id_ in rows:
        alike.setdefault(plain, []).append(id_)
    found: dict[str, int] = {}
    for code in codes:
        same = alike.get(plain_code(code), [])
        if code.upper() in exact:
            found[code] = exact[code.upper()]
        elif len(same) == 1:
            found[code] = same[0]
    return found


def _look_at(records: Sequence[Record], context: Context) -> None:
    members = Members(context.content)
    for record in records:
        if record.is_good:
            try:
                record.values["picture"] = source_of(members.read(record.line))
            except Refused as refusal:
                record.reject(refusal.sentence)
