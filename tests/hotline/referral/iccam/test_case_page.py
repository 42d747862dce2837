"""Tests of ICCAM data and actions on the case page."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clicksafely.common.audit import audit_log
from hotline.models import IccamHealth, IccamReport, Report
from tests.clients.staff import Person, signed_in
from tests.hotline.review.conftest import NOW, make_case, make_item, page

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


def test_the_case_shows_ids_state_and_the_partners_text(ana: Person, imported: Report) -> None:
    text = page(ana, imported)
    for words in ("700001", "700002", "Serbia", PARTNER_TEXT, "pre-pubescent", "female", "reported to the police"):
        assert words in text
    assert "/iccam/" not in text


def test_second_reviewer_sees_no_partner_assessment(ana: Person, imported: Report) -> None:
    item = imported.items.get()
    item.state = "in_second_review"
    item.save()
    Report.objects.filter(pk=imported.pk).update(state="second_review", queue="second")
    text = page(ana, imported)
    assert PARTNER_TEXT not in text
    assert "700002" not in text
    for event in ("iccam.assessment_reported", "iccam.action_reported"):
        data = {"item": item.pk, "action": 1}
        audit_log.record(action=event, subject=imported, actor=None, now=NOW, data=data)
    assert "sent to ICCAM" not in page(ana, imported)


@pytest.mark.parametrize("role", ["analyst", "supervisor"])
def test_supervisors_may_have_it_tried_again_at_once(imported: Report, role: str) -> None:
    person = english("person", role)
    row = IccamReport.objects.get()
    IccamReport.objects.update(
        due_at=NOW + timedelta(days=900), attempts=4, failing_since=NOW, error="iccam_unreachable"
    )
    assert ("/iccam/" in page(person, imported)) == (role == "supervisor")
    answer = person.client.post(f"/admin/hotline/case/{imported.pk}/iccam/{row.pk}/")
    row.refresh_from_db()
    if role == "analyst":
        assert (answer.status_code, row.attempts) == (422, 4)
        return
    assert (answer.status_code, row.attempts, row.failing_since) == (302, 0, None)
    assert row.due_at is not None
    assert row.due_at <= timezone.now()


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
    assert "not been queried" in vera.client.get("/admin/hotline/desk/").content.decode()
    IccamHealth.objects.update(last_success=now)
    assert "not been queried" not in vera.client.get("/admin/hotline/desk/").content.decode()


def test_the_list_needs_the_same_queries_for_every_length(
    vera: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        case = make_case()
        row = case.iccam_reports.create(origin="partner", iccam_id=number, created_at=NOW)
        row.contents.create(content_id=number, assigned_country="RS")
    vera.client.get("/admin/hotline/iccamreport/")
    with django_assert_max_num_queries(8):
        text = vera.client.get("/admin/hotline/iccamreport/?exchange=").content.decode()
    assert text.count('class="field-case') == 12
    IccamReport.objects.filter(iccam_id__in=[3, 4]).update(due_at=NOW)
    IccamReport.objects.filter(iccam_id=5).update(given_up_at=NOW, error="iccam_refused")
    for chosen, found in (("waiting", 2), ("given_up", 1)):
        text = vera.client.get(f"/admin/hotline/iccamreport/?exchange={chosen}").content.decode()
        assert text.count('class="field-case') == found
