"""Pictures come in by a zip, named by SKU, and are drawn anew; what is none is refused soon."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pytest
from PIL import Image, ImageFile
from sqlalchemy import func, select

from models.catalog import Product, ProductImage, pictures_of
from models.importing import begin, kind_named, look, mapping_from, settle_columns
from models.kernel.errors import Refused
from models.kernel.files import StoredFile
from tests.models.importing.conftest import Dock, silent
from tests.models.importing.picture_files import every_bad_picture, every_bad_zip, picture, zipped

FILES = [*every_bad_zip(), *every_bad_picture()]
CPU_SECONDS = 20
"""As for bad tables: the end of what could be called refusing at all."""


@pytest.fixture
def dock(dock: Dock) -> Dock:
    for sku in ("TR-1", "TR-1-2", "FK/9", "SP-3"):
        dock.world.product(sku)
    slashed = dock.product("FK/9")
    slashed.sku_plain = "FK9"
    dock.world.session.flush()
    return dock


def shown(dock: Dock, sku: str) -> list[tuple[int, str]]:
    rows = pictures_of(dock.world.session, dock.product(sku).id)
    return [(row.position, row.source.partition(",")[0]) for row in rows]


def opened(dock: Dock, digest: str) -> Image.Image:
    stored = dock.world.session.scalars(
        select(StoredFile).where(StoredFile.sha256 == digest).limit(1)
    ).one()
    with dock.files.open(stored) as file:
        return Image.open(io.BytesIO(file.read()))


def test_each_goes_to_the_product_that_its_name_says(dock: Dock) -> None:
    content = zipped({
        "spring/TR-1.jpg": picture("red"), "spring/tr-1_3.webp": picture("blue", form="WEBP"),
        "TR-1-2.JPEG": picture("white", (30, 30)), "fk9.png": picture("gold", form="PNG"),
        "SP-3 (2).jpg": picture("grey"), "__MACOSX/._TR-1.jpg": b"clutter",
    })  # fmt: skip
    assert dock.done("pictures", content)["added"] == 5
    assert shown(dock, "TR-1") == [(1, "60 × 40"), (3, "60 × 40")]
    assert shown(dock, "TR-1-2") == [(1, "30 × 30")]
    assert shown(dock, "FK/9") == [(1, "60 × 40")]
    assert shown(dock, "SP-3") == [(2, "60 × 40")]
    for sku in ("TR-1", "SP-3"):
        first = pictures_of(dock.world.session, dock.product(sku).id)[0]
        assert dock.product(sku).image == first.sha256
        assert opened(dock, first.sha256).format == "WEBP"
    assert dock.looked("pictures", content).counts["unchanged"] == 5


def test_another_picture_takes_the_place_of_the_one_that_is_there(dock: Dock) -> None:
    dock.done("pictures", zipped({"TR-1.jpg": picture("red"), "TR-1-3.jpg": picture("blue")}))
    before = dock.product("TR-1").image
    counts = dock.done("pictures", zipped({"TR-1.png": picture("gold", (90, 90), "PNG")}))
    assert (counts["changed"], counts["added"]) == (1, 0)
    assert shown(dock, "TR-1") == [(1, "90 × 90"), (3, "60 × 40")]
    dock.world.session.expire_all()
    assert dock.product("TR-1").image not in ("", before)


def test_a_large_one_is_made_smaller_upright_and_loses_what_it_tells(dock: Dock) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "taken in the owner's garden"
    content = picture("red", (3_000, 2_000), exif=exif)
    dock.done("pictures", zipped({"TR-1.jpg": content}))
    drawn = opened(dock, dock.product("TR-1").image)
    assert drawn.size == (1_067, 1_600)
    assert not drawn.getexif()
    assert shown(dock, "TR-1") == [(1, "2000 × 3000")]


def take(dock: Dock, content: bytes) -> None:
    """Takes the zip as far as it goes; Refused where it is."""
    session, ada = dock.world.session, dock.world.ada
    run = begin(session, dock.files, kind_named("pictures"), content, "file.csv", by=ada)
    settle_columns(session, dock.files, run, mapping_from(run.mapping))
    look(session, dock.files, run, by=ada, progress=silent).refuse_rejected()


@pytest.mark.parametrize(
    ("make", "sentence"), [each[1:] for each in FILES], ids=[name for name, _, _ in FILES]
)
def test_what_is_no_picture_is_refused_with_a_sentence_and_nothing_changed(
    dock: Dock, make: Callable[[], bytes], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    content = make()
    session = dock.world.session
    session.commit()
    began = time.process_time()
    with pytest.raises(Refused) as refusal:
        take(dock, content)
    assert time.process_time() - began < CPU_SECONDS
    said = refusal.value.problems[0].sentence if refusal.value.problems else refusal.value.sentence
    assert sentence in said
    assert said.endswith(".")
    session.rollback()
    assert session.scalar(select(func.count(ProductImage.id))) == 0
    assert session.scalars(select(Product.image).where(Product.image != "")).all() == []
