"""Reads the first sheet of a spreadsheet; runs in `clicksafely.common.sandbox`."""

import json
import sys
import warnings
import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from openpyxl import load_workbook

from clicksafely.common.documents.exit_codes import DocumentRejected, ExitCode, write_result
from clicksafely.common.documents.office_files import document_type

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Enough for a sheet of some hundred rows; a larger one is not a list.
MAX_UNPACKED_BYTES: Final = 64 * 1024 * 1024
# Sheets often end with formatted but empty rows; this many are read.
MAX_EMPTY_ROWS: Final = 2000


def main(rows: str, columns: str, longest: str) -> ExitCode:
    """Print the rows as JSON and return the exit code.

    A row is a list of texts without trailing empty cells. Dates are printed as 2026-10-01, and empty cells as "". Empty
    rows are included, to keep the row numbers. The exit code is TOO_LONG for more than `rows` rows or `columns`
    columns. It is also TOO_LONG if a cell has more than `longest` characters.
    """
    warnings.simplefilter("ignore")  # about styles and extensions that openpyxl does not support
    content = BytesIO(sys.stdin.buffer.read())
    try:
        if document_type(content) != _XLSX:
            return ExitCode.NO_DOCUMENT
        with zipfile.ZipFile(content) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
                return ExitCode.UNPACKS_TO_TOO_MUCH
        write_result(json.dumps(_rows(content, int(rows), int(columns), int(longest)), ensure_ascii=True))
    except DocumentRejected as refusal:
        return refusal.verdict
    except Exception:  # noqa: BLE001 - malformed files raise any exception
        return ExitCode.DAMAGED
    return ExitCode.TAKEN


def _rows(content: BytesIO, most: int, columns: int, longest: int) -> list[list[str]]:
    book = load_workbook(content, read_only=True, data_only=True, keep_links=False)
    found: list[list[str]] = []
    empty = 0
    for cells in book.worksheets[0].iter_rows(values_only=True):
        row = [_text(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        if len(row) > columns or any(len(text) > longest for text in row):
            raise DocumentRejected(ExitCode.TOO_LONG)
        if not row:
            empty += 1
            if empty > MAX_EMPTY_ROWS:
                break
            continue
        found += [[] for _ in range(empty)]
        empty = 0
        found.append(row)
        if sum(map(bool, found)) > most:
            raise DocumentRejected(ExitCode.TOO_LONG)
    return found


def _text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case bool():
            return "1" if cell else "0"
        case float() if cell.is_integer():
            return str(int(cell))
    return str(cell).strip()
