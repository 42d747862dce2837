"""Messages to a receiver that verifies them: content, order, repetition, failures, and what stops a webhook."""

import json
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from clicksafely.accounts.models import User
from clicksafely.common.alerts.models import WebhookHost
from clicksafely.common.clock import hour_of
from clicksafely.common.http import webhooks
from clicksafely.common.models import AuditEvent
from clicksafely.common.queue import outgoing
from clicksafely.devserver.mock_services.web import leads_to
from hotline.intake.api.webhooks import delivery, selectors, services
from hotline.models import Partner, PartnerReport, PartnerWebhook, WebhookError, WebhookMessage, WebhookStop
from tests.database import as_role_of
from tests.hotline.intake.api.program import REPORT, Program
from tests.hotline.intake.api.webhooks.conftest import Receiver

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def sent(program: Program) -> PartnerReport:
    answer = program.send({**REPORT, "reference": "2026-17", "contact": "ana@example.org"})
    return PartnerReport.objects.get(uuid=json.loads(answer.content)["id"])


def queue(webhook: PartnerWebhook, sent: PartnerReport | None, *statuses: str, now: datetime | None = None) -> None:
    now = now or timezone.now()
    for status in statuses:
        webhook.messages.create(partner_report=sent, status=status, hour=hour_of(now))
    PartnerWebhook.objects.filter(pk=webhook.pk, stopped_at=None).update(due_at=hour_of(now))


def waiting() -> int:
    return WebhookMessage.objects.filter(delivered=False).count()


def test_a_message_names_the_report_the_status_and_the_hour(
    webhook: PartnerWebhook, receiver: Receiver, sent: PartnerReport, settings: Settings
) -> None:
    now = timezone.now()
    queue(webhook, sent, "closed")
    Partner.objects.update(active=False)
    assert delivery.send_due_messages(now=now) == selectors.count_stopped() == 0
    Partner.objects.update(active=True)
    # The former secret still opens the row.
    settings.MAIL_SECRET = f"another secret of thirty-two characters,{settings.MAIL_SECRET}"
    assert delivery.send_due_messages(now=now) == 1
    [event] = receiver.events()
    message = WebhookMessage.objects.get()
    assert event == {
        "id": str(message.uuid),
        "type": "report.state",
        "timestamp": f"{now:%Y-%m-%dT%H}:00:00Z",
        "data": {"report": str(sent.uuid), "reference": "2026-17", "state": "closed"},
    }
    assert (message.delivered, message.answer, message.attempts) == (True, 204, 1)
    webhook.refresh_from_db()
    assert (webhook.due_at, webhook.error, webhook.attempts) == (None, "", 0)
    assert delivery.send_due_messages(now=now + DAY) == 0
    assert len(receiver.events()) == 1


@pytest.mark.parametrize("status", [302, 404, 500])
def test_messages_arrive_in_order_and_again_after_a_failure(
    status: int, webhook: PartnerWebhook, receiver: Receiver, sent: PartnerReport
) -> None:
    now = timezone.now()
    queue(webhook, sent, "in_progress", "closed", "in_progress")
    receiver.server.pages["/hook"] = leads_to(receiver.url + "2", status)
    with as_role_of("outside"):
        assert delivery.send_due_messages(now=now) == 0
    assert [path for _host, path, _headers in receiver.server.requests] == ["/hook"]
    assert (waiting(), WebhookMessage.objects.earliest("pk").answer) == (3, status)
    webhook.refresh_from_db()
    assert webhook.due_at is not None
    assert now < webhook.due_at <= now + outgoing.FIRST_PAUSE
    assert (webhook.error, webhook.failing_since, webhook.stop) == (WebhookError.ANSWER, now, "")
    del receiver.server.pages["/hook"]
    assert delivery.send_due_messages(now=now) == 0, "it rests"
    with as_role_of("outside"):
        assert delivery.send_due_messages(now=now + outgoing.FIRST_PAUSE) == 1
    events = receiver.events()
    assert [event["data"]["state"] for event in events] == ["in_progress", "in_progress", "closed", "in_progress"]
    assert events[0]["id"] == events[1]["id"], "a repetition has the id of the first attempt"
    assert len({event["id"] for event in events}) == 3


def test_an_unreachable_receiver_does_not_delay_others(
    webhook: PartnerWebhook, receiver: Receiver, sent: PartnerReport, lead: User
) -> None:
    WebhookHost.objects.create(host="127.0.0.1:9")
    other = Partner.objects.create(name="Други", created_at=timezone.now())
    services.set_webhook(partner=other, url="http://127.0.0.1:9/", actor=lead, now=timezone.now() - DAY)
    for _ in range(50):
        queue(other.webhook, sent, "closed", now=timezone.now() - DAY)
    queue(webhook, sent, "closed")
    assert delivery.send_due_messages(now=timezone.now()) == 1
    assert len(receiver.events()) == 1
    other.webhook.refresh_from_db()
    assert (other.webhook.error, other.webhook.attempts) == (WebhookError.UNREACHABLE, 1)


@pytest.mark.parametrize(
    ("cause", "stop"),
    [
        ("three days", WebhookStop.FAILING),
        ("gone", WebhookStop.GONE),
        ("host", WebhookStop.REFUSED),
        ("secret", WebhookStop.SECRET),
    ],
)
def test_causes_that_stop_a_webhook(
    cause: str,
    stop: WebhookStop,
    webhook: PartnerWebhook,
    receiver: Receiver,
    sent: PartnerReport,
    lead: User,
    settings: Settings,
) -> None:
    now = timezone.now()
    queue(webhook, sent, "closed")
    if cause == "three days":
        receiver.answer(500)
        delivery.send_due_messages(now=now)
        assert PartnerWebhook.objects.get().stop == ""
        now += outgoing.GIVE_UP_AFTER
    elif cause == "gone":
        receiver.answer(410)
    elif cause == "host":
        WebhookHost.objects.all().delete()
    else:
        settings.MAIL_SECRET = "another secret of thirty-two characters"
    delivery.send_due_messages(now=now)
    webhook.refresh_from_db()
    assert (webhook.stop, webhook.stopped_at, webhook.due_at) == (stop, now, None)
    assert webhook.error
    assert selectors.count_stopped() == 1
    last = AuditEvent.objects.filter(action="partner.webhook_stopped").get()
    assert (last.actor_id, last.data) == (None, {"reason": stop.value})
    request_count = len(receiver.server.requests)
    delivery.send_due_messages(now=now + DAY)
    assert len(receiver.server.requests) == request_count
    # What waited is sent after it was switched on again.
    if cause in ("three days", "gone"):
        receiver.answer(204)
        assert services.start_webhook(webhook=webhook, actor=lead, now=now)
        assert not services.start_webhook(webhook=webhook, actor=lead, now=now)
        assert delivery.send_due_messages(now=now) == 1
        assert waiting() == selectors.count_stopped() == 0


def test_a_killed_run_is_repeated_after_its_lease(
    webhook: PartnerWebhook, receiver: Receiver, sent: PartnerReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message arrived, but its delivery was not stored."""
    now = timezone.now()
    queue(webhook, sent, "closed")
    post = webhooks.post

    def killed(*args: object, **kwargs: object) -> int:
        post(*args, **kwargs)  # type: ignore[arg-type]
        raise SystemExit

    monkeypatch.setattr(webhooks, "post", killed)
    with pytest.raises(SystemExit):
        delivery.send_due_messages(now=now)
    monkeypatch.setattr(webhooks, "post", post)
    assert delivery.send_due_messages(now=now) == 0
    assert delivery.send_due_messages(now=now + outgoing.LEASE) == 1
    first, again = receiver.events()
    assert first["id"] == again["id"]


def test_a_stop_during_a_run_ends_it(
    webhook: PartnerWebhook, receiver: Receiver, sent: PartnerReport, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    queue(webhook, sent, "in_progress", "closed")
    post = webhooks.post

    def stopped_meanwhile(*args: object, **kwargs: object) -> int:
        answer = post(*args, **kwargs)  # type: ignore[arg-type]
        services.stop_webhook(webhook=webhook, stop=WebhookStop.STAFF, actor=lead, now=now)
        return answer

    monkeypatch.setattr(webhooks, "post", stopped_meanwhile)
    delivery.send_due_messages(now=now)
    assert (waiting(), PartnerWebhook.objects.get().due_at) == (1, None)


def test_the_address_is_checked_when_it_is_used(
    webhook: PartnerWebhook, receiver: Receiver, sent: PartnerReport
) -> None:
    """A row that was changed in the database leads nowhere."""
    PartnerWebhook.objects.update(url="https://evil.invalid/")
    queue(webhook, sent, "closed")
    delivery.send_due_messages(now=timezone.now())
    assert receiver.server.requests == []
    assert PartnerWebhook.objects.get().stop == WebhookStop.REFUSED
