"""Every spreadsheet export: no cell is a formula, whatever the typed text."""

import csv
import io
from typing import Any, Final

import pytest
from django.test import Client
from openpyxl import load_workbook

from clicksafely.accounts.models import User
from clicksafely.common.documents.csv_output import escape_formula, render_csv
from tests.clients.staff import signed_in
from tests.factories.whole_portal import fill_text_columns, make_whole_portal
from tests.security.corpus import MARK, of_kind
from tests.security.test_patterns import modules, source
from tests.staff_access import EXPORTED_LISTS, ROLES, TABLE
from youthpanel.models import Consultation

PLANTED: Final = "=HYPERLINK(xq7)"
# Every staff URL that returns a table, by pattern, and how to request it.
TABLES: Final = {
    "admin/hotline/welfare/figures.csv": "get",
    "admin/library/resource/export/": "get",
    "admin/quizzes/quiz/<int:pk>/figures.csv": "get",
    "admin/youthpanel/members/import/template.csv": "get",
    "admin/youthpanel/members/import/template.xlsx": "get",
    "admin/youthpanel/consultations/<int:consultation_id>/results.xlsx": "get",
    **{f"admin/{model}/export/": "post" for model in EXPORTED_LISTS},
}
PUBLIC: Final = (
    "/en/hotline/statistics.csv",
    "/en/impact/data.csv",
    "/sr/youth-panel/recommendations.csv",
)
# Tables without user input: figures and headings.
WITHOUT_WORDS: Final = {
    "admin/hotline/welfare/figures.csv",
    "admin/hotline/report/export/",
    "admin/hotline/complaint/export/",
    "admin/youthpanel/members/import/template.csv",
    "admin/youthpanel/members/import/template.xlsx",
    "/en/hotline/statistics.csv",
    "/en/impact/data.csv",
}
# Modules that write tables, all covered by the test above.
WRITERS: Final = {
    "awareness.library.csv_import_export",
    "clicksafely.common.audit.export",
    "clicksafely.common.documents.csv_output",
    "clicksafely.common.staff.exports",
    "hotline.review.welfare_statistics",
    "youthpanel.consultations.export",
    "youthpanel.members.spreadsheet_import.columns",
    "youthpanel.public.tracker_export",
}


def test_every_module_that_writes_tables_is_known() -> None:
    assert {name for name in modules() if "csv.writer(" in source(name) or "Workbook(" in source(name)} == WRITERS


def cells(body: bytes) -> list[Any]:
    """Return cells of a CSV file or workbook as texts; a formula differs from a text that looks like one."""
    if body.startswith(b"PK"):
        book = load_workbook(io.BytesIO(body))
        found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert [cell.coordinate for cell in found if cell.data_type == "f"] == []
        return [cell.value for cell in found if isinstance(cell.value, str)]
    text = body.decode("utf-8-sig")
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    return [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) for cell in row]


def dangerous(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return escape_formula(cell) != cell
    return False


@pytest.mark.django_db
def test_no_cell_is_a_formula() -> None:
    paths = make_whole_portal()
    people = {role: signed_in(f"the-{role}", role).client for role in ROLES}
    fill_text_columns(PLANTED)
    # A user name may contain only these of the characters that start a formula (Django's own validation).
    User.objects.filter(username="bystander").update(username="@bystander")
    assert Consultation.objects.exists()
    answers = {}
    for route, method in TABLES.items():
        role = next(role for role in ROLES if role in TABLE[route][0])
        answers[route] = getattr(people[role], method)(paths[route])
    answers |= {path: Client().get(path) for path in PUBLIC}
    worded = set()
    for name, response in answers.items():
        assert response.status_code == 200, name
        body = response.getvalue()
        found = cells(body)
        if name.endswith((".csv", "export/")) and name in TABLES:
            assert body[:3] == b"\xef\xbb\xbf", f"{name}: a spreadsheet would not read it as UTF-8"
        assert [cell for cell in found if dangerous(cell)] == [], name
        if any(MARK in cell for cell in found):
            worded.add(name)
    assert worded == set(answers) - WITHOUT_WORDS


def test_each_formula_of_the_corpus_is_a_text() -> None:
    for hostile in of_kind("formula"):
        [_head, *rows] = csv.reader(io.StringIO(render_csv(["a", "b"], [[hostile.text, "x"]]), newline=""))
        assert len(rows) == 1, hostile.why
        assert not dangerous(rows[0][0]), hostile.why
        assert rows[0][0].removeprefix("'") == hostile.text.removeprefix("'"), hostile.why
