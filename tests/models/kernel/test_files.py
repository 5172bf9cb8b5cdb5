"""Files are kept once by their content, and are on disk before their row."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from models.kernel.errors import NotFound
from models.kernel.files import FileStore, safe_name
from tests.factories.kernel import make_seller


def test_a_file_comes_back_byte_for_byte(session: Session, files: FileStore) -> None:
    seller = make_seller(session)
    stored = files.put(
        session,
        b"%PDF-1.7",
        kind="logo",
        owner=seller,
        media_type="application/pdf",
        file_name="Logo.pdf",
    )
    with files.open(stored) as content:
        assert content.read() == b"%PDF-1.7"
    assert (stored.owner_kind, stored.owner_id, stored.size_bytes) == ("seller", seller.id, 8)


def test_the_same_content_is_kept_once(session: Session, files: FileStore) -> None:
    seller = make_seller(session)
    look = {"kind": "logo", "owner": seller, "media_type": "text/plain"}
    first = files.put(session, b"same", file_name="a.txt", **look)
    second = files.put(session, b"same", file_name="b.txt", **look)
    assert files.path(first) == files.path(second)
    assert len([path for path in files.root.rglob("*") if path.is_file()]) == 1


def test_a_file_that_is_gone_is_said_to_be_missing(session: Session, files: FileStore) -> None:
    seller = make_seller(session)
    stored = files.put(
        session, b"x", kind="logo", owner=seller, media_type="text/plain", file_name="x.txt"
    )
    files.path(stored).unlink()
    with pytest.raises(NotFound, match=r"x\.txt is missing"):
        files.open(stored)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\y.pdf", "y.pdf"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("", "file"),
    ],
)
def test_a_file_name_keeps_no_path(given: str, kept: str) -> None:
    assert safe_name(given) == kept
