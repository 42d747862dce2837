"""Analysts choose the category of a report by e-mail."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.categories import CSAM
from hotline.lifecycle.exceptions import WrongState
from hotline.models import Report
from hotline.priority import PriorityReason, priority_of
from hotline.review.case_services import change_category
from hotline.review.claims import claim_case
from hotline.review.exceptions import InvalidAnswers, NotClaimHolder
from tests.clients.staff import signed_in
from tests.hotline.review.conftest import NOW, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailed(analyst: User) -> Report:
    """As triage leaves it, in the analyst's hands."""
    reasons = [PriorityReason.DANGER_NOW.value, CSAM.code, PriorityReason.REPEATED.value]
    report = make_case(
        channel="email", category="csam", category_assumed=True, priority_reasons=reasons, priority=priority_of(reasons)
    )
    return claim_case(report_id=report.pk, actor=analyst, now=NOW)


@pytest.mark.parametrize(
    ("category", "reasons"),
    [
        ("csam", ["danger_now", "csam", "repeated"]),
        ("cyberbullying", ["danger_now", "repeated", "cyberbullying"]),
        ("hate-speech", ["danger_now", "repeated"]),
        ("other", ["danger_now", "repeated"]),
    ],
)
def test_changing_the_category_updates_the_priority(
    mailed: Report, analyst: User, category: str, reasons: list[str]
) -> None:
    change_category(report=mailed, category=category, actor=analyst, now=NOW)
    mailed.refresh_from_db()
    assert (mailed.category, mailed.category_assumed) == (category, False)
    assert (mailed.priority_reasons, mailed.priority) == (reasons, priority_of(reasons))
    event = AuditEvent.objects.get(action="category.changed")
    assert (event.actor_id, event.subject_id, event.data) == (analyst.pk, mailed.pk, {"from": "", "category": category})


def test_category_and_priority_are_saved_together(mailed: Report, analyst: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        change_category(report=mailed, category="cyberbullying", actor=analyst, now=NOW)
    saved = [each["sql"] for each in queries if each["sql"].startswith('UPDATE "hotline_report" SET "category"')]
    assert len(saved) == 1
    assert '"priority_reasons"' in saved[0]
    assert not [each["sql"] for each in queries if each["sql"].startswith('UPDATE "hotline_report" SET "priority')]


def test_a_mistake_is_mended_and_the_same_again_is_nothing(mailed: Report, analyst: User) -> None:
    for category in ("other", "other", "cyberbullying"):
        change_category(report=mailed, category=category, actor=analyst, now=NOW)
    changes = AuditEvent.objects.filter(action="category.changed").order_by("id").values_list("data", flat=True)
    assert list(changes) == [{"from": "", "category": "other"}, {"from": "other", "category": "cyberbullying"}]
    mailed.refresh_from_db()
    assert mailed.priority_reasons == ["danger_now", "repeated", "cyberbullying"]


@pytest.mark.parametrize("category", ["", "nonsense", "CSAM"])
def test_an_unknown_category_is_refused(mailed: Report, analyst: User, category: str) -> None:
    with pytest.raises(InvalidAnswers):
        change_category(report=mailed, category=category, actor=analyst, now=NOW)
    mailed.refresh_from_db()
    assert mailed.category_assumed


def test_only_the_holder_may(mailed: Report, colleague: User) -> None:
    with pytest.raises(NotClaimHolder):
        change_category(report=mailed, category="other", actor=colleague, now=NOW)


def test_category_chosen_by_the_reporter_cannot_be_changed(analyst: User) -> None:
    report = make_case(channel="web", category="csam")
    claim_case(report_id=report.pk, actor=analyst, now=NOW)
    with pytest.raises(WrongState):
        change_category(report=report, category="other", actor=analyst, now=NOW)
    report.refresh_from_db()
    assert report.category == "csam"


def test_on_the_case_page() -> None:
    """Before that the case shows no category. Only the holder of the case sees the form."""
    person = signed_in("ana", "analyst")
    case = make_case(channel="email", category="csam", category_assumed=True, priority_reasons=["csam"], priority=22)
    place = f"/admin/hotline/case/{case.pk}/"
    assert "mail-category" not in person.client.get(place).content.decode()
    claim_case(report_id=case.pk, actor=person.user, now=timezone.now())
    page = person.client.get(place).content.decode()
    assert "mail-category" in page
    pills = page.partition('class="pills"')[2].partition("</p>")[0]
    assert str(CSAM.reason) not in pills
    assert "Материјал сексуалног" not in pills
    refused = person.client.post(f"{place}category/", {})
    assert (refused.status_code, 'id="error-category"' in refused.content.decode()) == (422, True)
    response = person.client.post(f"{place}category/", {"category": "hate-speech"}, follow=True)
    assert response.redirect_chain == [(place, 302)]
    case.refresh_from_db()
    assert (case.category, case.category_assumed) == ("hate-speech", False)
