"""Address and secret of a webhook, the test message, the restore of a backup, retention of the log; the database's own rules."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common import restore_hooks
from clicksafely.common.alerts import secret_encryption
from clicksafely.common.clock import hour_of
from clicksafely.common.models import AuditEvent
from hotline.intake.api.webhooks import delivery, planning, services
from hotline.intake.tasks import purge_partner_requests
from hotline.models import Partner, PartnerWebhook, WebhookMessage, WebhookStop
from tests.database import as_role_of
from tests.hotline.intake.api.webhooks.conftest import Receiver

pytestmark = pytest.mark.django_db


def test_the_secret_is_encrypted_and_new_each_time(partner: Partner, receiver: Receiver, lead: User) -> None:
    now = timezone.now()
    first = services.set_webhook(partner=partner, url=receiver.url, actor=lead, now=now)
    stored = bytes(PartnerWebhook.objects.get().encrypted_secret)
    assert first.encode() not in stored
    assert secret_encryption.decrypt(stored) == first
    second = services.set_webhook(partner=partner, url=receiver.url + "2", actor=lead, now=now)
    assert second != first
    webhook = PartnerWebhook.objects.get()
    assert (webhook.url, webhook.set_by) == (receiver.url + "2", lead)
    assert secret_encryption.decrypt(bytes(webhook.encrypted_secret)) == second
    events = AuditEvent.objects.filter(action="partner.webhook_set")
    assert [(event.actor_id, event.data) for event in events] == [(lead.pk, {}), (lead.pk, {})]


@pytest.mark.parametrize("url", ["https://evil.invalid/", "javascript:alert(1)", "", "https://127.0.0.1/"])
def test_only_permitted_hosts(url: str, webhook: PartnerWebhook, partner: Partner, lead: User) -> None:
    with pytest.raises(services.AddressNotAllowed):
        services.set_webhook(partner=partner, url=url, actor=lead, now=timezone.now())
    assert PartnerWebhook.objects.get().url == webhook.url


def test_a_test_message(webhook: PartnerWebhook, receiver: Receiver, lead: User) -> None:
    now = timezone.now()
    services.send_test(webhook=webhook, actor=lead, now=now)
    assert delivery.send_due_messages(now=now) == 1
    [event] = receiver.events()
    assert (event["type"], event["data"]) == ("test", {})
    services.stop_webhook(webhook=webhook, stop=WebhookStop.STAFF, actor=lead, now=now)
    with pytest.raises(services.WebhookStopped):
        services.send_test(webhook=webhook, actor=lead, now=now)
    actions = list(AuditEvent.objects.filter(subject_id=webhook.partner_id).values_list("action", flat=True))
    assert actions[-3:] == ["partner.webhook_set", "partner.webhook_tested", "partner.webhook_stopped"]


def test_a_restore_stops_webhooks_until_switched_on(webhook: PartnerWebhook, receiver: Receiver, lead: User) -> None:
    now = timezone.now()
    services.send_test(webhook=webhook, actor=lead, now=now)
    assert len([sentence for sentence in restore_hooks.run_restore_hooks(now) if "ebhook" in sentence]) == 1
    planning.plan_messages(now=now)
    assert delivery.send_due_messages(now=now + timedelta(days=1)) == 0
    assert PartnerWebhook.objects.get().stop == WebhookStop.RESTORED
    assert services.start_webhook(webhook=webhook, actor=lead, now=now)
    delivery.send_due_messages(now=now)
    assert receiver.server.requests == [], "what waited in the backup may have been sent since"
    assert services.stop_after_restore(now)


def test_the_log_is_stored_for_thirty_days(webhook: PartnerWebhook) -> None:
    now = timezone.now()
    for days in (0, 29, 30, 31):
        webhook.messages.create(hour=hour_of(now) - timedelta(days=days), delivered=days % 2 == 0)
    with as_role_of("worker"):
        purge_partner_requests()
    stored_hours = WebhookMessage.objects.order_by("-hour").values_list("hour", flat=True)
    assert [(hour_of(now) - hour).days for hour in stored_hours] == [0, 29, 30]


def test_constraints_of_webhooks(webhook: PartnerWebhook) -> None:
    now = timezone.now()
    for columns in (
        {"stop": "staff"},
        {"stopped_at": now},
        {"stop": "staff", "stopped_at": now, "due_at": now},
        {"stop": "bored", "stopped_at": now},
        {"url": "file:///etc/passwd"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            PartnerWebhook.objects.update(**columns)
    # A message with a status has a report.
    with pytest.raises(IntegrityError), transaction.atomic():
        webhook.messages.create(status="closed", hour=now)


@pytest.mark.parametrize("part", ["public", "sealed"])
def test_other_parts_see_no_webhook(part: str, webhook: PartnerWebhook) -> None:
    with as_role_of(part), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        PartnerWebhook.objects.exists()
