"""Subscriptions of coordinators to the calendar of meetings: one signed URL an account, which a new one replaces."""

from datetime import datetime
from typing import Final
from uuid import uuid4

from django.db import transaction
from django.urls import reverse

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import signed_uuids
from clicksafely.common.permissions import users_with_permission
from youthpanel.models import CalendarSubscription

VIEW_MEETING: Final = "youthpanel.view_meeting"
# The staff site signs, the public site verifies: no other secret is shared by these two.
_SECRET: Final = "RECEIPT_PEPPER"  # noqa: S105 - its name
_SALT: Final = "youthpanel.meetings.calendar"


def subscription_of(user: User) -> CalendarSubscription | None:
    """Return the subscription of the account, or None; one query."""
    return CalendarSubscription.objects.filter(user=user).first()


def subscription_path(subscription: CalendarSubscription, language: str) -> str:
    """Return the path of the calendar on the public site, in `language` (a code of LANGUAGES). The staff site knows it too."""
    token = signed_uuids.make_token(subscription.uuid, secret=_SECRET, salt=_SALT)
    return f"/{language}{reverse('panel-meetings-calendar', urlconf='youthpanel.meetings.urls', args=[token])}"


def is_valid(token: str) -> bool:
    """Return whether the token belongs to a subscription. An altered token costs no query, another one costs one."""
    row = signed_uuids.uuid_from_token(token, secret=_SECRET, salt=_SALT)
    return row is not None and CalendarSubscription.objects.filter(uuid=row).exists()


def renew_subscription(*, actor: User, now: datetime) -> None:
    """Give the account a new URL. The former one is void."""
    with transaction.atomic():
        defaults = {"uuid": uuid4(), "renewed_at": now}
        subscription, _created = CalendarSubscription.objects.update_or_create(user=actor, defaults=defaults)
        audit_log.record(action="calendar_subscription.replaced", subject=subscription, actor=actor, now=now)


def remove_subscription(*, actor: User, now: datetime) -> None:
    """Make the URL of the account void. Does nothing without a subscription."""
    with transaction.atomic():
        subscription = CalendarSubscription.objects.select_for_update().filter(user=actor).first()
        if subscription is not None:
            audit_log.record(action="calendar_subscription.removed", subject=subscription, actor=actor, now=now)
            subscription.delete()


def remove_without_permission() -> None:
    """Make the URLs of accounts void that are closed or no longer see meetings. Idempotent."""
    permitted = users_with_permission(VIEW_MEETING).order_by().values("pk")
    CalendarSubscription.objects.exclude(user__in=permitted).delete()


def remove_all_after_restore(now: datetime) -> str:
    """Make all URLs void, because a backup may contain some that were replaced since. Returns a sentence for the administrator."""
    removed, _tables = CalendarSubscription.objects.all().delete()
    return (
        f"{removed} calendar subscriptions are void. Coordinators must subscribe again (Meetings)." if removed else ""
    )
