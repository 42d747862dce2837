"""Changes of alerts: raising, claiming and ending them, tests, and the end of their retention."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from clicksafely.accounts.models import User
from clicksafely.common.alerts import kinds, planning, selectors
from clicksafely.common.alerts.exceptions import AlertNotOpen, NoRecipient
from clicksafely.common.alerts.models import (
    Alert,
    AlertChannel,
    AlertOccurrence,
    AlertState,
    DutyShift,
)
from clicksafely.common.alerts.permissions import MANAGE_DUTY
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.queue.enqueue import enqueue_task

PLAN_TASK: Final = "alerts.plan_alerts"
SEND_TASK: Final = "alerts.send_messages"
RETENTION: Final = timedelta(days=90)


def raise_alert(*, kind: str, reference: int, again: bool = False) -> None:
    """Raise an alert of a registered kind about `reference`, the ID of its subject, once for each pair of both.

    `again`: also if an earlier alert about it has ended, or it was claimed in an open one. Only inserts a row without a
    time in the caller's transaction. After the commit, a task of the worker plans the alert. Raises KeyError for an
    unknown kind.
    """
    kinds.kind_of(kind)
    if again:
        earlier = AlertOccurrence.objects.filter(kind=kind, reference=reference, alert__isnull=False)
        earlier.exclude(alert__state=AlertState.OPEN, claimed=False).delete()
    AlertOccurrence.objects.bulk_create([AlertOccurrence(kind=kind, reference=reference)], ignore_conflicts=True)
    transaction.on_commit(partial(enqueue_task, PLAN_TASK))


def claim_alert(*, alert: Alert, actor: User, now: datetime) -> None:
    """Claim an open alert: its messages are withdrawn and it is not escalated further.

    Raises PermissionDenied without the permission of the kind, and AlertNotOpen.
    """
    if not has_role_permission(actor, kinds.kind_of(alert.kind).permission):
        raise PermissionDenied
    with transaction.atomic():
        if not planning.end_alert(alert, AlertState.CLAIMED, actor=actor, now=now):
            raise AlertNotOpen


def claim_subject(*, kinds: Iterable[str], reference: int, actor: User, now: datetime) -> None:
    """Take `reference` out of the open alerts of these kinds, because `actor` has started to work on it. Does nothing without one.

    The last subject claims the alert; while others wait, it stays open. The caller has checked the permission to work on the subject. An
    alert not yet planned is not sent.
    """
    occurrences = AlertOccurrence.objects.filter(kind__in=[*kinds], reference=reference, claimed=False)
    with transaction.atomic():
        occurrences.filter(alert=None).delete()
        # The lock makes simultaneous claims of the last two subjects see each other.
        for alert in Alert.objects.select_for_update().filter(
            state=AlertState.OPEN, pk__in=list(occurrences.exclude(alert=None).values_list("alert", flat=True))
        ):
            waiting = alert.count - occurrences.filter(alert=alert).update(claimed=True)
            if waiting > 0:
                Alert.objects.filter(pk=alert.pk).update(count=waiting)
            else:
                planning.end_alert(alert, AlertState.CLAIMED, actor=actor, now=now)


def send_test(*, actor: User, now: datetime, person: User | None = None) -> Alert:
    """Send a test to `person`, or to all who are on duty, or to `actor` if no one is. Returns the alert, which ends an earlier test.

    Raises PermissionDenied, and NoRecipient.
    """
    if not has_role_permission(actor, MANAGE_DUTY):
        raise PermissionDenied
    people = [person] if person else list(dict.fromkeys(shift.person for shift in selectors.on_duty(now))) or [actor]
    with transaction.atomic():
        planning.lock()
        for earlier in Alert.objects.filter(kind=kinds.TEST, state=AlertState.OPEN):
            planning.end_alert(earlier, AlertState.ENDED, actor=None, now=now)
        alert = planning.open_alert(kind=kinds.TEST, count=1, actor=actor, now=now)
        if not planning.plan_messages(alert, people, now=now):
            raise NoRecipient
        alert.next_step_at = now + planning.TEST_ENDS_AFTER
        alert.save(update_fields=["next_step_at"])
        transaction.on_commit(partial(enqueue_task, SEND_TASK))
    return alert


def forget_person(*, person: User) -> None:
    """Remove a person's shifts and channels, when the account is closed."""
    DutyShift.objects.filter(person=person).delete()
    AlertChannel.objects.filter(person=person).delete()


def delete_old_alerts(*, now: datetime) -> int:
    """Delete the alerts that ended more than RETENTION ago, with their messages and occurrences. Returns their number."""
    old = Alert.objects.filter(ended_at__lt=now - RETENTION)
    count = old.count()
    old.delete()
    return count


def end_alerts_after_restore(now: datetime) -> str:
    """Restore hook: end the open alerts of a backup, so that none is sent again blindly."""
    with transaction.atomic():
        uncounted = AlertOccurrence.objects.filter(alert=None)
        found = Alert.objects.filter(state=AlertState.OPEN)
        count = found.count() + uncounted.count()
        for alert in found:
            planning.end_alert(alert, AlertState.ENDED, actor=None, now=now)
        uncounted.delete()
    if not count:
        return ""
    return f"{count} alerts were open at the time of the backup. They are not sent again: check the queue of cases now."
