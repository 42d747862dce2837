"""Reads CSV that a spreadsheet, or anybody, has written: either rows of named cells, or the line where it stops making sense."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clicksafely.common.documents.csv_output import FORMULA_PREFIXES

LARGEST = 8 * 1024 * 1024
MOST_ROWS = 20_000
# A cell that begins with one of these gets an apostrophe, which goes on the way in.
_MARKED: Final = (*FORMULA_PREFIXES, "'")


class CsvError(Exception):
    """The file makes no sense from `line` on (from 1; 0: as a whole); `what` says why."""

    def __init__(self, line: int, what: str | Promise) -> None:
        super().__init__(line)
        self.line, self.what = line, what


def rows(data: bytes, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row by column, with the line it begins in; commas or semicolons, with or without a mark of UTF-8. Raises Unreadable."""
    text = _decode(data)
    head = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True
    )
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header, columns)
        for number, (line, values) in enumerate(_numbered(reader)):
            if number >= MOST_ROWS:
                raise CsvError(line, _("A file may have 20,000 rows. Divide it."))
            if len(values) != len(header):
                what = format_lazy(
                    _("This line has {n} cells, the first one has {most}."), n=len(values), most=len(header)
                )
                raise CsvError(line, what)
            yield line, {name: _plain(value) for name, value in zip(header, values, strict=True)}
    except csv.Error as error:
        raise CsvError(
            reader.line_num, _("The quotation marks do not fit together here, or a cell is too long.")
        ) from error


def safe(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{cell}" if cell.startswith(_MARKED) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_MARKED) else cell


def _decode(data: bytes) -> str:
    if len(data) > LARGEST:
        raise CsvError(0, _("This file is larger than 8 MB. Divide it."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CsvError(line, _("This file is not in UTF-8. Save it as “CSV UTF-8”.")) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise CsvError(line, _("This is not text: there are zero bytes in it."))
    return text


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    begins = reader.line_num + 1
    for values in reader:
        if any(values):
            yield begins, values
        begins = reader.line_num + 1


def _check_header(header: Sequence[str], columns: Sequence[str]) -> None:
    if unknown := [name for name in header if name not in columns]:
        what = _("Unknown column: {names}. Known are: {known}.")
        raise CsvError(1, format_lazy(what, names=", ".join(unknown), known=", ".join(columns)))
    if doubled := {name for name in header if header.count(name) > 1}:
        raise CsvError(1, format_lazy(_("This column stands there twice: {names}."), names=", ".join(sorted(doubled))))
    # A column that is missing would empty what it holds.
    if missing := [name for name in columns if name not in header]:
        raise CsvError(1, format_lazy(_("Missing column: {names}."), names=", ".join(missing)))
