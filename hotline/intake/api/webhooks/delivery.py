"""Sends the messages of webhooks, in order and at least once. A webhook that accepts nothing for three days is stopped."""

import json
import time
from datetime import UTC, datetime
from typing import Final

from django.db.models import F

from clicksafely.common.alerts import secret_encryption
from clicksafely.common.alerts.selectors import webhook_hosts
from clicksafely.common.clock import hour_of
from clicksafely.common.http import webhooks
from clicksafely.common.queue import outgoing
from clicksafely.common.queue.outgoing import SendError, Superseded
from hotline.intake.api.webhooks.selectors import sending_webhooks
from hotline.intake.api.webhooks.services import stop_webhook
from hotline.models import PartnerWebhook, WebhookError, WebhookMessage, WebhookStop

# Of a run for one webhook, so that a slow server does not keep others waiting.
WEBHOOK_SECONDS: Final = 10.0
_GONE: Final = 410
_STOPS: Final = {
    WebhookError.GONE: WebhookStop.GONE,
    WebhookError.REFUSED: WebhookStop.REFUSED,
    WebhookError.SECRET: WebhookStop.SECRET,
}


def send_due_messages(*, now: datetime, seconds: float = outgoing.RUN_SECONDS) -> int:
    """Send the waiting messages of webhooks due at `now`, for about `seconds`. Returns the number of webhooks that accepted all."""

    def give_up(webhook: PartnerWebhook, failure: SendError) -> None:
        stop = _STOPS.get(WebhookError(failure.error), WebhookStop.FAILING)
        PartnerWebhook.objects.filter(pk=webhook.pk).update(error=failure.error)
        stop_webhook(webhook=webhook, stop=stop, actor=None, now=now)

    return outgoing.send_due(
        claim=lambda: outgoing.claim(sending_webhooks(), now=now),
        send=lambda webhook: _send(webhook, now=now),
        give_up=give_up,
        now=now,
        seconds=seconds,
    )


def body_of(message: WebhookMessage) -> bytes:
    """Return the body of a message: event, report, status and hour, without content of the report."""
    sent = message.partner_report
    data = {"report": str(sent.uuid), "reference": sent.reference, "state": message.status} if sent is not None else {}
    event = {
        "id": str(message.uuid),
        "type": "report.state" if data else "test",
        "timestamp": f"{hour_of(message.hour).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "data": data,
    }
    return json.dumps(event).encode()


def _send(webhook: PartnerWebhook, *, now: datetime) -> bool:
    """Send the messages of a leased webhook until one fails. Returns whether none is left."""
    try:
        secret = secret_encryption.decrypt(bytes(webhook.encrypted_secret))
    except secret_encryption.SecretLost as error:
        raise SendError(WebhookError.SECRET, final=True) from error
    waiting = webhook.messages.filter(delivered=False).select_related("partner_report").order_by("pk")
    ends, hosts = time.monotonic() + WEBHOOK_SECONDS, webhook_hosts()
    while message := waiting.first():
        if not outgoing.leased(webhook).exists():
            raise Superseded
        if time.monotonic() > ends:
            break
        _post(webhook, message, secret=secret, hosts=hosts, now=now)
    outgoing.finish(webhook, due_at=hour_of(now) if message else None, attempts=0)
    return message is None


def _post(webhook: PartnerWebhook, message: WebhookMessage, *, secret: str, hosts: list[str], now: datetime) -> None:
    this = WebhookMessage.objects.filter(pk=message.pk)
    this.update(attempts=F("attempts") + 1, answer=None)
    try:
        answer = webhooks.post(
            webhook.url,
            body_of(message),
            message_id=str(message.uuid),
            secret=secret,
            allowed_hosts=hosts,
            now=now,
        )
    except webhooks.WebhookError as error:
        raise SendError(WebhookError(error.code), final=error.code == webhooks.WebhookErrorCode.REFUSED) from error
    delivered = 200 <= answer < 300
    this.update(answer=answer, delivered=delivered)
    if answer == _GONE:
        raise SendError(WebhookError.GONE, final=True)
    if not delivered:
        raise SendError(WebhookError.ANSWER)
