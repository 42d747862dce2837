"""Reports entered by hand, notes, reopened cases and rules in the demonstration."""

import pytest
from django.core.management import call_command

from clicksafely.common.models import AuditEvent
from hotline.models import ContentItem, Note, Report, TriageRule
from tests.hotline.review.conftest import make_user


@pytest.mark.django_db
def test_a_case_by_telephone_and_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    for username in ("analyst1", "analyst2"):
        make_user(username, "analyst")
    make_user("supervisor", "supervisor")
    call_command("load_demo", "hotline")
    case = Report.objects.exclude(state="anonymised").get(channel="telephone")
    assert (case.state, case.reopened_times, case.reopened_at) == ("closed", 1, None)
    assert Note.objects.get().report == case
    actions = set(AuditEvent.objects.filter(subject_id=case.pk).values_list("action", flat=True))
    assert {"report.entered", "report.reopened", "note.written", "report.closed_again"} <= actions
    item = ContentItem.objects.get(rule_hits__rule=TriageRule.objects.get())
    assert (item.canonical, item.host_override, item.do_not_fetch) == (
        "https://cdn.example.net/x/9",
        "edge.example.com",
        True,
    )
