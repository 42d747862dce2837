"""Danger at any hour: a report in danger reaches the people on duty while no one is signed in, until one of them takes the case."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as present
from pytest_django import Settings
from redis import Redis

from clicksafely.common.alerts import delivery, planning, selectors, tasks
from clicksafely.common.alerts.models import Alert, AlertingState, AlertMessage, AlertOccurrence, WebhookHost
from clicksafely.common.models import AuditEvent
from clicksafely.devserver.mock_services.smtp import SmtpSink
from clicksafely.devserver.mock_services.web import LOOPBACK, Page, WebServer
from hotline.categories import CSAM
from hotline.models import Report
from hotline.priority import PriorityReason, alert_of
from hotline.review.claims import claim_case, release_case, release_expired_claims, take_next
from hotline.triage.hash_lists.matching import match_report
from hotline.triage.services import triage_report
from tests.database import as_role_of
from tests.factories.alerts import give_shift, give_webhook, make_person
from tests.factories.received_reports import make_report
from tests.hotline.intake.test_faults import own_database
from tests.hotline.triage.hash_lists.lists import file_of, imported, md5
from tests.servers import BASE_DIR
from tests.waiting import until
from tests.workers import outside_worker

# 03:07 in Belgrade.
NIGHT = datetime(2026, 5, 5, 1, 7, 41, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SENT = ["MAIL_SMTP_URL", "MAIL_ADDRESS", "MAIL_SECRET", "MAIL_CA_FILE", "SITE_URL"]


@pytest.fixture
def sink(settings: Settings) -> Iterator[SmtpSink]:
    settings.MAIL_ADDRESS = "prijava@hotline.test"
    settings.MAIL_CA_FILE = ""
    settings.SITE_URL = "https://portal.example.org"
    with SmtpSink() as sink:
        settings.MAIL_SMTP_URL = sink.url
        yield sink


@pytest.fixture
def receiver(settings: Settings, db: None) -> Iterator[WebServer]:
    settings.WEBHOOK_ALLOW_NETWORKS = [f"{LOOPBACK}/32"]
    with WebServer(fallback=Page(204, b"")) as server:
        WebhookHost.objects.create(host=f"{LOOPBACK}:{server.port}")
        yield server


def triaged(report: Report, now: datetime = NIGHT) -> Report:
    with as_role_of("worker"):
        assert triage_report(report_id=report.pk, now=now)
    report.refresh_from_db()
    return report


def raised() -> list[tuple[str, int]]:
    return list(AlertOccurrence.objects.order_by("id").values_list("kind", "reference"))


def step(now: datetime) -> None:
    """A run of both tasks."""
    with as_role_of("worker"):
        planning.plan_alerts(now=now)
    with as_role_of("outside"):
        delivery.send_due_messages(now=now)


@pytest.mark.parametrize(
    ("reasons", "alert"),
    [
        ("danger_now about_me", "hotline.danger"),
        ("danger_now cyberbullying", "hotline.threat"),
        ("danger_now csam", "hotline.child_at_risk"),
        ("about_me csam", "hotline.child_at_risk"),
        ("about_me hash_match", "hotline.child_at_risk"),
        ("about_me suspected", "hotline.child_at_risk"),
        ("danger_now suspected cyberbullying", "hotline.child_at_risk"),
        ("csam hash_match suspected repeated rule", ""),
        ("about_me cyberbullying", ""),
    ],
)
def test_the_reasons_that_raise_an_alert(reasons: str, alert: str) -> None:
    assert alert_of(reasons.split()) == alert


def test_a_reason_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="danger"):
        alert_of(["danger"])


@pytest.mark.django_db
def test_a_child_in_danger_at_three_in_the_morning(sink: SmtpSink, receiver: WebServer) -> None:
    first, second = make_person("first"), make_person("second")
    give_webhook(first, receiver.url())
    first.alert_channels.create(medium="email", address=first.email)
    give_shift(first, order=1)
    give_shift(second, order=2)
    report = triaged(make_report("https://forum.example.org/a", danger_now=True, pk=987_654))
    step(NIGHT)
    assert [letter.recipients[0] for letter in sink.letters] == [first.email]
    assert json.loads(receiver.bodies[0])["data"]["kind"] == "hotline.danger"
    # Nothing about the report.
    for text in (sink.letters[0].text, receiver.bodies[0].decode()):
        assert str(report.pk) not in text
        assert "forum" not in text
    step(NIGHT + 9 * MINUTE)
    assert len(sink.letters) == 1
    step(NIGHT + 10 * MINUTE)
    assert [letter.recipients[0] for letter in sink.letters] == [first.email, second.email]
    with as_role_of("staff"):
        claimed = take_next(actor=second, now=NIGHT + 12 * MINUTE)
    assert claimed == report
    step(NIGHT + 60 * MINUTE)
    assert (len(sink.letters), len(receiver.bodies)) == (2, 1)
    assert Alert.objects.get().claimed_by == second
    happened = AuditEvent.objects.filter(action__startswith="alert.").order_by("id")
    assert list(happened.values_list("action", flat=True)) == [
        "alert.raised",
        "alert.step",
        *["alert.message_sent"] * 2,
        "alert.step",
        "alert.message_sent",
        "alert.claimed",
    ]


@pytest.mark.django_db
def test_a_flood_of_reports_in_danger_is_one_alert(sink: SmtpSink) -> None:
    give_shift(make_person("first"))
    for number in range(20):
        triaged(make_report(f"https://forum.example.org/{number}", danger_now=True))
    step(NIGHT)
    triaged(make_report("https://forum.example.org/a", danger_now=True))
    step(NIGHT + MINUTE)
    assert (len(sink.letters), Alert.objects.get().count) == (1, 21)


@pytest.mark.django_db
def test_a_hash_match_of_a_victim_raises_an_alert_unless_the_case_is_taken() -> None:
    imported([md5("a")])
    analyst = make_person("first")
    reports = [triaged(make_report(f"https://forum.example.org/{number}", about_me=True)) for number in range(2)]
    claim_case(report_id=reports[1].pk, actor=analyst, now=NIGHT)
    for report in reports:
        file_of(report, md5=md5("a"))
        with as_role_of("sealed"):
            assert match_report(report_id=report.pk, now=NIGHT)
    reports[0].refresh_from_db()
    assert PriorityReason.HASH_MATCH in reports[0].priority_reasons
    assert raised() == [("hotline.child_at_risk", reports[0].pk)]


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["released", "expired"])
def test_an_unassessed_case_of_danger_returned_to_the_queue_alerts_again(sink: SmtpSink, way: str) -> None:
    first, second = make_person("first"), make_person("second")
    give_shift(first)
    report = triaged(make_report("https://forum.example.org/a", danger_now=True))
    step(NIGHT)
    with as_role_of("staff"):
        claim_case(report_id=report.pk, actor=second, now=NIGHT + MINUTE)
    if way == "released":
        with as_role_of("staff"):
            release_case(report=report, actor=second, now=NIGHT + 2 * MINUTE)
    else:
        with as_role_of("worker"):
            assert release_expired_claims(now=NIGHT + 40 * MINUTE) == 1
    step(NIGHT + 40 * MINUTE)
    assert [letter.recipients for letter in sink.letters] == [[first.email]] * 2
    assert sorted(Alert.objects.values_list("state", "count")) == [("claimed", 1), ("open", 1)]


@pytest.mark.django_db
def test_other_cases_raise_no_alert_also_when_they_return_to_the_queue() -> None:
    analyst = make_person("first")
    for columns in ({}, {"about_me": True}, {"category": CSAM.code}):
        report = triaged(make_report("https://forum.example.org/a", **columns))
        claim_case(report_id=report.pk, actor=analyst, now=NIGHT)
        release_case(report=report, actor=analyst, now=NIGHT)
    assert raised() == []


@pytest.mark.django_db
def test_the_claim_of_another_case_claims_no_alert() -> None:
    analyst = make_person("first")
    triaged(make_report("https://forum.example.org/a", danger_now=True))
    other = triaged(make_report("https://forum.example.org/b"))
    step(NIGHT)
    claim_case(report_id=other.pk, actor=analyst, now=NIGHT)
    assert [alert.kind for alert in selectors.open_alerts(analyst)] == ["hotline.danger"]


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """Run the worker of triage on the database of this test."""
    command = [sys.executable, "-m", "celery", "--app", "clicksafely", "worker", "--queues", "celery"]
    options = [
        "--pool",
        "threads",
        "--concurrency",
        "1",
        "--without-gossip",
        "--without-mingle",
        "--loglevel",
        "critical",
    ]
    env = {**os.environ, "DATABASE_URL": own_database()}
    process = subprocess.Popen([*command, *options], cwd=BASE_DIR, env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        with Redis.from_url(present.REDIS_URL) as redis:
            redis.flushdb()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_alert_survives_the_death_of_broker_messages_and_of_both_workers(
    sink: SmtpSink, receiver: WebServer
) -> None:
    """Triage enqueues the planning, the planning the sending; each is lost or killed once, and a later run resumes it."""
    first = make_person("first")
    give_webhook(first, receiver.url())
    first.alert_channels.create(medium="email", address=first.email)
    give_shift(first, "00:00", "00:00")
    report = make_report("https://forum.example.org/a", danger_now=True)
    # The broker loses the message of the planning.
    assert triage_report(report_id=report.pk, now=NIGHT)
    with Redis.from_url(present.REDIS_URL) as redis:
        redis.flushdb()
    with worker():
        tasks.plan_alerts.apply_async()
        until(lambda: AlertMessage.objects.count() == 2, what="the planning")
        until(lambda: AlertingState.objects.get().planned_at, what="the heartbeat")
    # The mail server hangs while the worker is killed.
    sink.answers.append(("TEXT", "hang"))
    environment = {"WEBHOOK_ALLOW_NETWORKS": f"{LOOPBACK}/32", "PORTAL": "public"}
    with outside_worker(*SENT, **environment):
        tasks.send_messages.apply_async()
        until(lambda: not sink.answers, what="the attempt")
    assert AlertMessage.objects.get(medium="email").state == "due"
    assert sink.letters == []
    # The lease ends.
    AlertMessage.objects.filter(state="due").update(due_at=NIGHT)
    with outside_worker(*SENT, **environment):
        tasks.send_messages.apply_async()
        until(lambda: AlertingState.objects.get().sent_at, what="the heartbeat")
    sink.release()
    assert set(AlertMessage.objects.values_list("state", "error")) == {("sent", "")}
    assert [letter.recipients for letter in sink.letters][-1] == [first.email]
    assert len(receiver.bodies) == 1
