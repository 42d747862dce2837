"""Pages of supervisors: exports for partners and live figures."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from hotline.models import (
    AbuseContact,
    AgreementLevel,
    Assessment,
    AvailabilityCheck,
    Notice,
    Referral,
)
from hotline.states import Queue
from hotline.statistics import dashboard
from hotline.statistics.export import FlaggedRow, flagged_rows
from hotline.statistics.inhope_export import exchange_rows
from hotline.statistics.rebuild import rebuild_statistics
from tests.clients.staff import Person, signed_in
from tests.factories import notices
from tests.hotline.review.conftest import make_case, make_item
from tests.hotline.statistics.conftest import World
from tests.hotline.statistics.naive import recount

NOW = datetime(2025, 3, 20, 12, 30, tzinfo=UTC)
PAGE, EXPORT, HEALTH = "/admin/hotline/statistics/", "/admin/hotline/statistics/export/", "/admin/hotline/health/"


@pytest.fixture
def lead(db: None) -> Person:
    return signed_in("lead", "supervisor")


MONTHS_OF: dict[str, set[str]] = {
    "2024": {"2024-10", "2024-11", "2024-12"},
    "2024-Q4": {"2024-10", "2024-11", "2024-12"},
    "2025-01": {"2025-01"},
    "2025-Q3": set(),
}


def test_inhope_gets_the_exact_figures_of_a_period(world: World, lead: Person) -> None:
    world.fill(80)
    rebuild_statistics(now=NOW)
    cells = recount().cells
    for period, months in MONTHS_OF.items():
        expected: dict[tuple[str, str, str], int] = {}
        for (measure, dimension, key, of), count in cells.items():
            if of in months and measure in {"illegal", "exchanged"}:
                expected[measure, dimension, key] = expected.get((measure, dimension, key), 0) + count
        response = lead.client.post(EXPORT, {"export": "inhope", "period": period})
        assert response["Content-Disposition"].startswith("attachment;")
        rows = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
        found = {(row["measure"], row["dimension"], row["code"]): int(row["items"]) for row in rows}
        assert {place: count for place, count in found.items() if count} == expected, period
        assert {place[2] for place in found if place[1] == "age"} == {"1", "2", "3", "4"}, period
        assert {place[2] for place in found if place[1] == "classification"} == {"1", "2"}, period
    document = json.loads(lead.client.post(EXPORT, {"export": "inhope", "period": "2024", "format": "json"}).content)
    assert document["counted_at"] == NOW.isoformat()
    assert document["rows"] == [row._asdict() for row in exchange_rows("2024")]


def test_a_spreadsheet_opens_it_in_utf_8_without_formulas_and_it_is_audited(
    lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [FlaggedRow("=HYPERLINK(1)", "Čačak", "@x", 1, 2, None)]
    monkeypatch.setattr("hotline.statistics.export.flagged_rows", lambda period: rows)
    body = lead.client.post(EXPORT, {"export": "trusted-flagger", "period": "2025"}).content
    assert body.startswith(b"\xef\xbb\xbf")
    [_head, row] = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    assert row[:3] == ["'=HYPERLINK(1)", "Čačak", "'@x"]
    event = AuditEvent.objects.get(action="statistics.exported")
    assert (event.actor_id, event.data) == (lead.user.pk, {"kind": "trusted-flagger", "period": "2025"})


def test_an_invalid_period_is_refused(lead: Person) -> None:
    for export, period in (
        ("inhope", ""),
        ("inhope", "2025-13"),
        ("trusted-flagger", "2025-01"),
        ("trusted-flagger", "²025"),
        ("everything", "2025"),
    ):
        response = lead.client.post(EXPORT, {"export": export, "period": period})
        assert response.status_code == 422, (export, period)
    assert not AuditEvent.objects.filter(action="statistics.exported").exists()


def make_notice(world: World, name: str, at: datetime, **item_columns: object) -> Notice:
    item = make_item(verdict="illegal", **item_columns)
    report = make_case(item)
    opinion = {"question_set": world.questions, "round": "first", "verdict": "illegal", "created_at": at}
    Assessment.objects.create(
        item=item, report=report, author=world.first, answers={"classification": "hate_speech"}, **opinion
    )
    notice = notices.make_notice(item, report)
    contact, _created = AbuseContact.objects.get_or_create(kind="host", key=f"{name.lower()}.example.org", name=name)
    Notice.objects.filter(pk=notice.pk).update(contact=contact, state="closed", created_at=at, sent_at=at, ended_at=at)
    Referral.objects.filter(item=item).update(created_at=at, ended_at=at)
    return notice


def test_the_trusted_flagger_report_counts_notices_by_provider(world: World) -> None:
    at = datetime(2025, 2, 3, 10, tzinfo=UTC)
    removed = [make_notice(world, "Alpha", at, state="ended", outcome="removed") for _ in range(2)]
    for notice, hours in zip(removed, (10, 31), strict=True):
        gone = at + timedelta(hours=hours)
        item = notice.entries.get().item
        AvailabilityCheck.objects.create(
            item=item, began_at=at, unavailable_since=gone, ended_at=gone, outcome="removed"
        )
    make_notice(world, "Alpha", at, state="actioned")
    make_notice(world, "Beta", at, state="actioned")
    # Belgrade is an hour ahead: 2024 has ended there.
    make_notice(world, "Beta", datetime(2024, 12, 31, 23, 30, tzinfo=UTC), state="actioned")
    make_notice(world, "Beta", datetime(2024, 12, 31, 22, 30, tzinfo=UTC), state="actioned")
    assert flagged_rows("2025") == [
        FlaggedRow("Alpha", "hate_speech", "open", 1, 1, None),
        FlaggedRow("Alpha", "hate_speech", "removed", 2, 2, 20.5),
        FlaggedRow("Beta", "hate_speech", "open", 2, 2, None),
    ]
    assert flagged_rows("2024") == [FlaggedRow("Beta", "hate_speech", "open", 1, 1, None)]
    assert flagged_rows("2023") == []


def test_queues_show_the_ages_of_cases(db: None) -> None:
    for days in (0, 0, 2, 5, 20, 20, 90):
        make_case(received_at=NOW - timedelta(days=days, hours=1), queue=Queue.REVIEW)
    make_case(received_at=NOW - timedelta(days=4), queue=Queue.ARBITRATION)
    make_case(received_at=NOW - timedelta(days=4), queue=None, state="closed", outcome="removed", closed_at=NOW)
    ages = {row.queue: row for row in dashboard.queue_ages(NOW)}
    assert ages[Queue.REVIEW].counts == (2, 1, 1, 2, 1)
    assert ages[Queue.REVIEW].oldest == NOW - timedelta(days=90, hours=1)
    assert ages[Queue.ARBITRATION].counts == (0, 0, 1, 0, 0)
    assert (ages[Queue.SECOND].counts, ages[Queue.SECOND].oldest) == ((0, 0, 0, 0, 0), None)


@pytest.mark.parametrize("world", [61], indirect=True)
def test_agreement_is_that_of_a_naive_recount(world: World) -> None:
    world.fill(60)
    seconds = Assessment.objects.filter(round="second")
    others = list(seconds.order_by("pk").values_list("pk", flat=True))[::3]
    changed = {"verdict": "not_illegal", "answers": {"classification": "not_illegal"}}
    seconds.filter(pk__in=others).update(**changed, agreed=AgreementLevel.NOTHING)
    expected: dict[str, list[int]] = {}
    for second in seconds:
        first = Assessment.objects.get(item=second.item, round="first")
        month = timezone.localtime(second.created_at).strftime("%Y-%m")
        row = expected.setdefault(month, [0, 0, 0])
        row[0] += 1
        row[1] += first.answers == second.answers
        row[2] += first.verdict == second.verdict
    assert any(0 < answers < verdict < opinions for opinions, answers, verdict in expected.values())
    found = {row.month: [row.opinions, row.same_answers, row.same_verdict] for row in dashboard.monthly_agreement(NOW)}
    assert found == expected
    assert list(found) == sorted(found, reverse=True)


def test_work_is_counted_by_person_and_week_of_belgrade(world: World) -> None:
    monday = datetime(2025, 3, 16, 23, 30, tzinfo=UTC)
    for at in (NOW, monday, monday - timedelta(hours=1), NOW - timedelta(weeks=30)):
        item = make_item()
        Assessment.objects.create(
            item=item,
            report=make_case(item),
            author=world.first,
            question_set=world.questions,
            round="first",
            answers={},
            verdict="illegal",
            created_at=at,
        )
    make_case(claimed_by=world.second, claimed_until=NOW + timedelta(minutes=5), state="in_review")
    work = {row.name: row for row in dashboard.workload(NOW)}
    assert work["first"].weeks == (2, 1, 0, 0, 0, 0, 0, 0)
    assert (work["second"].total, work["second"].held) == (0, 1)
