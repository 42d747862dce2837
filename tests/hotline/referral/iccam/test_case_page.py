"""Tests of ICCAM data and actions on the case page."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.models import AuditEvent
from hotline.models import IccamContent, IccamHealth, IccamReport, Referral, Report
from tests.clients.staff import Person, signed_in
from tests.hotline.referral.iccam.cases import due_case
from tests.hotline.review.conftest import NOW, make_case, make_item

pytestmark = pytest.mark.django_db
PARTNER_ANSWERS = {"classification": 2, "ageCategorization": 3, "genderCategorization": 2}
PARTNER_TEXT = "Information from the partner hotline"


@pytest.fixture
def ana() -> Person:
    return english("ana", "analyst")


@pytest.fixture
def vera() -> Person:
    return english("vera", "supervisor")


def english(name: str, role: str) -> Person:
    person = signed_in(name, role)
    person.client.post("/admin/language/", {"language": "en"})
    return person


@pytest.fixture
def imported() -> Report:
    """A case received over ICCAM, with the partner's answers."""
    item = make_item("https://slike.example.org/a/7.jpg")
    case = make_case(item, channel="iccam")
    row = case.iccam_reports.create(origin="partner", iccam_id=700_001, created_at=NOW, exchanged_at=NOW)
    row.contents.create(
        item=item,
        content_id=700_002,
        partner_answers=PARTNER_ANSWERS,
        classification=2,
        actions=[1],
        assigned_country="RS",
    )
    return case


def page(person: Person, case: Report) -> str:
    return person.client.get(f"/admin/hotline/case/{case.pk}/").content.decode()


def test_the_case_shows_ids_state_and_the_partners_text(ana: Person, imported: Report) -> None:
    text = page(ana, imported)
    for words in (
        "700001",
        "700002",
        "Serbia",
        PARTNER_TEXT,
        "child sexual abuse material, national",
        "pre-pubescent",
        "female",
    ):
        assert words in text
    assert "reported to the police" in text
    assert "Send to ICCAM now" not in text


def test_in_the_assessment_the_actions_and_the_classification_are_shown_after_the_own_answer() -> None:
    content = {"content_id": 700_002}
    each = {
        "row": IccamReport(origin="partner"),
        "content": content,
        "classification": "national",
        "actions": ["police"],
    }
    for is_folded in (True, False):
        text = render_to_string(
            "staff/hotline/review/_iccam.html", {"contents": [each], "is_folded": is_folded, "report": None}
        )
        assert "700002" in text
        assert [word in text for word in ("national", "police")] == [not is_folded] * 2


def test_second_reviewer_sees_no_partner_assessment(ana: Person, imported: Report) -> None:
    item = imported.items.get()
    item.state = "in_second_review"
    item.save()
    Report.objects.filter(pk=imported.pk).update(state="second_review", queue="second")
    text = page(ana, imported)
    assert PARTNER_TEXT not in text
    assert "700002" not in text
    for event, hidden in (
        ("iccam.assessment_reported", "Assessment sent to ICCAM"),
        ("iccam.action_reported", "Action sent to ICCAM"),
    ):
        AuditEvent.objects.create(
            at=NOW,
            action=event,
            subject_table="hotline_report",
            subject_id=imported.pk,
            data={"item": item.pk, "action": 1},
        )
        assert hidden not in page(ana, imported)


@pytest.mark.parametrize("role", ["analyst", "supervisor"])
def test_supervisors_may_have_it_tried_again_at_once(imported: Report, role: str) -> None:
    person = english("person", role)
    row = IccamReport.objects.get()
    IccamReport.objects.update(
        due_at=NOW + timedelta(days=900), attempts=4, failing_since=NOW, error="iccam_unreachable"
    )
    text = page(person, imported)
    assert "ICCAM does not respond" in text
    assert "next attempt" in text
    assert ("Send to ICCAM now" in text) == (role == "supervisor")
    answer = person.client.post(f"/admin/hotline/case/{imported.pk}/iccam/{row.pk}/")
    row.refresh_from_db()
    if role == "analyst":
        assert (answer.status_code, row.attempts) == (422, 4)
        return
    assert (answer.status_code, row.attempts, row.failing_since) == (302, 0, None)
    assert row.due_at is not None
    assert row.due_at <= timezone.now()
    assert "Sending to ICCAM again" in page(person, imported)


def test_failed_report_is_retried_and_a_sent_one_is_not(vera: Person, imported: Report) -> None:
    row = IccamReport.objects.get()
    address = f"/admin/hotline/case/{imported.pk}/iccam/{row.pk}/"
    assert vera.client.post(address).status_code == 422
    IccamReport.objects.update(given_up_at=NOW, error="iccam_refused")
    assert "Send to ICCAM now" in page(vera, imported)
    assert vera.client.post(address).status_code == 302
    row.refresh_from_db()
    assert (row.given_up_at, row.due_at is not None) == (None, True)
    other = make_case()
    assert vera.client.post(f"/admin/hotline/case/{other.pk}/iccam/{row.pk}/").status_code == 404


def test_my_work_lists_unsent_answers_to_partners(ana: Person, vera: Person, imported: Report) -> None:
    IccamReport.objects.update(given_up_at=NOW, error="iccam_refused")
    for person, sees in ((ana, False), (vera, True)):
        text = person.client.get("/admin/hotline/desk/").content.decode()
        assert ("Not sent to partner hotlines" in text) == sees
        assert (imported.reference in text) == sees


def test_my_work_reports_a_stopped_exchange(ana: Person, vera: Person) -> None:
    now = timezone.now()

    def notice(person: Person) -> bool:
        return "The exchange with ICCAM has been stopped" in person.client.get("/admin/hotline/desk/").content.decode()

    assert not notice(vera)
    IccamHealth.objects.create(pk=1, problem="iccam_sign_in", failing_since=now - timedelta(minutes=5))
    assert not notice(vera)
    IccamHealth.objects.update(failing_since=now - timedelta(minutes=20))
    assert (notice(vera), notice(ana)) == (True, False)
    IccamHealth.objects.update(problem="", failing_since=None, last_success=now - timedelta(minutes=20))
    assert "ICCAM has not been queried since" in vera.client.get("/admin/hotline/desk/").content.decode()
    IccamHealth.objects.update(last_success=now)
    assert "ICCAM has not been queried" not in vera.client.get("/admin/hotline/desk/").content.decode()


def test_timeline_lists_data_sent_to_iccam(ana: Person, imported: Report) -> None:
    for event, data in (
        ("reported", {}),
        ("assessment_reported", {}),
        ("action_reported", {"action": 3}),
        ("assigned", {"country": "DE"}),
        ("failed", {"problem": "iccam_refused"}),
        ("reassigned", {}),
    ):
        audit_log.record(action=f"iccam.{event}", subject=imported, actor=None, now=NOW, data=data)
    text = page(ana, imported)
    for words in (
        "Report sent to ICCAM",
        "Assessment sent to ICCAM",
        "Action sent to ICCAM: removed",
        "Assigned over ICCAM to the hotline of Germany",
        "Not sent to ICCAM: ICCAM rejects the report",
        "Assigned to us again over ICCAM",
    ):
        assert words in text


def test_a_delayed_referral_shows_the_reason(ana: Person) -> None:
    author = User.objects.get(username="ana")
    (referral,) = due_case("https://album.example.org/a/7.jpg", actor=author)
    Referral.objects.update(problem="iccam_busy")
    assert "ICCAM asks us to wait" in page(ana, referral.report)


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_needs_the_same_queries_for_every_length(
    vera: Person, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        case = make_case()
        row = case.iccam_reports.create(origin="partner", iccam_id=number, created_at=NOW)
        row.contents.create(content_id=number, assigned_country="RS")
    vera.client.get("/admin/hotline/iccamreport/")
    with django_assert_num_queries(8):
        text = vera.client.get("/admin/hotline/iccamreport/?exchange=").content.decode()
    assert text.count("NP-2026-") >= count
    assert IccamContent.objects.count() == count


@pytest.mark.parametrize(("chosen", "found"), [("waiting", 1), ("given_up", 1), ("", 3)])
def test_list_is_filtered_by_stopped_exchanges(vera: Person, chosen: str, found: int) -> None:
    for columns in ({"due_at": NOW}, {"given_up_at": NOW, "error": "iccam_refused"}, {}):
        make_case().iccam_reports.create(origin="partner", iccam_id=1, created_at=NOW, **columns)
    text = vera.client.get(f"/admin/hotline/iccamreport/?exchange={chosen}").content.decode()
    assert text.count('class="field-case') == found
