"""CSV output for spreadsheets, without formula injection. Pure functions."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

# First characters that some spreadsheet treats as a formula (OWASP, CSV Injection); full-width ones in East Asian locales.
FORMULA_PREFIXES: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# Spreadsheet programs take a file without it for one in the machine's old encoding.
BYTE_ORDER_MARK: Final = "\ufeff"


def render_csv(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a header line and the rows, RFC 4180. None is empty, booleans are lower case, texts are escaped."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(columns)
    writer.writerows([_written(value) for value in row] for row in rows)
    return table.getvalue()


def escape_formula(text: str) -> str:
    """Escape a text that a spreadsheet would treat as a formula."""
    return f"'{text}" if text.startswith(FORMULA_PREFIXES) else text


def escape_cell(text: str) -> str:
    """Escape a text that a spreadsheet would treat as a formula, so that `unescape_cell` restores it."""
    return f"'{text}" if text.startswith((*FORMULA_PREFIXES, "'")) else text


def unescape_cell(text: str) -> str:
    """Return the text that `escape_cell` escaped."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*FORMULA_PREFIXES, "'")) else text


def _written(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return escape_formula(value) if isinstance(value, str) else value
