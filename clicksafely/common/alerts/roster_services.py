"""Changes of the duty roster, channels, rules and permitted hosts. Every change is recorded in the audit trail."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from clicksafely.accounts.models import User
from clicksafely.common.alerts import exceptions, secret_encryption, selectors
from clicksafely.common.alerts.models import AlertChannel, AlertRules, ChannelMedium, DutyShift, WebhookHost
from clicksafely.common.alerts.permissions import MANAGE_DUTY
from clicksafely.common.audit import audit_log
from clicksafely.common.http import webhooks
from clicksafely.common.mail.addresses import is_deliverable
from clicksafely.common.permissions import administers_accounts, has_role_permission

# A name of a host, and its port unless it is 443.
_HOST: Final = re.compile(
    r"(?=.{4,250}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9](?::[1-9][0-9]{0,4})?"
)


@dataclass(frozen=True, kw_only=True)
class ShiftData:
    """The fields of a shift, as in `DutyShift`."""

    person: User
    weekdays: Sequence[int]
    starts_at: time
    ends_at: time
    order: int = 1
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class RulesData:
    """The fields of `AlertRules`."""

    claim_minutes: int
    repeat_minutes: int
    hourly_limit_person: int
    hourly_limit_total: int


def save_shift(*, data: ShiftData, actor: User, now: datetime, shift: DutyShift | None = None) -> DutyShift:
    """Add a shift, or change `shift`. Raises PermissionDenied, NotReachable, and ValidationError for values the model refuses."""
    _require(actor)
    if not is_reachable(data.person):
        raise exceptions.NotReachable
    row = shift or DutyShift()
    for name, value in vars(data).items():
        setattr(row, name, sorted(set(value)) if name == "weekdays" else value)
    row.full_clean()
    with transaction.atomic():
        row.save()
        audit_log.record(
            action="duty.shift_changed" if shift else "duty.shift_added",
            subject=row,
            actor=actor,
            now=now,
            data={
                "person": data.person.pk,
                "weekdays": list(row.weekdays),
                "from": f"{row.starts_at:%H:%M}",
                "to": f"{row.ends_at:%H:%M}",
                "order": row.order,
                "first_day": row.valid_from.isoformat() if row.valid_from else "",
                "last_day": row.valid_until.isoformat() if row.valid_until else "",
            },
        )
    return row


def delete_shift(*, shift: DutyShift, actor: User, now: datetime) -> None:
    """Delete a shift. Raises PermissionDenied."""
    _require(actor)
    with transaction.atomic():
        audit_log.record(
            action="duty.shift_removed", subject=shift, actor=actor, now=now, data={"person": shift.person_id}
        )
        shift.delete()


def add_email_channel(*, person: User, address: str, actor: User, now: datetime) -> AlertChannel:
    """Add an e-mail address of a person. Raises PermissionDenied, InvalidAddress and ChannelExists."""
    _require(actor)
    if not is_deliverable(address):
        raise exceptions.InvalidAddress
    return _add(AlertChannel(person=person, medium=ChannelMedium.EMAIL, address=address), actor, now)


def add_webhook_channel(*, person: User, address: str, actor: User, now: datetime) -> tuple[AlertChannel, str]:
    """Add a webhook of a person. Return it with its new secret, which is shown once.

    The receiver verifies the requests with the secret. Raises PermissionDenied, InvalidWebhook and ChannelExists.
    """
    _require(actor)
    try:
        webhooks.check_url(address, allowed_hosts=selectors.webhook_hosts())
    except webhooks.WebhookError as error:
        raise exceptions.InvalidWebhook from error
    secret = webhooks.new_secret()
    channel = AlertChannel(
        person=person,
        medium=ChannelMedium.WEBHOOK,
        address=address,
        encrypted_secret=secret_encryption.encrypt(secret),
    )
    return _add(channel, actor, now), secret


def delete_channel(*, channel: AlertChannel, actor: User, now: datetime) -> None:
    """Delete a channel; its waiting messages fail. Raises PermissionDenied."""
    _require(actor)
    with transaction.atomic():
        audit_log.record(
            action="duty.channel_removed",
            subject=channel,
            actor=actor,
            now=now,
            data={"person": channel.person_id, "medium": channel.medium},
        )
        channel.delete()


def save_rules(*, data: RulesData, actor: User, now: datetime) -> None:
    """Change the rules; open alerts follow them from their next step on. Raises PermissionDenied, and IntegrityError out of range."""
    _require(actor)
    with transaction.atomic():
        AlertRules.objects.filter(pk=1).update(**asdict(data))
        audit_log.record(
            action="duty.rules_changed", subject=selectors.alert_rules(), actor=actor, now=now, data=asdict(data)
        )


def permit_host(*, host: str, actor: User, now: datetime) -> None:
    """Permit webhooks to a host, such as `example.org` or, for another port than 443, `example.org:8443`.

    Raises PermissionDenied unless `actor` is an administrator, and InvalidHost.
    """
    if not administers_accounts(actor):
        raise PermissionDenied
    name = host.strip().lower()
    if not _HOST.fullmatch(name):
        raise exceptions.InvalidHost
    with transaction.atomic():
        row, created = WebhookHost.objects.get_or_create(host=name)
        if created:
            audit_log.record(action="duty.host_permitted", subject=row, actor=actor, now=now, data={"host": name[:64]})


def forbid_host(*, host: str, actor: User, now: datetime) -> None:
    """Withdraw the permission of a host. Raises PermissionDenied unless `actor` is an administrator."""
    if not administers_accounts(actor):
        raise PermissionDenied
    with transaction.atomic():
        for row in WebhookHost.objects.filter(host=host):
            audit_log.record(
                action="duty.host_forbidden", subject=row, actor=actor, now=now, data={"host": row.host[:64]}
            )
            row.delete()


def is_reachable(person: User) -> bool:
    """Return whether a message can be sent to a person."""
    return bool(person.email) or AlertChannel.objects.filter(person=person).exists()


def _add(channel: AlertChannel, actor: User, now: datetime) -> AlertChannel:
    try:
        with transaction.atomic():
            channel.save()
            audit_log.record(
                action="duty.channel_added",
                subject=channel,
                actor=actor,
                now=now,
                data={"person": channel.person_id, "medium": channel.medium},
            )
    except IntegrityError as error:
        raise exceptions.ChannelExists from error
    return channel


def _require(actor: User) -> None:
    if not has_role_permission(actor, MANAGE_DUTY):
        raise PermissionDenied
