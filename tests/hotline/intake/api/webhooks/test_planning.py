"""Which changes of a status become messages, when, and never earlier than polling tells them."""

import json
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from hotline.intake.api.webhooks import planning, services
from hotline.models import Partner, PartnerReport, PartnerWebhook, Report, WebhookMessage, WebhookStop
from hotline.retention.purge import anonymise_on_request
from hotline.states import Outcome, ReportState
from tests.database import as_role_of
from tests.hotline.intake.api.program import REPORT, Program

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def send(program: Program, **more: str) -> PartnerReport:
    answer = program.send({**REPORT, **more})
    return PartnerReport.objects.get(uuid=json.loads(answer.content)["id"])


def record_claim(sent: PartnerReport, actor: User, at: datetime) -> None:
    audit_log.record(action="report.claimed", subject=sent.report, actor=actor, now=at)


def close(sent: PartnerReport, at: datetime) -> None:
    Report.objects.filter(pk=sent.report_id).update(
        state=ReportState.CLOSED, outcome=Outcome.REMOVED, closed_at=at, queue=None
    )


def planned() -> list[tuple[int | None, str]]:
    return list(WebhookMessage.objects.order_by("pk").values_list("partner_report", "status"))


def polled(program: Program, sent: PartnerReport) -> str:
    return str(json.loads(program.get(f"/api/v1/reports/{sent.uuid}/").content)["state"])


def test_each_change_once_in_order(program: Program, webhook: PartnerWebhook, lead: User) -> None:
    sent, now = send(program), timezone.now().replace(minute=17, second=5)
    assert planning.plan_messages(now=now) == 0
    record_claim(sent, lead, now)
    assert planning.plan_messages(now=now) == 0, "it was checked in this hour"
    with as_role_of("worker"):
        assert planning.plan_messages(now=now + HOUR) == 1
    assert planning.plan_messages(now=now + 2 * HOUR) == 0
    close(sent, now + HOUR)
    assert planning.plan_messages(now=now + 3 * HOUR) == 1
    assert planning.plan_messages(now=now + 4 * HOUR) == 0
    assert planned() == [(sent.pk, "in_progress"), (sent.pk, "closed")]
    webhook.refresh_from_db()
    sent.refresh_from_db()
    assert webhook.due_at == hour_of(now + HOUR)
    assert sent.status_checked_at
    assert sent.status_checked_at == hour_of(sent.status_checked_at)
    hours = WebhookMessage.objects.order_by("pk").values_list("hour", flat=True)
    assert list(hours) == [hour_of(now + HOUR), hour_of(now + 3 * HOUR)]


def test_never_before_polling_returns_it(program: Program, webhook: PartnerWebhook, lead: User) -> None:
    """A status that takes effect later is told later; both ways name the same one."""
    sent, now = send(program), timezone.now()
    record_claim(sent, lead, now + 5 * HOUR)
    assert planning.plan_messages(now=now + HOUR) == 0
    assert polled(program, sent) == "received"
    planning.plan_messages(now=now + 6 * HOUR)
    assert planned() == [(sent.pk, "in_progress")]


def test_earlier_reports_send_later_changes_only(
    program: Program, partner: Partner, receiver: object, lead: User
) -> None:
    old, now = send(program), timezone.now()
    Report.objects.filter(pk=old.report_id).update(received_at=hour_of(now) - HOUR)
    record_claim(old, lead, now)
    services.set_webhook(partner=partner, url=receiver.url, actor=lead, now=now)  # type: ignore[attr-defined]
    assert planning.plan_messages(now=now) == 0
    close(old, now)
    assert planning.plan_messages(now=now + HOUR) == 1
    assert planned() == [(old.pk, "closed")]


def test_a_report_that_is_open_again(program: Program, webhook: PartnerWebhook, lead: User) -> None:
    sent, now = send(program), timezone.now()
    record_claim(sent, lead, now)
    close(sent, now)
    planning.plan_messages(now=now)
    Report.objects.filter(pk=sent.report_id).update(
        state=ReportState.TRIAGED, reopened_at=now + 2 * HOUR, reopened_from=ReportState.CLOSED
    )
    planning.plan_messages(now=now + 3 * HOUR)
    assert planned() == [(sent.pk, "closed"), (sent.pk, "in_progress")]


def test_nothing_without_a_running_webhook_and_changes_meanwhile_once(
    program: Program, webhook: PartnerWebhook, lead: User
) -> None:
    sent, now = send(program), timezone.now()
    planning.plan_messages(now=now)
    services.stop_webhook(webhook=webhook, stop=WebhookStop.STAFF, actor=lead, now=now)
    record_claim(sent, lead, now)
    assert planning.plan_messages(now=now + HOUR) == 0
    close(sent, now)
    services.start_webhook(webhook=webhook, actor=lead, now=now + 2 * HOUR)
    Partner.objects.update(active=False)
    assert planning.plan_messages(now=now + 2 * HOUR) == 0
    Partner.objects.update(active=True)
    assert planning.plan_messages(now=now + 3 * HOUR) == 1
    assert planned() == [(sent.pk, "closed")]
    webhook.delete()
    record_claim(send(program), lead, now)
    assert planning.plan_messages(now=now + 4 * HOUR) == 0


def test_an_erased_report_leaves_no_message(program: Program, webhook: PartnerWebhook, lead: User) -> None:
    sent, now = send(program), timezone.now()
    close(sent, now - HOUR)
    planning.plan_messages(now=now)
    assert len(planned()) == 1
    sent.report.refresh_from_db()
    anonymise_on_request(report=sent.report, now=now)
    sent.report.refresh_from_db()
    assert sent.report.state == ReportState.ANONYMISED
    assert planned() == []
    assert planning.plan_messages(now=now + HOUR) == 0


def test_a_run_ends_in_time_and_the_next_one_continues(program: Program, webhook: PartnerWebhook, lead: User) -> None:
    now = timezone.now()
    for _ in range(3):
        record_claim(send(program), lead, now)
    assert planning.plan_messages(now=now, seconds=0) == 1
    assert planning.plan_messages(now=now) == 2
