"""Exports of staff lists: who may, which columns, safe cells, and what the audit trail keeps."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib import admin
from openpyxl import load_workbook

from awareness.news.models import Article
from clicksafely.common.models import AuditEvent
from clicksafely.common.staff import exports
from clicksafely.common.staff.exports import ExportMixin
from tests.clients.staff import Person, administrator, make_group, signed_in
from tests.factories.staff_pages import make_paths
from tests.hotline.review.conftest import make_case
from tests.staff_access import EXPORTED_LISTS

pytestmark = pytest.mark.django_db
CASES = "/admin/hotline/report/"
# All columns that leave the portal: no reported address, no sealed value, no person. Bookings and dates have their own rows.
COLUMNS = {
    "hotline.report": "reference category shown_state shown_queue priority received_at shown_outcome",
    "hotline.complaint": "number about case state received_at acknowledge_by answer_by outcome",
    "hotline.referral": "case route state_in_words why country created_at ended_at",
    "hotline.notice": "__str__ contact step state repeats due_at sent_at",
    "hotline.policepackage": "reference recipient state email_problem created_at delivered_at receipt",
    "topics.topic": "title state order published_at withdrawn_at changed_at",
    "news.article": "title state published_at withdrawn_at changed_at",
    "quizzes.quiz": "title level state published_at changed_at",
    "games.game": "title kind level state published_at changed_at",
    "events.event": "title kind series state next_date published_at changed_at",
    "events.eventdate": "",
    "events.booking": "",
    "youthpanel.meeting": "title starts_at in_town attendance_count what_it_is",
    "youthpanel.recommendation": "title education addressee support_shown",
    "youthpanel.handover": "on edition_name recipient document",
    "youthpanel.response": "on recommendation kind source",
}


@pytest.fixture
def vera() -> Person:
    return signed_in("vera", "supervisor")


def table(response: Any) -> list[list[str]]:
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def workbook(response: Any) -> Any:
    assert response.status_code == 200
    return load_workbook(io.BytesIO(response.getvalue())).worksheets[0]


def sheet(response: Any) -> list[tuple[Any, ...]]:
    return list(workbook(response).iter_rows(values_only=True))


def test_the_columns_of_every_exported_list_are_these() -> None:
    found = {
        model._meta.label_lower: " ".join(each.export_columns)
        for model, each in admin.site._registry.items()
        if isinstance(each, ExportMixin)
    }
    assert found == COLUMNS
    assert {name.replace(".", "/") for name in COLUMNS} == set(EXPORTED_LISTS)


def test_the_permission_to_export_does_not_open_a_list(vera: Person) -> None:
    make_case()
    make_group("exporter", "hotline.export_lists")
    make_group("reader", "hotline.view_report")
    for person in (signed_in("only-exports", "exporter"), signed_in("only-reads", "reader"), administrator("root")):
        assert person.client.post(f"{CASES}export/").status_code == 403
    assert AuditEvent.objects.filter(action="list.exported").count() == 0
    both = signed_in("both", "exporter", "reader")
    assert len(table(both.client.post(f"{CASES}export/"))) == 2
    for person, is_permitted in ((vera, True), (signed_in("reads", "reader"), False)):
        assert (f'action="{CASES}export/"' in person.client.get(CASES).content.decode()) == is_permitted


def test_the_file_has_the_rows_of_the_filtered_list_with_names_for_codes(vera: Person) -> None:
    new = make_case()
    make_case(category="csam")
    query = f"?category__exact={new.category}"
    rows = table(vera.client.post(f"{CASES}export/{query}", {"format": "csv"}))
    assert len(rows) == 2
    assert rows[1][0] == new.reference
    assert rows[1][1] == new.get_category_display()
    assert sheet(vera.client.post(f"{CASES}export/{query}", {"format": "xlsx"}))[1][0] == new.reference


def test_it_is_recorded_without_the_words_of_the_search(vera: Person) -> None:
    case = make_case()
    vera.client.post(
        f"{CASES}export/?q={case.pk}&state__exact=triaged&category__exact=Ана+Анић", {"format": "xlsx"}
    ).getvalue()
    vera.client.post(f"{CASES}export/?q=Ana", {"format": "csv"}).getvalue()
    first, second = AuditEvent.objects.filter(action="list.exported").order_by("pk")
    assert (first.actor_id, first.data["list"], first.data["format"]) == (vera.user.pk, "hotline.report", "xlsx")
    assert first.data["filters"] == ["q:", "state__exact:triaged", "category__exact:"]
    assert second.data == {"list": "hotline.report", "filters": ["q:"], "format": "csv", "rows": 0}
    data = str([event.data for event in AuditEvent.objects.all()])
    assert ("Ana" in data, "Ан" in data, str(case.pk) in str(first.data["filters"])) == (False, False, False)


def test_a_list_over_the_limit_is_refused_and_filters_stay(vera: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MAX_EXPORTED", 1)
    make_case()
    make_case()
    response = vera.client.post(f"{CASES}export/?state__exact=triaged", follow=True)
    assert response.redirect_chain[0][0] == f"{CASES}?state__exact=triaged"
    assert 'class="error"' in response.content.decode()
    assert not AuditEvent.objects.filter(action="list.exported").exists()


def test_a_workbook_has_times_as_times_and_texts_as_texts() -> None:
    ema = signed_in("ema", "editor")
    moment = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    for number, title in enumerate(("=HYPERLINK(1)", "+1", "@x", "\x07звоно")):
        Article.objects.create(slug=f"a-{number}", title_sr=title, summary_sr="x", published_at=moment)
    response = ema.client.post("/admin/news/article/export/?state=published", {"format": "xlsx"})
    cells = workbook(response)
    rows = list(cells.iter_rows(values_only=True))
    titles = {row[0] for row in rows}
    assert {"'=HYPERLINK(1)", "'+1", "'@x", "звоно"} <= titles
    assert {row[2] for row in rows if row[0] == "'+1"} == {moment.replace(hour=9, tzinfo=None)}
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert ("no-store" in response["Cache-Control"], response.streaming) == (True, True)
    assert {cell.data_type for row in cells.iter_rows() for cell in row} & {"f", "e"} == set()


def test_an_unknown_format_is_csv_and_an_invalid_filter_leads_back(vera: Person) -> None:
    make_case()
    assert len(table(vera.client.post(f"{CASES}export/", {"format": "../../etc"}))) == 2
    assert vera.client.post(f"{CASES}export/?text__contains=x").status_code in {302, 400}
    assert vera.client.get(f"{CASES}export/")["Location"] == CASES


def test_no_exported_file_holds_an_address_or_a_name() -> None:
    make_paths()
    people = {role: signed_in(f"the-{role}", role).client for role in {min(who) for who in EXPORTED_LISTS.values()}}
    for model, roles in EXPORTED_LISTS.items():
        text = people[min(roles)].post(f"/admin/{model}/export/").getvalue().decode().casefold()
        assert text.count("\n") > 1, model
        for forbidden in ("http", "example.org", "bystander", "ана анић", "@"):
            assert forbidden not in text, (model, forbidden)
