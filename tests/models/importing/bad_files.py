"""Some 120 files that no import may take, each made here: what it is, its bytes and its name."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator

from xlsxwriter import Workbook

GOOD = "sku,name,price\nA-1,One,3.50\nA-2,Two,4.00\n"
Bad = tuple[str, Callable[[], bytes], str]
"""A name for the test, the bytes when they are wanted, and the file's name."""


def every_bad_file() -> Iterator[Bad]:
    """All of them."""
    yield from of_no_kind()
    yield from wrongly_encoded()
    yield from wrong_tables()
    yield from broken_workbooks()
    yield from poisoned_workbooks()
    yield from too_large()


def of_no_kind() -> Iterator[Bad]:
    """Files that are something else, whatever they are called."""
    heads = {
        "png": b"\x89PNG\r\n\x1a\n" + bytes(200), "jpeg": b"\xff\xd8\xff\xe0" + bytes(200),
        "gif": b"GIF89a" + bytes(200), "pdf": b"%PDF-1.7\n" + b"stream" * 30,
        "old excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "gzip": gzip.compress(GOOD.encode()), "rtf": b"{\\rtf1\\ansi sku,name}",
        "elf": b"\x7fELF" + bytes(100), "sqlite": b"SQLite format 3\0" + bytes(100),
        "bzip2": b"BZh91AY&SY" + bytes(range(1, 200)), "7z": b"7z\xbc\xaf\x27\x1c" + bytes(100),
        "nothing": b"", "blanks": b"  \n \n\t\n", "zeros": bytes(1000),
        "noise": random.Random(1).randbytes(2000), "mark alone": codecs.BOM_UTF8,
        "wide mark alone": codecs.BOM_UTF16_LE,
    }  # fmt: skip
    for name, content in heads.items():
        for suffix in ("csv", "xlsx"):
            yield f"{name} as {suffix}", lambda it=content: it, f"x.{suffix}"
    texts = {
        "html": "<html><body><table><tr><td>sku</td></tr></table></body></html>",
        "json": json.dumps([{"sku": "A", "name": "One"}]), "xml": "<?xml version='1.0'?><a/>",
        "prose": "Dear supplier,\nplease find our prices.\nYours\n", "one word": "sku",
        "sql": "DROP TABLE product;\n", "yaml": "sku: A-1\nname: One\n", "mail": "To: you\n\nHi\n",
        "markdown": "# Prices\n\nAsk us.\n", "ini": "[prices]\nA-1=3.50\n",
        "vcard": "BEGIN:VCARD\nEND:VCARD\n",
    }  # fmt: skip
    for name, words in texts.items():
        yield name, lambda it=words: it.encode(), "x.csv"


def wrongly_encoded() -> Iterator[Bad]:
    """Tables whose letters cannot be told."""
    umlauts = GOOD.replace("One", "Käse für Gäste")
    for encoding in ("utf-16-le", "utf-16-be", "utf-32"):
        yield encoding, lambda it=encoding: umlauts.encode(it), "x.csv"
    yield "half a wide letter", lambda: GOOD.encode("utf-16")[:-1], "x.csv"
    yield "marked and broken", lambda: codecs.BOM_UTF8 + GOOD.encode() + b"A\xff,B\xfe,1\n", "x.csv"
    for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D):
        yield f"sign {code:x}", lambda it=code: GOOD.encode() + bytes([65, it, 44]), "x.csv"
    mangled = umlauts.encode("utf-8").decode("cp1252") * 3
    yield "encoded twice", lambda: (mangled + "\nß").encode("cp1252"), "x.csv"
    for encoding in ("cp500", "cp037"):
        yield f"ebcdic {encoding}", lambda it=encoding: GOOD.encode(it), "x.csv"
    for sign in (1, 7, 8, 14, 27, 31):
        yield f"control {sign}", lambda it=sign: GOOD.encode("cp1252") + bytes([it, 0xE4]), "x.csv"


def wrong_tables() -> Iterator[Bad]:
    """Text that is a table of something else, or none that holds together."""
    yield "no rows", lambda: b"sku,name,price\n", "x.csv"
    yield "no titles", lambda: b"1,2,3\n4,5,6\n", "x.csv"
    yield "other columns", lambda: b"date,weather\n2026-01-01,rain\n", "x.csv"
    yield "other language", lambda: "商品,価格\nA,1\n".encode(), "x.csv"
    yield "open quote", lambda: b'sku,name\nA,"One\nB,Two\n', "x.csv"
    yield "quote inside", lambda: b'sku,name\nA,"One" more"x\nB,"T\n', "x.csv"
    yield "one long line", lambda: b"x" * 3_000_000, "x.csv"
    yield "300 columns", lambda: (",".join(f"c{n}" for n in range(300)) + "\n1\n").encode(), "x.csv"
    bad_cells = {
        "price in words": "A-1,One,dear", "no sku": ",One,1", "below zero": "A-1,One,-5",
        "not a number": "A-1,One,NaN", "endless": "A-1,One,Infinity", "power": "A-1,One,1e99",
        "five decimals": "A-1,One,1.23456", "no name": "A-1,,1", "long name": f"A-1,{'x' * 300},1",
        "long sku": f"{'x' * 90},One,1", "formula as price": "A-1,One,=1+1",
        "sum as price": "A-1,One,@SUM(A1)", "two marks": "A-1,One,1.2.3", "dashes": "A-1,One,--",
        "range": "A-1,One,1-2",
        "hex": "A-1,One,0x10", "currency nobody knows": "A-1,One,5 quid", "date": "A-1,One,1/2/3",
    }  # fmt: skip
    for name, row in bad_cells.items():
        yield name, lambda it=row: f"sku,name,price\n{it}\n".encode(), "x.csv"
    yield "the same twice", lambda: (GOOD + "a-1,Again,1\n").encode(), "x.csv"
    yield "decimals of two lands", lambda: (GOOD + 'A-3,Three,"1.234,50"\n').encode(), "x.csv"


def workbook(fill: Callable[[Workbook], None] | None = None) -> bytes:
    """A good workbook, or one filled otherwise."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    if fill is None:
        sheet = book.add_worksheet()
        for number, line in enumerate(GOOD.splitlines()):
            sheet.write_row(number, 0, line.split(","))
    else:
        fill(book)
    book.close()
    return out.getvalue()


def broken_workbooks() -> Iterator[Bad]:
    """Workbooks that were cut, scratched or emptied on their way."""
    for percent in (1, 10, 25, 50, 75, 90, 99):
        yield f"cut at {percent}%", lambda it=percent: _cut(it), "x.xlsx"
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        yield f"without {part}", lambda it=part: _rezip({it: None}), "x.xlsx"
        yield f"broken {part}", lambda it=part: _rezip({it: b"<broken"}), "x.xlsx"
    yield "scratched", _scratched, "x.xlsx"
    yield "an empty archive", lambda: _archive({}), "x.xlsx"
    yield "another archive", lambda: _archive({"readme.txt": b"hello"}), "x.zip"
    yield "a document", lambda: _archive({"word/document.xml": b"<w/>"}), "x.xlsx"
    yield "an empty sheet", lambda: workbook(lambda book: book.add_worksheet()), "x.xlsx"


def poisoned_workbooks() -> Iterator[Bad]:
    """Workbooks that compute, fetch or refer."""
    for name, formula in (
        ("sum", "=SUM(C2:C3)"), ("product", "=1*2"), ("link", '=HYPERLINK("http://x","y")'),
        ("fetch", '=WEBSERVICE("http://x")'), ("command", "=cmd|' /C calc'!A0"),
        ("other file", "='[other.xlsx]Sheet1'!A1"), ("lookup", "=VLOOKUP(A2,D:E,2)"),
    ):  # fmt: skip
        yield f"formula {name}", lambda it=formula: workbook(_with_formula(it)), "x.xlsx"
    entity = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>'
    yield (
        "entities",
        lambda: _rezip({"xl/worksheets/sheet1.xml": entity + b"<worksheet/>"}),
        "x.xlsx",
    )


def too_large() -> Iterator[Bad]:
    """Bombs: small outside, endless inside."""
    yield "a bomb", lambda: _bomb(150), "x.xlsx"
    yield "a larger bomb", lambda: _bomb(400), "x.xlsx"
    yield "many parts", lambda: _archive({f"xl/{n}": b"" for n in range(10_500)}), "x.xlsx"
    yield "a far cell", lambda: workbook(_far), "x.xlsx"
    yield "too many bytes", lambda: b"a,b\n" * 7_000_000, "x.csv"
    yield "too many rows", lambda: b"sku,name\n" + b"A,B\n" * 250_001, "x.csv"


def _with_formula(formula: str) -> Callable[[Workbook], None]:
    def fill(book: Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("sku", "name", "price"))
        sheet.write_row(1, 0, ("A-1", "One"))
        sheet.write_formula(1, 2, formula, None, 5)

    return fill


def _far(book: Workbook) -> None:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ("sku", "name"))
    sheet.write(1_048_575, 16_383, "far")


def _cut(percent: int) -> bytes:
    whole = workbook()
    return whole[: len(whole) * percent // 100]


def _scratched() -> bytes:
    whole = bytearray(workbook())
    for place in range(60, len(whole) - 400, 97):
        whole[place] ^= 0xFF
    return bytes(whole)


def _archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _rezip(changed: dict[str, bytes | None]) -> bytes:
    parts = {}
    with zipfile.ZipFile(io.BytesIO(workbook())) as archive:
        for name in archive.namelist():
            content = changed.get(name, archive.read(name))
            if content is not None:
                parts[name] = content
    return _archive(parts)


def _bomb(mebibytes: int) -> bytes:
    return _rezip({"xl/worksheets/sheet1.xml": b" " * (mebibytes << 20)})
