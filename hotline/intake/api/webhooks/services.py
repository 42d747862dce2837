"""Services of partners' webhooks: address and secret, start and stop, test, restore, retention of the log."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.alerts import secret_encryption
from clicksafely.common.alerts.selectors import webhook_hosts
from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.http import webhooks
from clicksafely.common.queue import outgoing
from hotline.models import Partner, PartnerWebhook, WebhookMessage, WebhookStop

# Days for which a message is kept as the log of its delivery.
LOG_DAYS: Final = 30
_RUNNING: Final = {"stopped_at": None, "stop": ""}


class AddressNotAllowed(ActionRefused):
    """The address is no https URL of a permitted host."""

    field = "url"
    reason = _(
        "Enter an address that begins with https://, without a user name, at a host that the administrator has permitted."
    )


class WebhookStopped(ActionRefused):
    """The webhook is stopped."""

    reason = _("The webhook is switched off. Switch it on first.")


def set_webhook(*, partner: Partner, url: str, actor: User, now: datetime) -> str:
    """Set the address of a partner's webhook and start it; return the new secret, which cannot be shown again.

    Raises AddressNotAllowed.
    """
    try:
        webhooks.check_url(url, allowed_hosts=webhook_hosts())
    except webhooks.WebhookError as error:
        raise AddressNotAllowed from error
    secret = webhooks.new_secret()
    columns = {"url": url, "encrypted_secret": secret_encryption.encrypt(secret), "set_at": now, "set_by": actor}
    with transaction.atomic():
        webhook, created = PartnerWebhook.objects.get_or_create(partner=partner, defaults=columns)
        if not created:
            outgoing.requeue(PartnerWebhook.objects.filter(pk=webhook.pk), now=hour_of(now), **columns, **_RUNNING)
        audit_log.record(action="partner.webhook_set", subject=partner, actor=actor, now=now, data={})
    return secret


def start_webhook(*, webhook: PartnerWebhook, actor: User, now: datetime) -> bool:
    """Send to a stopped webhook again, first the messages that wait. Return whether it was stopped."""
    with transaction.atomic():
        stopped = PartnerWebhook.objects.filter(pk=webhook.pk).exclude(stopped_at=None)
        if started := outgoing.requeue(stopped, now=hour_of(now), **_RUNNING):
            audit_log.record(action="partner.webhook_started", subject=webhook.partner, actor=actor, now=now, data={})
    return started


def stop_webhook(*, webhook: PartnerWebhook, stop: WebhookStop, actor: User | None, now: datetime) -> bool:
    """Stop a webhook, also during an attempt; its messages wait. Return whether it was running. `actor` is None for a failed one."""
    columns = {"stop": stop, "stopped_at": now, "due_at": None, "failing_since": None}
    with transaction.atomic():
        stopped = PartnerWebhook.objects.filter(pk=webhook.pk, stopped_at=None).update(**columns)
        if stopped:
            audit_log.record(
                action="partner.webhook_stopped", subject=webhook.partner, actor=actor, now=now, data={"reason": stop}
            )
    return bool(stopped)


def send_test(*, webhook: PartnerWebhook, actor: User, now: datetime) -> None:
    """Queue a test message. Raises WebhookStopped."""
    with transaction.atomic():
        running = PartnerWebhook.objects.filter(pk=webhook.pk, stopped_at=None)
        if not running.select_for_update().exists():
            raise WebhookStopped
        webhook.messages.create(hour=hour_of(now))
        outgoing.requeue(running, now=hour_of(now))
        audit_log.record(action="partner.webhook_tested", subject=webhook.partner, actor=actor, now=now, data={})


def stop_after_restore(now: datetime) -> str:
    """Discard the messages that waited in a restored backup, because they may have been sent since, and stop all webhooks."""
    WebhookMessage.objects.filter(delivered=False).delete()
    columns = {"stop": WebhookStop.RESTORED, "stopped_at": now, "due_at": None, "failing_since": None}
    stopped = PartnerWebhook.objects.filter(stopped_at=None).update(**columns)
    return (
        f"Webhooks of partners are stopped ({stopped}): switch them on after the check of the restored data."
        if stopped
        else ""
    )


def purge_messages(*, now: datetime) -> int:
    """Delete the messages of the log older than LOG_DAYS, sent or not. Return their number."""
    old = WebhookMessage.objects.filter(hour__lt=hour_of(now) - timedelta(days=LOG_DAYS))
    return old.delete()[0]
