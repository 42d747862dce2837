"""Rows of an uploaded table: CSV with commas, semicolons or tabs, or XLSX read in a separate process. Nothing is written to disk."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clicksafely.common.documents.exit_codes import ExitCode
from clicksafely.common.documents.sandbox import DocumentRefused, read_document
from clicksafely.common.documents.validation import DAMAGED, ENCRYPTED, HAS_MACROS, OLD_OFFICE_HEAD, UNPACKS_TO_TOO_MUCH

NO_SHEET: Final = _("This is not a spreadsheet. Save it as XLSX or as CSV and choose it again.")
OLD_SHEET: Final = _("This spreadsheet has an old format. Save it as .xlsx or CSV and choose it again.")
TOO_LONG: Final = _("This file has too many rows or columns, or a cell is too long. Split the file and try again.")
NO_UTF8: Final = _("The character encoding of this file is not supported. Save it as “CSV UTF-8” or as XLSX.")
NO_CSV: Final = _("A quotation mark in this file has no matching one. Save it as XLSX and choose it again.")
UNEVEN: Final = _("This line has {n} cells, but the header has {most}.")
TOO_BIG: Final = _("The file is larger than {n} MB. Split it.")
_WORDS: Final[dict[ExitCode, Promise]] = {
    ExitCode.LOCKED: ENCRYPTED,
    ExitCode.UNPACKS_TO_TOO_MUCH: UNPACKS_TO_TOO_MUCH,
    ExitCode.ACTIVE: HAS_MACROS,
    ExitCode.NO_DOCUMENT: NO_SHEET,
    ExitCode.TOO_LONG: TOO_LONG,
}
_DELIMITERS: Final = ";,\t"
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


class TableRefused(DocumentRefused):
    """The table cannot be read from `line` on (from 1; 0 is the whole file)."""

    def __init__(self, message: Promise, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Limits of a table: megabytes of the file, rows that are not empty, columns, and characters in a cell.

    `even`: rows of a CSV file must have as many cells as the first one.
    """

    megabytes: int
    rows: int
    columns: int
    cell: int
    even: bool = False


class TableRow(NamedTuple):
    """A row that is not empty.

    `number` is that in a spreadsheet program, and `line` is its first line in the file. Both count from 1. Cells have
    no surrounding space. Trailing empty cells are left out.
    """

    number: int
    line: int
    cells: list[str]


def read_table(content: bytes, bounds: Bounds) -> list[TableRow]:
    """Return the rows of a CSV file or of the first sheet of a workbook. Raises TableRefused."""
    if len(content) > bounds.megabytes * 1024 * 1024:
        raise TableRefused(format_lazy(TOO_BIG, n=bounds.megabytes))
    if content.startswith(OLD_OFFICE_HEAD):
        raise TableRefused(OLD_SHEET)
    if content.startswith(b"PK\x03\x04"):
        return _read_xlsx(content, bounds)
    found: list[TableRow] = []
    for row in _read_csv(content, even=bounds.even):
        if len(found) >= bounds.rows or len(row.cells) > bounds.columns or any(len(c) > bounds.cell for c in row.cells):
            raise TableRefused(TOO_LONG, row.line)
        found.append(row)
    return found


def _read_xlsx(content: bytes, bounds: Bounds) -> list[TableRow]:
    limits = [str(limit) for limit in (bounds.rows, bounds.columns, bounds.cell)]
    try:
        rows_json = read_document("xlsx_reader", content, limits, words=_WORDS, damaged=DAMAGED)
    except DocumentRefused as refused:
        raise TableRefused(refused.message) from refused
    return [TableRow(number, number, cells) for number, cells in enumerate(json.loads(rows_json), 1) if cells]


def _read_csv(content: bytes, *, even: bool) -> Iterator[TableRow]:
    text = _decode(content)
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=head.count), strict=True)
    width, line = 0, 1
    try:
        for number, values in enumerate(reader, 1):
            cells = [cell.strip() for cell in values]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                width = width or len(values)
                if even and len(values) != width:
                    raise TableRefused(format_lazy(UNEVEN, n=len(values), most=width), line)
                yield TableRow(number, line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise TableRefused(NO_CSV, reader.line_num) from error


def _decode(content: bytes) -> str:
    encoding = "utf-16" if content.startswith(_UTF16_MARKS) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise TableRefused(NO_UTF8, line) from error
    if "\0" in text:
        raise TableRefused(NO_SHEET, text[: text.index("\0")].count("\n") + 1)
    return text
