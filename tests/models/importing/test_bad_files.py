"""Bad files are refused with a sentence, soon, and change nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from models.catalog import Product
from models.importing import ImportRun, begin, kind_named, look, mapping_from, settle_columns
from models.kernel.errors import Refused
from tests.models.importing.bad_files import every_bad_file, workbook
from tests.models.importing.conftest import Dock, silent

FILES = list(every_bad_file())
CPU_SECONDS = 20
"""Not a measure of speed but the end of what could be called refusing at all: a bomb that was
unpacked would take minutes."""


def take(dock: Dock, content: bytes, file_name: str) -> None:
    """Takes the file as far as it goes; Refused where it is."""
    session, ada = dock.world.session, dock.world.ada
    run = begin(session, dock.files, kind_named("products"), content, file_name, by=ada)
    settle_columns(session, dock.files, run, mapping_from(run.mapping))
    look(session, dock.files, run, by=ada, progress=silent).refuse_rejected()


def test_there_are_more_than_a_hundred_and_twenty() -> None:
    assert len(FILES) >= 120
    assert len({name for name, _, _ in FILES}) == len(FILES)


def test_a_good_workbook_is_taken(dock: Dock) -> None:
    take(dock, workbook(), "good.xlsx")
    run = dock.world.session.scalars(select(ImportRun)).one()
    assert (run.rows_total > 0, run.problem) == (True, "")


@pytest.mark.parametrize(
    ("make", "file_name"), [each[1:] for each in FILES], ids=[name for name, _, _ in FILES]
)
def test_a_bad_file_is_refused_with_a_sentence_and_nothing_changed(
    dock: Dock, make: Callable[[], bytes], file_name: str
) -> None:
    content = make()
    began = time.process_time()
    with pytest.raises(Refused) as refusal:
        take(dock, content, file_name)
    assert time.process_time() - began < CPU_SECONDS
    sentence = refusal.value.sentence
    assert sentence[0].isupper() or sentence[0].isdigit() or sentence[0] in "“x", sentence
    assert sentence.endswith("."), sentence
    assert "Traceback" not in sentence
    dock.world.session.rollback()
    assert dock.world.session.scalar(select(func.count(Product.id))) == 0
