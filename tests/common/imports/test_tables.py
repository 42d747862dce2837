"""Reading of uploaded tables: bounded, in the encodings and delimiters of spreadsheet programs."""

import io
import zipfile
from datetime import date

import pytest

from clicksafely.common.imports.tables import Bounds, TableRefused, TableRow, read_table
from tests.youthpanel.members.sheets import HEADINGS, as_csv, row, xlsx

BOUNDS = Bounds(megabytes=2, rows=300, columns=40, cell=300)


def bomb() -> bytes:
    """A workbook with a sheet that unpacks to 100 MB."""
    out = io.BytesIO()
    whole = xlsx([])
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as after,
    ):
        for member in before.infolist():
            content = before.read(member)
            after.writestr(member.filename, content + b" " * 100_000_000 if "sheet1" in member.filename else content)
    return out.getvalue()


def with_macros() -> bytes:
    out = io.BytesIO(xlsx([]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return out.getvalue()


def entities() -> bytes:
    """A workbook with an entity expansion attack."""
    whole, out = xlsx([]), io.BytesIO()
    lol = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + each)} "{f"&{chr(97 + each)};" * 10}">' for each in range(12)
    )
    with zipfile.ZipFile(io.BytesIO(whole)) as before, zipfile.ZipFile(out, "w") as after:
        for member in before.infolist():
            content = before.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                content = (
                    f'<?xml version="1.0"?>{lol}]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                    '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&m;</t></is></c></row></sheetData></worksheet>'
                ).encode()
            after.writestr(member.filename, content)
    return out.getvalue()


FILES = {
    "bomb": bomb(),
    "macros": with_macros(),
    "entities": entities(),
    "wide": xlsx([["x"] * 60]),
    "long": xlsx([["x" * 301]]),
    "many": xlsx([["x"]] * 301),
    "cut": xlsx([["x"]])[:400],
    "no archive": b"PK\x03\x04 and nothing else",
    "old": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "cyrillic": "Школа;Град".encode("cp1251"),
}


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_refused_files(file: bytes) -> None:
    with pytest.raises(TableRefused):
        read_table(file, BOUNDS)


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8", ";"), ("utf-8-sig", ","), ("utf-16", "\t")])
def test_csv_as_spreadsheets_write_it(encoding: str, delimiter: str) -> None:
    rows = read_table(as_csv([row()], delimiter, encoding), BOUNDS)
    assert rows[0].cells == HEADINGS
    assert rows[1].cells[:4] == ["ОШ „Његош“", "основна", "Ниш", "Ана Анић"]


def test_numbers_and_dates_of_a_workbook_are_texts() -> None:
    rows = read_table(xlsx([[2013.0, 5, date(2026, 9, 1), None, True, 1.5]], ["a"]), BOUNDS)
    assert rows == [TableRow(1, 1, ["a"]), TableRow(2, 2, ["2013", "5", "2026-09-01", "", "1", "1.5"])]


def test_rows_have_their_number_and_their_line() -> None:
    content = b'a;b\n"two\nlines";1\n;\n last ;\n'
    assert read_table(content, BOUNDS) == [
        TableRow(1, 1, ["a", "b"]),
        TableRow(2, 2, ["two\nlines", "1"]),
        TableRow(4, 5, ["last"]),
    ]
    assert read_table(b"", BOUNDS) == []


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a\nb\n\xff", 3),
        ("a\nb\n".encode("utf-16") + b"\x00", 3),
        (b"a\nb\0", 2),
        (b"a;b\n1;2\n3\n", 3),
        (b'a;b\n1;"2', 2),
        (b"a\n" + b"x" * 301, 2),
        (b"a\n" + b";x" * 41, 2),
        (b"a\n" * 301, 301),
        (b"x" * (2 * 1024 * 1024 + 1), 0),
    ],
    ids=["utf-8", "utf-16", "zero", "uneven", "quote", "cell", "columns", "rows", "size"],
)
def test_a_refusal_names_the_line(content: bytes, line: int) -> None:
    bounds = Bounds(megabytes=2, rows=300, columns=40, cell=300, even=content.count(b"\n3") > 0)
    with pytest.raises(TableRefused) as refused:
        read_table(content, bounds)
    assert refused.value.line == line
