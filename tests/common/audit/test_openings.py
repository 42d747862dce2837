"""Who opened what of a case, and what a person opened, in one step."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from clicksafely.common.audit import audit_log, openings
from clicksafely.common.audit.openings import Target, find_target, openings_of
from clicksafely.common.models import AuditEvent
from hotline.models import Complaint, Report
from tests.clients.staff import Person, signed_in
from tests.hotline.review.conftest import make_case, make_user

pytestmark = pytest.mark.django_db
PAGE = "/admin/audit/openings/"


@pytest.fixture
def auditor(db: None) -> Person:
    return signed_in("revizor", "auditor")


@pytest.fixture
def case(db: None) -> Report:
    """ "mira" opened the text of a case twice and of another once; "petar" took it, and opened a picture; the system opened it too."""
    mira, petar = make_user("mira", "analyst"), make_user("petar", "analyst")
    report, other = make_case(), make_case()
    now = timezone.now()
    for actor, action, subject, at in (
        (mira, "words.opened", report, now - timedelta(days=3)),
        (mira, "words.opened", report, now),
        (mira, "words.opened", other, now),
        (petar, "report.claimed", report, now),
        (petar, "upload.revealed", report, now),
        (None, "police.words_opened", report, now),
    ):
        audit_log.record(action=action, subject=subject, actor=actor, now=at)
    return report


def answer(person: Person, query: str, status: int = 200) -> str:
    response = person.client.get(PAGE + query)
    assert response.status_code == status
    html = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<h1") :]).split())


def test_openings_of_a_case_and_by_a_person(case: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = openings_of(Target(subject=("hotline_report", case.pk)))
    assert {(row.username, row.event.action, row.count) for row in rows} == {
        ("mira", "words.opened", 2),
        ("petar", "upload.revealed", 1),
    }
    mira = next(row for row in rows if row.username == "mira")
    assert mira.last - mira.first == timedelta(days=3)
    by_mira = find_target("mira")
    assert by_mira is not None
    assert [(row.event.subject_id, row.count) for row in openings_of(by_mira)] == [(case.pk + 1, 1), (case.pk, 2)]
    monkeypatch.setattr(openings, "MAX_ROWS", 1)
    assert len(openings_of(Target(subject=("hotline_report", case.pk)))) == 1


def test_parts_of_a_case_count_as_the_case(case: Report) -> None:
    complaint = Complaint(pk=77)
    audit_log.record(
        action="complaint.opened", subject=complaint, actor=make_user("jana", "supervisor"), now=timezone.now()
    )
    target = Target(subject=("hotline_report", case.pk))
    assert "jana" not in {row.username for row in openings_of(target)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hotline.review.selectors.audited_subjects", lambda pk: [("hotline_complaint", 77)])
        assert "jana" in {row.username for row in openings_of(target)}


def test_a_page_from_a_case_number_a_user_name_and_the_links_of_rows(auditor: Person, case: Report) -> None:
    by_number = answer(auditor, f"?q={case.reference.lower()}")
    assert [text for text in (case.reference, "mira", "petar") if text not in by_number] == []
    by_link = answer(auditor, f"?table=hotline_report&id={case.pk}")
    assert [text for text in (case.reference, "mira", "petar") if text not in by_link] == []
    by_name = answer(auditor, "?q=mira")
    assert (case.reference in by_name, "petar" in by_name) == (True, False)
    list_page = auditor.client.get(f"/admin/common/auditevent/?case={case.reference}").content.decode()
    assert f'href="{PAGE}?table=hotline_report&amp;id={case.pk}"' in list_page
    assert f'href="{PAGE}?person=' in list_page


def test_each_question_is_recorded_and_an_empty_page_is_not(auditor: Person, case: Report) -> None:
    answer(auditor, "")
    answer(auditor, "?q=непознат")
    assert not AuditEvent.objects.filter(action="audit.searched").exists()
    answer(auditor, f"?q={case.reference}")
    answer(auditor, f"?person={auditor.user.pk}")
    first, second = AuditEvent.objects.filter(action="audit.searched").order_by("pk")
    assert (first.data, second.data) == ({"q": case.reference}, {"person": str(auditor.user.pk)})


def test_strange_questions(auditor: Person, case: Report) -> None:
    for query, status in (
        ("?q=" + "я" * 500, 200),
        ("?person=99999999999999999999", 404),
        ("?person=٣", 404),
        ("?table=hotline_report&id=-1", 404),
        ("?table=<script>alert(1)</script>&id=1", 200),
    ):
        response = auditor.client.get(PAGE + query)
        assert response.status_code == status, query
        assert b"<script>alert" not in response.content


def test_an_analyst_cannot_search(case: Report) -> None:
    assert signed_in("ana", "analyst").client.get(PAGE + "?q=mira").status_code == 403
