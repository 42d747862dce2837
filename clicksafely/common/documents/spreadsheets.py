"""Rows of a small spreadsheet that somebody chose: XLSX, read by a process of its own, or CSV. Nothing of it touches the disk."""

import csv
import io
import json
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clicksafely.common.documents.exit_codes import ExitCode
from clicksafely.common.documents.sandbox import DocumentRefused, run_sandboxed
from clicksafely.common.documents.validation import DAMAGED, ENCRYPTED, HAS_MACROS, OLD_OFFICE_HEAD, UNPACKS_TO_TOO_MUCH

NO_SHEET: Final = _("This is not a spreadsheet. Save it as XLSX or as CSV and choose it again.")
OLD_SHEET: Final = _("This is a spreadsheet of an old kind. Save it as .xlsx or CSV and choose it again.")
TOO_LONG: Final = _(
    "There are more rows or columns in this file, or more in one cell, than can be taken at once. Divide it."
)
NO_UTF8: Final = _("The letters of this file cannot be read. Save it as “CSV UTF-8” or as XLSX.")
NO_CSV: Final = _("The quotation marks do not fit together in this file. Save it as XLSX and choose it again.")
_WORDS: Final[dict[ExitCode, Promise]] = {
    ExitCode.LOCKED: ENCRYPTED,
    ExitCode.UNPACKS_TO_TOO_MUCH: UNPACKS_TO_TOO_MUCH,
    ExitCode.ACTIVE: HAS_MACROS,
    ExitCode.NO_DOCUMENT: NO_SHEET,
    ExitCode.TOO_LONG: TOO_LONG,
}
_DELIMITERS: Final = ";,\t"


def read_rows(content: bytes, *, most: int, columns: int, longest: int) -> list[list[str]]:
    """The rows of the first sheet as texts, empty ones included; row 1 is the first of the list. Raises DocumentRefused.

    `most` rows that are not empty, `columns` cells in each, `longest` characters in a cell.
    """
    if content.startswith(b"PK\x03\x04"):
        return _read_xlsx(content, most, columns, longest)
    if content.startswith(OLD_OFFICE_HEAD):
        raise DocumentRefused(OLD_SHEET)
    rows = _read_csv(content)
    if sum(map(bool, rows)) > most or any(
        len(row) > columns or any(len(cell) > longest for cell in row) for row in rows
    ):
        raise DocumentRefused(TOO_LONG)
    return rows


def _read_xlsx(content: bytes, *bounds: int) -> list[list[str]]:
    said = run_sandboxed("xlsx_reader", [*map(str, bounds)], words=_WORDS, damaged=DAMAGED, content=content)
    rows: list[list[str]] = json.loads(said)
    return rows


def _read_csv(content: bytes) -> list[list[str]]:
    text = _decode(content)
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        found = [
            [cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        ]
    except csv.Error as error:
        raise DocumentRefused(NO_CSV) from error
    for row in found:
        while row and not row[-1]:
            row.pop()
    return found


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentRefused(NO_UTF8) from error
    if "\0" in text:
        raise DocumentRefused(NO_SHEET)
    return text
