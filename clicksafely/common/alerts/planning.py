"""Steps of open alerts: recipients of each step, limits of messages, ends of alerts. A lock admits one planner at a time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q

from clicksafely.accounts.models import User
from clicksafely.common.alerts import kinds, selectors
from clicksafely.common.alerts.models import (
    Alert,
    AlertChannel,
    AlertingState,
    AlertMessage,
    AlertMessageState,
    AlertOccurrence,
    AlertState,
    ChannelMedium,
)
from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from clicksafely.common.permissions import has_role_permission

TEST_ENDS_AFTER: Final = timedelta(hours=1)
_LOCK: Final = 0x616C7274  # "alrt"


def plan_alerts(*, now: datetime) -> int:
    """Count new occurrences, open alerts for them, take the steps that are due. Returns the number of messages to send."""
    with transaction.atomic():
        lock()
        _count_occurrences(now)
        due = Alert.objects.select_for_update().filter(state=AlertState.OPEN, next_step_at__lte=now).order_by("id")
        return sum(_take_step(alert, now) for alert in due)


def record_planning(*, now: datetime) -> None:
    """Record a heartbeat of beat, the broker and the worker, and whether the roster covers `now`."""
    AlertingState.objects.filter(pk=1).update(planned_at=now, on_duty=_reaches_roster(now))


def _reaches_roster(now: datetime) -> bool:
    """Return whether a person on duty has an address, and a role that is alerted."""
    has_channel = Exists(AlertChannel.objects.filter(person=OuterRef("pk")))
    return selectors.people_on_duty(now).filter(~Q(email="") | has_channel).exists()


def lock() -> None:
    """Wait for other planners until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def open_alert(*, kind: str, count: int, actor: User | None, now: datetime) -> Alert:
    """Open an alert, due at once. The caller holds the lock."""
    alert = Alert.objects.create(kind=kind, count=count, opened_at=hour_of(now), next_step_at=now)
    audit_log.record(action="alert.raised", subject=alert, actor=actor, now=hour_of(now), data={"kind": kind})
    return alert


def end_alert(alert: Alert, to: AlertState, *, actor: User | None, now: datetime) -> bool:
    """End an open alert, and withdraw its messages. Returns False if it is not open."""
    columns = {"state": to, "claimed_by": actor, "ended_at": hour_of(now), "next_step_at": None}
    if not Alert.objects.filter(pk=alert.pk, state=AlertState.OPEN).update(**columns):
        return False
    for name, value in columns.items():
        setattr(alert, name, value)
    # A message that is being sent now stays as it was leased; its row is not stored as sent.
    AlertMessage.objects.filter(alert=alert, state=AlertMessageState.DUE).update(
        state=AlertMessageState.WITHDRAWN, due_at=None, failing_since=None
    )
    audit_log.record(
        action=f"alert.{to.value}", subject=alert, actor=actor, now=hour_of(now), data={"kind": alert.kind}
    )
    return True


def plan_messages(alert: Alert, people: Iterable[User], *, now: datetime) -> int:
    """Take a step: queue a message to each channel of `people`, within the limits. Returns the number of queued messages."""
    rules, hour = selectors.alert_rules(), hour_of(now)
    alert.step += 1
    alert.save(update_fields=["step"])
    counted = AlertMessage.objects.filter(hour=hour).exclude(state=AlertMessageState.CAPPED)
    by_person = dict(counted.order_by().values_list("person").annotate(Count("pk")))
    total = sum(by_person.values())
    planned, capped = [], []
    for person in people:
        for message in _messages(alert, person, hour):
            if by_person.get(person.pk, 0) >= rules.hourly_limit_person or total >= rules.hourly_limit_total:
                message.state = AlertMessageState.CAPPED
                capped.append(message)
                continue
            by_person[person.pk] = by_person.get(person.pk, 0) + 1
            total += 1
            message.due_at = now
            planned.append(message)
    AlertMessage.objects.bulk_create([*planned, *capped])
    audit_log.record(
        action="alert.step",
        subject=alert,
        actor=None,
        now=hour,
        data={
            "step": alert.step,
            "count": alert.count,
            "people": sorted({message.person_id for message in planned}),
            "capped": len(capped),
        },
    )
    return len(planned)


def _count_occurrences(now: datetime) -> None:
    uncounted = AlertOccurrence.objects.filter(alert=None)
    for kind in uncounted.order_by("kind").values_list("kind", flat=True).distinct():
        rows = list(uncounted.filter(kind=kind).values_list("pk", flat=True))
        alert = Alert.objects.select_for_update().filter(kind=kind, state=AlertState.OPEN).first()
        if alert is None:
            alert = open_alert(kind=kind, count=len(rows), actor=None, now=now)
        else:
            alert.count += len(rows)
            alert.next_step_at = _earlier_step(alert, now)
            alert.save(update_fields=["count", "next_step_at"])
        AlertOccurrence.objects.filter(pk__in=rows).update(alert=alert)


def _earlier_step(alert: Alert, now: datetime) -> datetime:
    """Return the next step of an open alert with a further occurrence.

    After the last step it is due at once, but no sooner than `claim_minutes` after that step. A flood must not use up
    the hourly limits.
    """
    rules, planned = selectors.alert_rules(), alert.next_step_at or now
    pause = timedelta(minutes=rules.claim_minutes)
    if planned <= now + pause:
        return planned
    return max(now, planned - timedelta(minutes=rules.repeat_minutes) + pause)


def _take_step(alert: Alert, now: datetime) -> int:
    """Alert the next order of the roster.

    After the last order, or without a person on duty, all supervisors and all persons on duty are alerted. A kind
    without a roster alerts all holders of its permission.
    """
    try:
        kind = kinds.kind_of(alert.kind)
    except KeyError:
        # The kind was removed by a release.
        end_alert(alert, AlertState.ENDED, actor=None, now=now)
        return 0
    if not kind.escalates:
        end_alert(alert, AlertState.ENDED, actor=None, now=now)
        return 0
    rules = selectors.alert_rules()
    on_duty = selectors.on_duty(now) if kind.uses_roster else []
    shifts = [shift for shift in on_duty if has_role_permission(shift.person, kind.permission)]
    orders = sorted({shift.order for shift in shifts if shift.order > alert.last_order})
    if orders:
        alert.last_order = orders[0]
        people = [shift.person for shift in shifts if shift.order == orders[0]]
        pause = rules.claim_minutes
    else:
        people = [*(shift.person for shift in shifts), *selectors.escalation_recipients(kind)]
        pause = rules.repeat_minutes
    alert.next_step_at = now + timedelta(minutes=pause)
    alert.save(update_fields=["last_order", "next_step_at"])
    return plan_messages(alert, dict.fromkeys(people), now=now)


def _messages(alert: Alert, person: User, hour: datetime) -> list[AlertMessage]:
    """Return the messages of a step to a person: one to each channel, or one to the account's e-mail address."""
    channels: list[AlertChannel | None] = [*AlertChannel.objects.filter(person=person).order_by("id")]
    if not channels and person.email:
        channels = [None]
    return [
        AlertMessage(
            alert=alert,
            step=alert.step,
            person=person,
            channel=channel,
            medium=channel.medium if channel else ChannelMedium.EMAIL,
            hour=hour,
        )
        for channel in channels
    ]
