"""Tables to take along, as spreadsheets read them: UTF-8 with a mark, in the script of the page, no cell a formula."""

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.translation import get_language

from clicksafely.common.figures.spreadsheets import harmless
from clicksafely.common.script import in_script


def csv_answer(name: str, rows: Iterable[Iterable[object]]) -> HttpResponse:
    """The rows, the first of which names the columns, as a download; kept by nobody on the way."""
    out = io.StringIO()
    writer = csv.writer(out)
    language = get_language() or ""
    for row in rows:
        writer.writerow([_safe(cell, language) for cell in row])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _safe(cell: object, language: str) -> object:
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return cell
    return harmless(in_script(str(cell), language))
