"""Spreadsheets in the form that coordinators fill in."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

from youthpanel.members.spreadsheet_import.columns import COLUMNS

HEADINGS = [column.serbian for column in COLUMNS]
CODES = [column.code for column in COLUMNS]
FIRST_NAMES = [
    "Ана", "Бојан", "Вера", "Горан", "Дуња", "Ђорђе", "Ема", "Жарко", "Зора", "Иван",
    "Јана", "Коста", "Лена", "Љубица", "Марко", "Нина", "Огњен", "Петра", "Реља", "Сара",
]  # fmt: skip
SURNAMES = [
    "Анић", "Бојић", "Вукић", "Гајић", "Дакић", "Ђурић", "Ерић", "Жикић", "Зорић", "Илић", "Јовић", "Костић", "Лазић", "Љубић",
]  # fmt: skip


def row(**cells: Any) -> list[Any]:
    """A row with these cells, and defaults of a member of 13 from Niš."""
    defaults = {
        "school": "ОШ „Његош“",
        "kind": "основна",
        "town": "Ниш",
        "name": "Ана Анић",
        "birth_year": 2013,
        "birth_month": 5,
    }
    return [(defaults | cells).get(code, "") for code in CODES]


def school_row(**cells: Any) -> list[Any]:
    """A row for a school without a member."""
    return row(name="", birth_year="", birth_month="", **cells)


def cohort_of(number: int) -> list[list[Any]]:
    """Rows of this many different members from three towns, with consents."""
    towns = ("Ниш", "Нови Сад", "Vranje")
    return [
        row(
            school=f"Школа „Бранко {each % 4}“",
            kind="основна" if each % 4 < 2 else "secondary",
            town=towns[each % 3],
            name=f"{FIRST_NAMES[each % 20]} {SURNAMES[each // 20]}",
            birth_month=each % 12 + 1,
            membership="да",
            online="yes",
            given_on="1.9.2026.",
            expires_on="2027-08-31",
            document=f"Фасцикла {each}",
        )
        for each in range(number)
    ]


def xlsx(rows: Sequence[Sequence[Any]], headings: Sequence[Any] = HEADINGS) -> bytes:
    """A workbook with one sheet."""
    book = Workbook()
    for cells in (headings, *rows):
        book.active.append(list(cells))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(rows: Sequence[Sequence[Any]], delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    """The same as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([HEADINGS, *rows])
    return text.getvalue().encode(encoding)
