"""A file taken all the way: in, its columns settled as guessed, looked at, applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from models.catalog import Product
from models.importing import (
    ImportRow,
    ImportRun,
    apply,
    ask_to_apply,
    begin,
    kind_named,
    look,
    mapping_from,
    settle_columns,
)
from models.insight import check_invariants
from models.kernel.files import FileStore
from tests.world import World


@dataclass
class Dock:
    """Takes files in as the administrator does."""

    world: World
    files: FileStore

    def looked(self, kind: str, text: str | bytes, /, **columns: int) -> ImportRun:
        """The file, looked at; `columns` corrects the guess."""
        content = text.encode() if isinstance(text, str) else text
        session, ada = self.world.session, self.world.ada
        run = begin(session, self.files, kind_named(kind), content, "file.csv", by=ada)
        mapping = mapping_from(run.mapping)
        mapping = replace(mapping, places={**mapping.places, **columns})
        settle_columns(session, self.files, run, mapping)
        look(session, self.files, run, by=ada, progress=silent)
        session.flush()
        return run

    def apply(self, run: ImportRun, *, leave_out: bool = False) -> ImportRun:
        session = self.world.session
        ask_to_apply(session, run, leave_out=leave_out)
        apply(
            session, self.files, run, by=self.world.ada, progress=silent, leave_out=leave_out
        )  # fmt: skip
        session.flush()
        assert check_invariants(session) == {}
        return run

    def done(self, kind: str, text: str | bytes, /, **columns: int) -> dict[str, int]:
        """What came of the whole file."""
        run = self.looked(kind, text, **columns)
        assert run.counts["rejected"] == 0, self.sentences(run)
        return self.apply(run).counts

    def product(self, sku: str) -> Product:
        return self.world.session.scalars(select(Product).where(Product.sku == sku)).one()

    def sentences(self, run: ImportRun) -> list[str]:
        rows = self.world.session.execute(
            select(ImportRow.line, ImportRow.sentence)
            .where(ImportRow.run_id == run.id, ImportRow.outcome == "rejected")
            .order_by(ImportRow.line)
        )
        return [f"{line}: {sentence}" for line, sentence in rows]


def silent(_done: int, _of: int) -> None:
    """Nobody looks at the progress."""


@pytest.fixture
def dock(world: World, files: FileStore) -> Dock:
    return Dock(world, files)


Maker = Callable[[], bytes]
