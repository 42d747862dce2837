"""CSV for people who open it in a spreadsheet: nothing in it is taken for a formula. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

# What a cell begins with that some spreadsheet takes for a formula (OWASP, CSV Injection): the wide signs do so in East Asian settings.
FORMULA_PREFIXES: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def render_csv(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A header line and the rows, RFC 4180; None is empty, true and false are small letters, texts are harmless."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(columns)
    writer.writerows([_written(value) for value in row] for row in rows)
    return table.getvalue()


def escape_formula(text: str) -> str:
    """A text that a spreadsheet would take for a formula, as a text."""
    return f"'{text}" if text.startswith(FORMULA_PREFIXES) else text


def _written(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return escape_formula(value) if isinstance(value, str) else value
