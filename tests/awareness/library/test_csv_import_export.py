"""CSV out and in: the same comes back, every fault is named by line and column, nothing is written by half."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awareness.library import import_export_views
from awareness.library.csv_import_export import COLUMNS, all_resources, apply_plan, cells, export_rows, read_plan
from awareness.library.models import Resource
from awareness.publishing.versions import serialize_record, versions_of
from tests.awareness.library.making import NOW, editor, make_resource, make_topic
from tests.signing import HASHERS, signed_in

pytestmark = pytest.mark.django_db
IMPORT = "/admin/library/resource/import/"


def exported() -> bytes:
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


def test_what_goes_out_comes_back_the_same(shelf: None) -> None:
    before = exported()
    plan = read_plan(before)
    assert (plan.faults, plan.new, plan.changed, plan.same) == ([], 0, 0, 3)
    Resource.objects.all().delete()
    plan = read_plan(before)
    assert (plan.faults, plan.new) == ([], 3)
    apply_plan(plan=plan, actor=editor(), now=NOW)
    assert exported() == before
    assert Resource.objects.get(slug="celina").replaces == Resource.objects.get(slug="deo")


def test_what_stays_as_it_is_is_not_touched(shelf: None) -> None:
    revisions = dict(Resource.objects.values_list("slug", "revision"))
    changed = exported().replace(b"Whole", b"All of it")
    plan = read_plan(changed)
    assert (plan.faults, plan.new, plan.changed, plan.same) == ([], 0, 1, 2)
    apply_plan(plan=plan, actor=editor(), now=NOW)
    assert dict(Resource.objects.values_list("slug", "revision")) == {**revisions, "celina": revisions["celina"] + 1}
    assert Resource.objects.get(slug="celina").title_en == "All of it"  # type: ignore[attr-defined]


def test_rich_text_comes_in_cleaned() -> None:
    given = row(
        description_sr='<p onclick="x()">Прво<script>alert(1)</script></p>', use_in_class_en="<h1>Title</h1><p>a</p>"
    )
    apply_plan(plan=read_plan(table(given)), actor=editor(), now=NOW)
    stored = Resource.objects.get()
    assert (stored.description_sr, stored.use_in_class_en) == ("<p>Прво</p>", "Title<p>a</p>")  # type: ignore[attr-defined]
    # What was cleaned is what goes out, so it is the same when it comes back.
    assert (read_plan(exported()).same, read_plan(table(given)).same) == (1, 1)


def test_rows_may_point_to_each_other_and_their_versions_say_so() -> None:
    rows = [row("celina", parts="deo", replaces="stara"), row("stara"), row("deo", replaces="celina")]
    apply_plan(plan=read_plan(table(*rows)), actor=editor(), now=NOW)
    by_slug = {resource.slug: resource for resource in Resource.objects.all()}
    assert [part.slug for part in by_slug["celina"].parts.all()] == ["deo"]
    assert (by_slug["celina"].replaces, by_slug["deo"].replaces) == (by_slug["stara"], by_slug["celina"])
    for resource in by_slug.values():
        kept, now = versions_of(resource)[0].content, serialize_record(resource)
        assert (kept["replaces"], kept["parts_"]) == (now["replaces"], now["parts_"])
    assert {slug: resource.revision for slug, resource in by_slug.items()} == {"celina": 2, "stara": 1, "deo": 1}


def test_no_cell_is_a_formula(shelf: None) -> None:
    rows = list(csv.reader(io.StringIO(exported().decode("utf-8-sig"), newline="")))
    assert not [cell for line in rows for cell in line if cell.startswith(("=", "+", "-", "@"))]


def test_a_spreadsheet_may_write_semicolons(shelf: None) -> None:
    plan = read_plan("﻿".encode() + table(row(topics="pecanje; tajne"), delimiter=";"))
    assert (plan.faults, plan.new) == ([], 1)
    assert [topic.slug for topic in plan.rows[0].topics] == ["pecanje", "tajne"]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
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
        ({"parts": "novi"}, "parts"),
    ],
)
def test_a_fault_is_named_by_line_and_column(changes: dict[str, str], column: str) -> None:
    data = table(row("prvi", title_sr="Два\nреда"), {**row(), **changes})
    faults = read_plan(data).faults
    # The first row takes the second and the third line.
    assert [(fault.line, fault.column) for fault in faults] == [(4, column)]
    assert str(faults[0].what)


def test_every_fault_is_named_at_once() -> None:
    faults = read_plan(table(row(kind="x", minutes="y"), row("drugi", topics="nema"), row())).faults
    assert [(fault.line, fault.column) for fault in faults] == [(2, "minutes"), (2, "kind"), (3, "topics"), (4, "slug")]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b"\xff\xfe\x00", 1),
        (b"slug,title_sr\na,\xd0", 2),
        (b"slug\na\0b", 2),
        (table(columns=(*COLUMNS, "color")), 1),
        (table(columns=COLUMNS[:-1]), 1),
        (table(columns=(*COLUMNS, "slug")), 1),
        (table(row()) + b"only,three,cells\r\n", 3),
        (table(row()) + b'"open', 3),
        (table(row()) + b'a"b"c,' * 30, 3),
        (b"x" * (8 * 1024 * 1024 + 1), 0),
    ],
)
def test_a_file_that_makes_no_sense_is_said_with_its_line(data: bytes, line: int) -> None:
    plan = read_plan(data)
    assert [(fault.line, fault.column) for fault in plan.faults] == [(line, "")]
    assert (plan.rows, Resource.objects.count()) == ([], 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=300), st.lists(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=40)), max_size=3)
    )
)
def test_whatever_comes_in_nothing_breaks(data: Any) -> None:
    plan = read_plan(data if isinstance(data, bytes) else table(*[{**row(), **each} for each in data]))
    if not plan.faults:
        # A text may hold letters that PostgreSQL takes and a spreadsheet does not; it comes back the same all the same.
        assert all(cells(each.record)["slug"] == each.record.slug for each in plan.rows)


def test_a_row_that_the_database_refuses_takes_all_others_with_it(shelf: None) -> None:
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
    assert file.read_bytes() == exported()
    file.write_bytes(table(row()))
    call_command("import_resources", str(file), dry_run=True)
    assert "1 new, 0 changed, 0 as they are" in capsys.readouterr().out
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
def client() -> Iterator[Client]:
    with override_settings(PASSWORD_HASHERS=HASHERS):
        yield signed_in("urednica", "editor").client


def upload(data: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("resources.csv", data, "text/csv")}


def test_editors_look_before_they_write(client: Client, shelf: None) -> None:
    page = client.post(IMPORT, upload(table(row(title_sr="Два\nреда"))))
    assert page.status_code == 200
    assert not Resource.objects.filter(slug="novi").exists()
    answer = client.post(IMPORT, {"data": page.context["data"], "confirmed": "1"})
    assert answer.status_code == 302
    assert Resource.objects.get(slug="novi").title_sr == "Два\nреда"  # type: ignore[attr-defined]
    response = client.get("/admin/library/resource/export/")
    assert response.content == exported()
    assert response.headers["Content-Disposition"] == 'attachment; filename="resources.csv"'


def test_editors_are_told_what_is_wrong(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = client.post(IMPORT, upload(table(row(kind="x"))))
    assert page.status_code == 422
    assert '<td>2</td><td translate="no">kind</td>' in page.content.decode()
    # Said yes to all the same, it is not written.
    assert client.post(IMPORT, {**upload(table(row(kind="x"))), "confirmed": "1"}).status_code == 422
    assert client.post(IMPORT, {"data": "no base64 ж", "confirmed": "1"}).status_code == 422
    monkeypatch.setattr(import_export_views, "MOST_AT_ONCE", 1)
    assert client.post(IMPORT, {**upload(table(row("a"), row("b"))), "confirmed": "1"}).status_code == 422
    assert not Resource.objects.exists()
