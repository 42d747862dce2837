"""Delivery of alert messages by e-mail and webhooks, at least once."""

from datetime import datetime
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from clicksafely.accounts.models import User
from clicksafely.common.alerts import content, secret_encryption, selectors
from clicksafely.common.alerts.models import (
    AlertChannel,
    AlertingState,
    AlertMessage,
    AlertMessageError,
    AlertMessageState,
    ChannelMedium,
)
from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from clicksafely.common.http import webhooks
from clicksafely.common.http.webhooks import WebhookError, WebhookErrorCode
from clicksafely.common.mail.addresses import domain_of
from clicksafely.common.mail.errors import SERVER_ERRORS
from clicksafely.common.mail.smtp import SmtpConnection
from clicksafely.common.mail.smtp_settings import has_smtp_server, read_smtp_settings
from clicksafely.common.queue import outgoing
from clicksafely.common.queue.outgoing import SendError, Superseded

# A response with another status is no acceptance.
_ACCEPTED: Final = range(200, 300)
# Statuses for which a repetition is useless: gone, and errors of ours.
_FINAL: Final = frozenset({400, 401, 403, 404, 405, 410, 413, 415, 422})
_NOT_PERMITTED: Final = frozenset({WebhookErrorCode.REFUSED, WebhookErrorCode.PRIVATE})


def send_due_messages(*, now: datetime, seconds: float = outgoing.RUN_SECONDS) -> int:
    """Send the messages due at `now`, for at most about `seconds`; return the number accepted.

    An attempt is stored before it is made, and its result after (`common.queue.outgoing`). A message whose run was
    aborted is sent again, once for each aborted run. E-mail and webhooks are queues of their own, so that an
    unresponsive mail server delays no webhook.
    """
    sent = _send(ChannelMedium.WEBHOOK, partial(_send_webhook, now=now), now=now, seconds=seconds)
    if _can_mail(now):
        with SmtpConnection(read_smtp_settings(), name=domain_of(content.sender_address())) as server:
            send = partial(_send_email, server=server, now=now)
            sent += _send(ChannelMedium.EMAIL, send, now=now, seconds=seconds)
    return sent


def record_sending(*, now: datetime) -> None:
    """Record a heartbeat of beat, the broker and the part `outside`, if it can reach a person on duty.

    E-mail and each webhook count as long as the last attempt has not failed. If no person on duty has an address, any of them is enough.
    """
    attempted = AlertMessage.objects.filter(medium=ChannelMedium.EMAIL, attempts__gt=0)
    mail = _can_mail(now) and _last_error(attempted) not in SERVER_ERRORS
    on_duty = selectors.people_on_duty(now).prefetch_related("alert_channels")
    addressed = [person for person in on_duty if person.email or person.alert_channels.all()]
    if addressed:
        able = any(_reaches(person, mail=mail) for person in addressed)
    else:
        webhooks_in_use = AlertChannel.objects.filter(medium=ChannelMedium.WEBHOOK)
        able = mail or any(_is_answering(channel) for channel in webhooks_in_use)
    if able:
        AlertingState.objects.filter(pk=1).update(sent_at=now)


def _reaches(person: User, *, mail: bool) -> bool:
    """Return whether a message would reach `person`: at a channel, or without one at the address of the account."""
    channels = person.alert_channels.all()
    if not channels:
        return mail
    return any(mail if each.medium == ChannelMedium.EMAIL else _is_answering(each) for each in channels)


def _is_answering(channel: AlertChannel) -> bool:
    return not _last_error(channel.messages.filter(attempts__gt=0))


def _last_error(attempted: QuerySet[AlertMessage]) -> str:
    """Return the error of the last attempt, "" if it succeeded. An interruption is no fault of the receiver."""
    conclusive = attempted.exclude(error=AlertMessageError.INTERRUPTED)
    return conclusive.order_by("-pk").values_list("error", flat=True).first() or ""


def _send(medium: ChannelMedium, send: partial[bool], *, now: datetime, seconds: float) -> int:
    return outgoing.send_due(
        claim=partial(outgoing.claim, _due(medium), now=now),
        send=send,
        give_up=partial(_give_up, now=now),
        now=now,
        seconds=seconds,
    )


def _due(medium: ChannelMedium) -> QuerySet[AlertMessage]:
    messages = AlertMessage.objects.filter(medium=medium, state=AlertMessageState.DUE)
    # Workers may not read passwords.
    return messages.select_related("alert", "channel", "person").defer("person__password")


def _can_mail(now: datetime) -> bool:
    """Return whether a mail server is configured, and did not fail less than a pause ago."""
    failed = _due(ChannelMedium.EMAIL).filter(due_at__gt=now, error__in=SERVER_ERRORS)
    return bool(has_smtp_server() and content.sender_address()) and not failed.exists()


def _send_email(message: AlertMessage, *, server: SmtpConnection, now: datetime) -> bool:
    address = message.channel.address if message.channel else message.person.email
    if not address:
        raise SendError(AlertMessageError.NO_ADDRESS, final=True)

    def write() -> bytes | None:
        if not outgoing.leased(message).exists():
            return None
        message.alert.refresh_from_db()
        return content.write_email(message=message, alert=message.alert, to=address, now=now)

    if not server.deliver(sender=content.sender_address(), recipient=address, write=write):
        raise Superseded
    _end(message, AlertMessageState.SENT, now=now)
    return True


def _send_webhook(message: AlertMessage, *, now: datetime) -> bool:
    channel = message.channel
    if channel is None:
        raise SendError(AlertMessageError.NO_ADDRESS, final=True)
    try:
        secret = secret_encryption.decrypt(bytes(channel.encrypted_secret or b""))
    except secret_encryption.SecretLost as error:
        raise SendError(AlertMessageError.SECRET, final=True) from error
    if not outgoing.leased(message).exists():
        raise Superseded
    body = content.write_webhook(message=message, alert=message.alert)
    try:
        status = webhooks.post(
            channel.address,
            body,
            message_id=f"alert_{message.pk}",
            secret=secret,
            allowed_hosts=selectors.webhook_hosts(),
            now=now,
        )
    except WebhookError as error:
        if error.code in _NOT_PERMITTED:
            raise SendError(AlertMessageError.HOST, final=True) from error
        raise SendError(AlertMessageError.NOT_ANSWERING) from error
    if status not in _ACCEPTED:
        raise SendError(AlertMessageError.REFUSED, final=status in _FINAL)
    _end(message, AlertMessageState.SENT, now=now)
    return True


def _give_up(message: AlertMessage, failure: SendError, *, now: datetime) -> None:
    _end(message, AlertMessageState.FAILED, error=AlertMessageError(failure.error), now=now)


def _end(
    message: AlertMessage, state: AlertMessageState, *, error: AlertMessageError | None = None, now: datetime
) -> None:
    """Store the end of a message. One that was withdrawn while it was sent is stored as sent, too."""
    with transaction.atomic():
        columns = {"state": state, "error": error or ""}
        withdrawn = AlertMessage.objects.filter(pk=message.pk, state=AlertMessageState.WITHDRAWN)
        if not outgoing.finish(message, **columns) and not (error is None and withdrawn.update(**columns)):
            return
        data: dict[str, audit_log.AuditValue] = {
            "message": message.pk,
            "person": message.person_id,
            "medium": message.medium,
            "step": message.step,
        }
        if error:
            data["error"] = error.value
        audit_log.record(
            action="alert.message_failed" if error else "alert.message_sent",
            subject=message.alert,
            actor=None,
            now=hour_of(now),
            data=data,
        )
