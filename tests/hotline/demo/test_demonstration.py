"""The demonstration cases."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from clicksafely.common.alerts.models import AlertChannel, DutyShift
from clicksafely.common.alerts.selectors import on_duty
from hotline.demo.data import data
from hotline.models import (
    ContentItem,
    IccamContent,
    IccamReport,
    Report,
)
from hotline.priority import URGENT
from hotline.referral.iccam import selectors
from tests.hotline.review.conftest import make_user

RESERVED = ("example.org", "example.net", "example.com")


@pytest.mark.django_db
def test_the_demonstration(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], subtests: pytest.Subtests
) -> None:
    """Loaded once for all tests, because loading takes seconds."""
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    for username, role in (("supervisor", "supervisor"), ("analyst1", "analyst"), ("analyst2", "analyst")):
        make_user(username, role)
    call_command("load_demo", "hotline")
    for holds in (
        some_cases_wait_and_none_is_urgent,
        partner_hotlines_have_had_one_and_sent_one,
        they_are_not_mixed_with_reports,
    ):
        with subtests.test(holds.__name__):
            holds()


def some_cases_wait_and_none_is_urgent() -> None:
    cases = Report.objects.exclude(state="anonymised")
    assert cases.count() == sum(map(len, data("cases").values()))
    waiting = cases.filter(queue__isnull=False)
    assert Counter(waiting.values_list("queue", flat=True)) == {"review": 3, "second": 1, "action": 1}
    assert not waiting.filter(priority__gte=URGENT).exists()
    assert not waiting.filter(claimed_by__isnull=False).exists()
    domains = {item.registrable_domain for item in ContentItem.objects.exclude(kind="onion")}
    assert {domain for domain in domains if not domain.endswith(".test")} <= set(RESERVED)
    assert set(cases.values_list("state", flat=True)) == {
        "closed",
        "spam",
        "monitoring",
        "triaged",
        "second_review",
        "action_pending",
    }


def they_are_not_mixed_with_reports() -> None:
    call_command("load_demo", "hotline")
    assert Report.objects.exclude(state="anonymised").count() == sum(map(len, data("cases").values()))


def partner_hotlines_have_had_one_and_sent_one() -> None:
    handed, imported = IccamContent.objects.order_by("content_id")
    assert (handed.iccam_report.origin, handed.assigned_country) == ("ours", "NL")
    assert handed.iccam_report.reference == handed.iccam_report.report.reference
    assert (imported.iccam_report.origin, imported.actions) == ("partner", [1, 2, 3])
    assert imported.iccam_report.report.channel == "iccam"
    # Invented cases must never be exchanged after ICCAM is configured.
    assert not selectors.changed_contents("RS", timezone.now()).exists()
    assert not IccamReport.objects.filter(due_at__isnull=False).exists()


@pytest.mark.django_db
def test_the_demonstration_has_a_duty_roster() -> None:
    for username, role in (("supervisor", "supervisor"), ("analyst1", "analyst"), ("analyst2", "analyst")):
        make_user(username, role)
    call_command("load_demo", "duty")
    people = set(DutyShift.objects.values_list("person__username", flat=True))
    assert people == {"analyst1", "analyst2", "supervisor"}
    assert all(address.endswith(".example.org") for address in AlertChannel.objects.values_list("address", flat=True))
    monday_noon = datetime(2026, 3, 2, 11, tzinfo=UTC)
    assert [shift.person.username for shift in on_duty(monday_noon)] == ["analyst1", "supervisor"]
    # A gap that the page of the roster shows.
    assert on_duty(datetime(2026, 3, 8, 1, tzinfo=UTC)) == []
    shifts = DutyShift.objects.count()
    call_command("load_demo", "duty")
    assert DutyShift.objects.count() == shifts
