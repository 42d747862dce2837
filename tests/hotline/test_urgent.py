"""One meaning of "urgent": of the summary, the status page, "My work", the list of reports, and alerts."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from clicksafely.common.alerts.models import AlertOccurrence
from hotline.categories import CSAM, CYBERBULLYING, OTHER
from hotline.models import Report
from hotline.review.claims import take_next
from hotline.triage.services import triage_report
from tests.clients.staff import Person, signed_in
from tests.hotline.intake.journey import GOOD, Reporter, hidden, html

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SENT: list[tuple[str, dict[str, str], bool]] = [
    (CSAM.code, {"about_me": "on"}, True),
    (CSAM.code, {}, False),
    (CYBERBULLYING.code, {"about_me": "on"}, False),
    (OTHER.code, {"danger_now": "on"}, True),
]


@pytest.fixture
def ana() -> Person:
    return signed_in("ana", "analyst")


def send(category: str, ticks: dict[str, str]) -> tuple[Report, bool]:
    """Send a report by the child's way. Returns it after triage, and whether the summary called it urgent."""
    reporter = Reporter("en")
    words = {"what": GOOD["what"], "consent": "on", **ticks}
    summary = reporter.post(f"report/{category}/?about=me", words)
    reporter.send(hidden(summary, "state"))
    report = Report.objects.latest("pk")
    assert triage_report(report_id=report.pk, now=NOW)
    report.refresh_from_db()
    return report, "<dt>Urgent</dt>" in html(summary)


@pytest.mark.parametrize(("category", "ticks", "expected"), SENT)
def test_urgency_of_the_summary_is_that_of_the_report(
    ana: Person, category: str, ticks: dict[str, str], expected: bool
) -> None:
    report, is_called_urgent = send(category, ticks)
    assert is_called_urgent == expected
    assert report.is_urgent == report.is_reported_urgent == expected
    assert AlertOccurrence.objects.filter(reference=report.pk).exists() == expected
    desk_html = ana.client.get("/admin/hotline/desk/").content.decode()
    assert re.findall(r"<dt>(?:хитно|хитни|хитних)[^<]*</dt>\s*<dd>\s*<b>(\d+)</b>", desk_html) == [str(int(expected))]
    listed = ana.client.get("/admin/hotline/report/?urgent=yes").content.decode()
    assert (report.reference in listed) == expected
    assert ("pill urgent" in case_page_of(ana, report)) == expected


def case_page_of(person: Person, report: Report) -> str:
    page: Any = person.client.get(f"/admin/hotline/case/{report.pk}/")
    return str(page.content.decode())


def test_urgent_cases_come_first(ana: Person) -> None:
    calm, urgent = send(CSAM.code, {})[0], send(CSAM.code, {"about_me": "on"})[0]
    danger = send(OTHER.code, {"danger_now": "on"})[0]
    claimed = []
    for _turn in range(3):
        report = take_next(actor=ana.user, now=NOW)
        assert report
        claimed.append(report)
    assert claimed == [danger, urgent, calm]
