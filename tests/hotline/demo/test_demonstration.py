"""The demonstration cases."""

import subprocess
import zipfile
from collections import Counter
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from clicksafely.accounts.models import User
from clicksafely.common.alerts.models import AlertChannel, DutyShift
from clicksafely.common.alerts.selectors import on_duty
from hotline.demo.data import data
from hotline.lifecycle.welfare_counters import day_of
from hotline.models import (
    ContentItem,
    FileHash,
    HashMatch,
    IccamContent,
    IccamReport,
    PolicePackage,
    Report,
    StatisticCell,
    Suspicion,
)
from hotline.priority import URGENT
from hotline.referral.iccam import selectors
from hotline.referral.police.delivery import open_file
from hotline.referral.quarantine.selectors import awaiting_handover
from hotline.review.welfare import daily_exposure
from hotline.review.welfare_statistics import figures_for
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
        there_are_figures_to_show,
        a_file_of_theirs_is_on_the_hash_list,
        one_police_package_is_delivered_and_can_be_opened,
        partner_hotlines_have_had_one_and_sent_one,
        a_suspected_picture_awaits_a_supervisor_and_exposure_is_counted,
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


def there_are_figures_to_show() -> None:
    totals = StatisticCell.objects.filter(period="all", dimension="")
    assert totals.get(measure="reports").count == Report.objects.count()
    assert {cell.measure for cell in totals.filter(count__gte=100)} >= {
        "analysed",
        "items",
        "first_look",
        "referral",
        "removal",
    }
    hidden = StatisticCell.objects.filter(hidden=True).count()
    assert 0 < hidden < StatisticCell.objects.count() / 2


def a_file_of_theirs_is_on_the_hash_list() -> None:
    match = HashMatch.objects.get()
    assert (match.hash_list.name, match.hash_list.state, match.distance) == (
        data("texts")["hash_list"]["name"],
        "active",
        0,
    )
    assert not FileHash.objects.filter(matched_at=None).exists()


def one_police_package_is_delivered_and_can_be_opened() -> None:
    package = PolicePackage.objects.get()
    assert (package.state, package.referrals.get().state, package.recipient.is_default) == ("delivered", "sent", True)
    # Not a real address: no onion address of version 3 has this ending.
    assert ContentItem.objects.get(kind="onion").host == f"{'primer' * 9}aa.onion"
    key = settings.VAR_DIR / "demo-police.pem"
    assert key.stat().st_mode & 0o777 == 0o600
    content = open_file(package=package, actor=User.objects.get(username="analyst1"), now=timezone.now())
    command = ["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-recip", key]
    plaintext = subprocess.run(command, input=content, capture_output=True, check=True).stdout
    assert zipfile.ZipFile(BytesIO(plaintext)).namelist() == ["report.pdf", "case.json", "manifest.json"]


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


def a_suspected_picture_awaits_a_supervisor_and_exposure_is_counted() -> None:
    case = awaiting_handover().get()
    assert (case.locked, case.way, case.state) == (1, None, "closed")
    assert Suspicion.objects.get().author == User.objects.get(username="analyst1")
    now = timezone.now()
    figures = figures_for(User.objects.get(username="supervisor"), day=day_of(now))
    assert [row.name for row in figures if row.month] == ["analyst1", "analyst2"]
    assert any(row.days_over for row in figures)
    assert daily_exposure(User.objects.get(username="analyst1"), now).minutes_to_break in range(15, 23)


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
