"""A zip of pictures as a file of rows: one a picture, in the order of the archive."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from pathlib import PurePosixPath

from models.catalog import MOST_PICTURE_BYTES
from models.kernel.errors import Refused
from models.kernel.spreadsheet import MOST_BYTES, MOST_UNPACKED_BYTES, Sheet

HEADER = ("File",)
MOST_MEMBERS = 1_000
ENCRYPTED = 0x1
ENTRY = b"PK\1\2"
"""How each file's entry in the list of a zip begins."""
UNREADABLE = (
    zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, ValueError,
    zlib.error, lzma.LZMAError,
)  # fmt: skip
CLUTTER = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})


def read_archive(content: bytes, filename: str, *, most_rows: int = MOST_MEMBERS) -> Sheet:
    """The names of its files. Folders, and what systems leave in them, are passed over.

    Refused for what is no zip, is damaged, locked by a password, or holds more than 1,000 files or
    100 MiB unpacked. Nothing is unpacked.
    """
    name = PurePosixPath(filename.replace("\\", "/")).name[:80] or "The file"
    if len(content) > MOST_BYTES:
        raise Refused(f"{name} is larger than 25 MiB. Split it into smaller files.")
    if not content.startswith(b"PK"):
        raise Refused(f"{name} is no zip. Put the pictures in one, each named by its SKU.")
    if content.count(ENTRY) > MOST_MEMBERS:  # before each is made a record of
        raise Refused(f"{name} holds more than {MOST_MEMBERS:,} files. Split it.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
    except (*UNREADABLE, zipfile.LargeZipFile):
        raise Refused(f"{name} is damaged: it cannot be opened.") from None
    if sum(each.file_size for each in infos) > MOST_UNPACKED_BYTES:
        raise Refused(f"{name} unpacks to more than 100 MiB and is not read.")
    if any(each.flag_bits & ENCRYPTED for each in infos):
        raise Refused(f"{name} is locked by a password. Zip the pictures without one.")
    rows = [(line, (each.filename,)) for line, each in enumerate(infos, 1) if _is_one(each)]
    return Sheet(HEADER, tuple(rows), "ZIP")


class Members:
    """The files of an archive by the line that `read_archive` gave them."""

    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._infos = self._archive.infolist()

    def read(self, line: int) -> bytes:
        """The bytes of one, never more than a picture may have. Refused for a damaged one."""
        try:
            with self._archive.open(self._infos[line - 1]) as member:
                return member.read(MOST_PICTURE_BYTES + 1)
        except UNREADABLE:
            raise Refused("The file is damaged: it cannot be unpacked.") from None


def _is_one(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename.replace("\\", "/"))
    is_clutter = parts.name.lower() in CLUTTER or parts.name.startswith("._")
    return not (info.is_dir() or is_clutter or "__MACOSX" in parts.parts)
