"""CSV import and export: round trips, errors by line and column, and atomic imports."""

import base64
import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from awareness.library import import_export_views
from awareness.library.csv_import_export import (
    COLUMNS,
    ResourcePlan,
    all_resources,
    apply_plan,
    cells,
    export_rows,
    read_plan,
)
from awareness.library.models import Resource
from awareness.library.services import save_resource
from awareness.publishing.versions import serialize_record, versions_of
from tests.clients.staff import signed_in
from tests.factories.library import NOW, editor, make_resource, make_topic
from tests.youthpanel.members.sheets import xlsx

pytestmark = pytest.mark.django_db
IMPORT = "/admin/library/resource/import/"


def exported_csv() -> bytes:
    return "".join(export_rows(all_resources())).encode()


def table(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS, delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def row(slug: str = "novi", **changes: str) -> dict[str, str]:
    return {
        "slug": slug,
        "title_sr": "Нови",
        "summary_sr": "Укратко",
        "kind": "poster",
        "language": "sr-Cyrl",
        **changes,
    }


def plan_counts(plan: ResourcePlan) -> tuple[list[Any], int, int, int]:
    """The faults, and the numbers of new, changed and unchanged resources."""
    return (plan.faults, *plan.outcomes().values())  # type: ignore[return-value]


@pytest.fixture
def shelf() -> None:
    topics = [make_topic("pecanje"), make_topic("tajne")]
    part = make_resource("deo", title_sr='=СУМА(1)"; -- „наводници“', keywords_sr="'апостроф, @а")
    make_resource(
        "celina",
        topics=topics,
        parts=[part],
        replaces=part,
        title_en="Whole",
        description_sr='<h2>Први\r\nред</h2>\n<p>други, <a href="/sr/help/">помоћ</a> &amp; &lt;b&gt;</p>',
        use_in_class_en="<ol><li><p>Read; “discuss”, 1 &lt; 2</p></li></ol>",
        audiences=["parents", "children"],
        ages=["7-9", "16-18"],
        levels=["preschool"],
        features=["captions"],
        minutes=45,
        published_at=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        withdrawn_at=datetime(2027, 1, 2, tzinfo=UTC),
    )
    make_resource("nacrt", published_at=None, licence="")


def test_an_exported_file_imports_the_same_resources(shelf: None) -> None:
    before = exported_csv()
    plan = read_plan(before)
    assert plan_counts(plan) == ([], 0, 0, 3)
    Resource.objects.all().delete()
    plan = read_plan(before)
    assert plan_counts(plan) == ([], 3, 0, 0)
    apply_plan(plan=plan, actor=editor(), now=NOW)
    assert exported_csv() == before
    assert Resource.objects.get(slug="celina").replaces == Resource.objects.get(slug="deo")


def test_unchanged_rows_are_not_saved(shelf: None) -> None:
    revisions = dict(Resource.objects.values_list("slug", "revision"))
    changed = exported_csv().replace(b"Whole", b"All of it")
    plan = read_plan(changed)
    assert plan_counts(plan) == ([], 0, 1, 2)
    apply_plan(plan=plan, actor=editor(), now=NOW)
    assert dict(Resource.objects.values_list("slug", "revision")) == {**revisions, "celina": revisions["celina"] + 1}
    assert Resource.objects.get(slug="celina").title_en == "All of it"  # type: ignore[attr-defined]


def test_imported_rich_text_is_sanitised() -> None:
    imported_row = row(
        description_sr='<p onclick="x()">Прво<script>alert(1)</script></p>', use_in_class_en="<h1>Title</h1><p>a</p>"
    )
    apply_plan(plan=read_plan(table(imported_row)), actor=editor(), now=NOW)
    stored = Resource.objects.get()
    assert (stored.description_sr, stored.use_in_class_en) == ("<p>Прво</p>", "Title<p>a</p>")  # type: ignore[attr-defined]
    # The export contains the sanitised text, so importing it changes nothing.
    assert plan_counts(read_plan(exported_csv())) == plan_counts(read_plan(table(imported_row))) == ([], 0, 0, 1)


def test_rows_may_refer_to_each_other_and_versions_store_it() -> None:
    rows = [row("celina", parts="deo", replaces="stara"), row("stara"), row("deo", replaces="celina")]
    apply_plan(plan=read_plan(table(*rows)), actor=editor(), now=NOW)
    by_slug = {resource.slug: resource for resource in Resource.objects.all()}
    assert [part.slug for part in by_slug["celina"].parts.all()] == ["deo"]
    assert (by_slug["celina"].replaces, by_slug["deo"].replaces) == (by_slug["stara"], by_slug["celina"])
    for resource in by_slug.values():
        version_content, now = versions_of(resource)[0].content, serialize_record(resource)
        assert (version_content["replaces"], version_content["parts_"]) == (now["replaces"], now["parts_"])
    assert {slug: resource.revision for slug, resource in by_slug.items()} == {"celina": 2, "stara": 1, "deo": 1}


def test_a_spreadsheet_may_write_semicolons(shelf: None) -> None:
    plan = read_plan("﻿".encode() + table(row(topics="pecanje; tajne"), delimiter=";"))
    assert plan_counts(plan) == ([], 1, 0, 0)
    assert [topic.slug for topic in plan.rows[0].topics] == ["pecanje", "tajne"]


# A wrong row, and the column that is at fault.
WRONG: list[tuple[dict[str, str], str]] = [
    ({"slug": ""}, "slug"),
    ({"slug": "има размак"}, "slug"),
    ({"slug": "basket"}, "slug"),
    ({"title_sr": ""}, "title_sr"),
    ({"summary_sr": " "}, "summary_sr"),
    ({"title_sr": "x" * 161}, "title_sr"),
    ({"kind": "x"}, "kind"),
    ({"language": "sr"}, "language"),
    ({"licence": "WTFPL"}, "licence"),
    ({"published_at": "2026-01-01T00:00:00+00:00"}, "licence"),
    ({"published_at": "juče"}, "published_at"),
    ({"published_at": "2026-01-01T00:00:00"}, "published_at"),
    ({"withdrawn_at": "2026-01-01T00:00:00+00:00"}, "withdrawn_at"),
    ({"minutes": "-1"}, "minutes"),
    ({"minutes": "0"}, "minutes"),
    ({"minutes": "9999999999"}, "minutes"),
    ({"audiences": "parents; martians"}, "audiences"),
    ({"ages": "0-99"}, "ages"),
    ({"topics": "nema"}, "topics"),
    ({"replaces": "nema"}, "replaces"),
    ({"parts": "nema"}, "parts"),
    ({"slug": "novi", "parts": "novi"}, "parts"),
    # The slug of an earlier row.
    ({"slug": "prvi"}, "slug"),
]


def test_every_fault_is_named_at_once_by_line_and_column() -> None:
    rows = [{**row(f"r{number}"), **changes} for number, (changes, _column) in enumerate(WRONG)]
    faults = read_plan(table(row("prvi", title_sr="Два\nреда"), *rows)).faults
    # The first row spans the second and third lines.
    expected = {(4 + number, column) for number, (_changes, column) in enumerate(WRONG)}
    assert {(fault.line, fault.column) for fault in faults} == expected
    assert len(faults) == len(WRONG)
    [kind] = [fault for fault in faults if fault.column == "kind"]
    assert kind.place == f"{get_column_letter(COLUMNS.index('kind') + 1)}{kind.line - 1}"


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"", 1, ""),
        (b"\xff\xfe\x00", 1, ""),
        (b"slug,title_sr\na,\xd0", 2, ""),
        (b"slug\na\0b", 2, ""),
        (table(columns=(*COLUMNS, "color")), 1, ""),
        (table(columns=COLUMNS[:-1]), 1, COLUMNS[-1]),
        (table(columns=(*COLUMNS, "slug")), 1, "slug"),
        (table(row()) + b"only,three,cells\r\n", 3, ""),
        (table(row()) + b'"open', 3, ""),
        (b"x" * (8 * 1024 * 1024 + 1), 0, ""),
        (b"PK\x03\x04 and nothing else", 0, ""),
    ],
)
def test_an_invalid_file_is_reported_with_line_and_column(data: bytes, line: int, column: str) -> None:
    plan = read_plan(data)
    assert [(fault.line, fault.column) for fault in plan.faults] == [(line, column)]
    assert (plan.rows, Resource.objects.count()) == ([], 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=300), st.lists(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=40)), max_size=3)
    )
)
def test_any_content_is_read_or_reported(data: Any) -> None:
    plan = read_plan(data if isinstance(data, bytes) else table(*[{**row(), **each} for each in data]))
    if not plan.faults:
        # Texts may contain characters that PostgreSQL stores and spreadsheets reject. The round trip keeps them.
        assert all(cells(each.record)["slug"] == each.record.slug for each in plan.rows)


def test_a_row_refused_by_the_database_rolls_back_all(shelf: None) -> None:
    plan = read_plan(table(row("a"), row("b")))
    plan.rows[1].record.kind = "x"
    with pytest.raises(Exception, match="resource_kind_known"):
        apply_plan(plan=plan, actor=editor(), now=NOW)


def test_a_plan_with_faults_is_not_written() -> None:
    with pytest.raises(ValueError, match="faults"):
        apply_plan(plan=read_plan(table(row(kind="x"))), actor=editor(), now=NOW)


def test_at_the_command_line(shelf: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "resources.csv"
    call_command("export_resources", str(file))
    assert file.read_bytes() == exported_csv()
    file.write_bytes(table(row()))
    call_command("import_resources", str(file), dry_run=True)
    assert "1 new, 0 changed, 0 unchanged" in capsys.readouterr().out
    assert not Resource.objects.filter(slug="novi").exists()
    with pytest.raises(CommandError, match="--actor"):
        call_command("import_resources", str(file))
    call_command("import_resources", str(file), actor=editor().username)
    assert Resource.objects.filter(slug="novi").exists()
    file.write_bytes(table(row(kind="x")))
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("import_resources", str(file), actor=editor().username)
    assert f"{file}:2: kind:" in capsys.readouterr().err
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_resources", str(tmp_path / "nema.csv"))


@pytest.fixture
def client() -> Client:
    return signed_in("urednica", "editor").client


def upload(data: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("resources.csv", data, "text/csv")}


def test_editors_see_a_preview_before_the_import(client: Client, shelf: None) -> None:
    page = client.post(IMPORT, upload(table(row(title_sr="Два\nреда"))))
    assert page.status_code == 200
    assert not Resource.objects.filter(slug="novi").exists()
    # The file is encrypted between the steps.
    assert b"novi" not in base64.urlsafe_b64decode(page.context["state"] + "==")
    answer = client.post(IMPORT, {"state": page.context["state"]})
    assert answer.status_code == 302
    assert Resource.objects.get(slug="novi").title_sr == "Два\nреда"  # type: ignore[attr-defined]
    response = client.get("/admin/library/resource/export/")
    assert response.content == exported_csv()
    assert response.headers["Content-Disposition"] == 'attachment; filename="resources.csv"'


def test_a_workbook_is_imported_like_a_csv_file(client: Client) -> None:
    book = xlsx([[row(parts="", minutes="45").get(name, "") for name in COLUMNS]], COLUMNS)
    page = client.post(IMPORT, {"file": SimpleUploadedFile("resources.xlsx", book)})
    assert client.post(IMPORT, {"state": page.context["state"]}).status_code == 302
    assert Resource.objects.get().minutes == 45


def test_editors_see_the_errors_of_a_file(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = client.post(IMPORT, upload(table(row(kind="x"))))
    assert (page.status_code, page.context["state"]) == (422, "")
    place = f"{get_column_letter(COLUMNS.index('kind') + 1)}2"
    assert f'<th scope="row" translate="no">{place}</th><td translate="no">kind</td>' in page.content.decode()
    for state in ("", "no base64 ж", "x" * 300):
        assert client.post(IMPORT, {"state": state}).status_code == 422
    assert client.post(IMPORT, {}).status_code == 422
    monkeypatch.setattr(import_export_views, "MAX_AT_ONCE", 1)
    page = client.post(IMPORT, upload(table(row("a"), row("b"))))
    assert (page.status_code, "state" in page.context) == (422, False)
    assert "import_resources" in page.content.decode()
    assert not Resource.objects.exists()


def test_the_good_rows_alone_can_be_imported(client: Client, shelf: None) -> None:
    # "zbirka" refers to a new resource with a problem, and "serija" to "zbirka". "celina" is stored: its row may have a problem.
    rows = [
        row("dobar", parts="celina"),
        row("los", kind="x"),
        row("zbirka", parts="los"),
        row("serija", replaces="zbirka"),
        row("celina", kind="x"),
    ]
    page = client.post(IMPORT, upload(table(*rows)))
    assert page.status_code == 422
    faults = [(fault.line, fault.column) for fault in page.context["plan"].faults]
    assert faults == [(3, "kind"), (4, "parts"), (5, "replaces"), (6, "kind")]
    assert not Resource.objects.filter(slug="dobar").exists()
    assert client.post(IMPORT, {"state": page.context["state"]}).status_code == 302
    assert set(Resource.objects.values_list("slug", flat=True)) == {"deo", "celina", "nacrt", "dobar"}
    assert Resource.objects.get(slug="celina").title_en == "Whole"  # type: ignore[attr-defined]


def test_only_the_previewed_changes_are_imported(client: Client, shelf: None) -> None:
    page = client.post(IMPORT, upload(exported_csv().replace(b"Whole", b"All of it")))
    # Another editor changes the same resource after the preview.
    other = Resource.objects.get(slug="celina")
    other.title_en = "Mine"  # type: ignore[attr-defined]
    save_resource(record=other, topics=[], parts=[], actor=editor(), now=NOW)
    again = client.post(IMPORT, {"state": page.context["state"]})
    assert (again.status_code, Resource.objects.get(slug="celina").title_en) == (422, "Mine")  # type: ignore[attr-defined]
    assert again.context["refusal"]
    # The second preview has the current state and can be confirmed.
    assert client.post(IMPORT, {"state": again.context["state"]}).status_code == 302
    assert Resource.objects.get(slug="celina").title_en == "All of it"  # type: ignore[attr-defined]


def test_a_preview_of_another_editor_is_refused(client: Client) -> None:
    state = client.post(IMPORT, upload(table(row()))).context["state"]
    other = signed_in("drugi", "editor").client
    analyst = signed_in("analiticar", "analyst").client
    assert other.post(IMPORT, {"state": state}).status_code == 422
    assert analyst.post(IMPORT, {"state": state}).status_code == 403
    assert not Resource.objects.exists()
