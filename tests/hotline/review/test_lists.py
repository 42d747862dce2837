"""The lists of reports and of closings without assessment."""

import re

import pytest

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.models import AuditEvent
from hotline.models import Report
from hotline.review import close_without_assessment
from hotline.review.claims import claim_case
from hotline.review.exceptions import NotBlind
from hotline.review.selectors import claimable_cases
from tests.clients.staff import Person
from tests.hotline.review.conftest import NOW, make_case

pytestmark = pytest.mark.django_db
REPORTS = "/admin/hotline/report/"
CLOSINGS = "/admin/hotline/closing/"


def shown(person: Person, query: str = "") -> list[str]:
    html = person.client.get(REPORTS + query).content.decode()
    return re.findall(r'field-reference"><a href="[^"]+">([^<]+)<', html)


class TestReports:
    def test_open_ones_only_the_most_urgent_first(self, ana: Person) -> None:
        later, urgent, first = make_case(priority=4), make_case(priority=128), make_case(priority=50)
        waiting = make_case(priority=60, state="monitoring", queue=None)
        closed = [make_case(state=state, queue=None) for state in ("spam", "duplicate")]
        assert shown(ana) == [case.reference for case in (urgent, waiting, first, later)]
        everything = [case.reference for case in (*closed[::-1], waiting, first, urgent, later)]
        assert shown(ana, "?show=all") == everything


class TestClosings:
    def closed(self, person: User, state: str = "spam") -> Report:
        case = make_case()
        close_without_assessment.close_reports(report_ids=[case.pk], state=state, actor=person, now=NOW)
        return case

    def test_supervisors_read_reasons_and_names_and_open_cases_again(
        self, ana: Person, vera: Person, analyst: User
    ) -> None:
        cases = [self.closed(analyst), self.closed(analyst, "cannot_assess")]
        html = vera.client.get(CLOSINGS).content.decode()
        assert all(case.reference in html for case in cases)
        assert "first" in html
        ids = list(cases[0].closings.values_list("pk", flat=True))
        posted = {"action": "reopen", "_selected_action": ids}
        assert ana.client.post(CLOSINGS, posted).status_code == 403
        vera.client.post(CLOSINGS, posted)
        assert [Report.objects.get(pk=case.pk).state for case in cases] == ["triaged", "cannot_assess"]
        event = AuditEvent.objects.get(action="report.reopened")
        assert (event.actor_id, event.data) == (vera.user.pk, {"why": "mistake"})
        vera.client.post(CLOSINGS, posted)
        assert AuditEvent.objects.filter(action="report.reopened").count() == 1


class TestBlindnessOfFigures:
    def test_reading_the_reason_of_an_urgent_referral_ends_blindness(
        self, analyst: User, supervisor: User, colleague: User
    ) -> None:
        case = make_case()
        claim_case(report_id=case.pk, actor=analyst, now=NOW)
        Report.objects.filter(pk=case.pk).update(
            queue="second", state="second_review", claimed_by=None, claimed_until=None
        )
        case.items.update(state="in_second_review")
        audit_log.record(action="referral.reason_opened", subject=case, actor=supervisor, now=NOW)
        assert not claimable_cases(supervisor, NOW).exists()
        with pytest.raises(NotBlind):
            claim_case(report_id=case.pk, actor=supervisor, now=NOW)
        assert claimable_cases(colleague, NOW).get() == case
        assert claim_case(report_id=case.pk, actor=colleague, now=NOW) == case
