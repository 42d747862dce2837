"""Every table that people open in a spreadsheet: none of its cells is a formula, whatever was typed into what it tells."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client, override_settings
from openpyxl import load_workbook

from clicksafely.accounts.models import User
from clicksafely.common.documents.csv_output import escape_formula, render_csv
from tests.security.corpus import MARK, of_kind
from tests.security.ground import make_ground, plant
from tests.security.test_patterns import modules, source
from tests.signing import HASHERS, signed_in
from tests.test_walk import ROLES, TABLE
from youthpanel.models import Consultation

PLANTED: Final = "=HYPERLINK(xq7)"
# Every address of the staff side that gives a table, by the pattern of the walk, and how it is asked.
TABLES: Final = {
    "admin/hotline/welfare/figures.csv": "get",
    "admin/library/resource/export/": "get",
    "admin/quizzes/quiz/<int:pk>/figures.csv": "get",
    "admin/youthpanel/members/import/template.csv": "get",
    "admin/youthpanel/members/import/template.xlsx": "get",
    "admin/youthpanel/consultations/<int:consultation_id>/results.xlsx": "get",
    "admin/events/eventdate/export/": "post",
    "admin/events/booking/export/": "post",
}
PUBLIC: Final = (
    "/en/hotline/statistics.csv",
    "/en/impact/data.csv",
    "/en/youth-panel/recommendations.csv",
    "/sr/youth-panel/recommendations.csv",
)
# Those that tell nothing that anybody types: figures and headings.
WITHOUT_WORDS: Final = {
    "admin/hotline/welfare/figures.csv",
    "admin/youthpanel/members/import/template.csv",
    "admin/youthpanel/members/import/template.xlsx",
    "/en/hotline/statistics.csv",
    "/en/impact/data.csv",
}
# Modules that write tables, each of which the test above asks.
WRITERS: Final = {
    "awareness.events.staff.export",
    "awareness.library.csv_import_export",
    "awareness.quizzes.admin.statistics_views",
    "clicksafely.common.documents.csv_output",
    "hotline.review.welfare_statistics",
    "youthpanel.consultations.export",
    "youthpanel.members.spreadsheet_import.columns",
    "youthpanel.public.tracker_export",
}


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path) -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=HASHERS, MEDIA_ROOT=tmp_path):
        yield


def test_every_module_that_writes_tables_is_known() -> None:
    assert {name for name in modules() if "csv.writer(" in source(name) or "Workbook(" in source(name)} == WRITERS


def cells(response: Any) -> list[Any]:
    """Of a CSV file as texts; of a workbook too, where a formula is told apart from a text that looks like one."""
    body = b"".join(response) if response.streaming else response.content
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
    paths = make_ground()
    people = {role: signed_in(f"the-{role}", role).client for role in ROLES}
    plant(PLANTED)
    # A name of a member of staff holds no sign that begins one but these (Django's own check of names).
    User.objects.filter(username="bystander").update(username="@bystander")
    assert Consultation.objects.exists()
    answers = {}
    for route, method in TABLES.items():
        role = next(role for role in ROLES if role in TABLE[route][0])
        answers[route] = getattr(people[role], method)(paths[route])
    answers |= {path: Client().get(path) for path in PUBLIC}
    for name, response in answers.items():
        assert response.status_code == 200, name
        found = cells(response)
        assert [cell for cell in found if dangerous(cell)] == [], name
        assert any(MARK in cell for cell in found) == (name not in WITHOUT_WORDS), name


def test_each_formula_of_the_corpus_is_a_text() -> None:
    for hostile in of_kind("formula"):
        [_head, *rows] = csv.reader(io.StringIO(render_csv(["a", "b"], [[hostile.text, "x"]]), newline=""))
        assert len(rows) == 1, hostile.why
        assert not dangerous(rows[0][0]), hostile.why
        assert rows[0][0].removeprefix("'") == hostile.text.removeprefix("'"), hostile.why
