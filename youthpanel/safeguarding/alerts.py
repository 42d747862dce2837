"""Alerts of safeguarding: urgent notes that no one has taken or the receiver has not opened, and overdue actions."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import pgettext_lazy

from clicksafely.common.alerts.kinds import AlertKind, register_kind
from clicksafely.common.alerts.models import AlertOccurrence
from clicksafely.common.alerts.services import raise_alert
from youthpanel.models import SafeguardingAction, SafeguardingNote
from youthpanel.permissions import OPEN_NOTE
from youthpanel.safeguarding.selectors import overdue_actions, unopened_handovers

URGENT: Final = "youthpanel.urgent_note"
OVERDUE: Final = "youthpanel.overdue_action"
ALERT_TASK: Final = "youthpanel.alert_safeguarding"
_PAGE: Final = "youthpanel/safeguarding/"
# Ends of alerts are rounded down to the hour: an urgent note alerts again one to two hours after a claim that did not take it.
_AGAIN_AFTER: Final = timedelta(hours=2)


def register() -> None:
    """Register the kinds of alerts. The lead and the deputy have no shifts: both are alerted at once."""
    for code, label in (
        (URGENT, pgettext_lazy("alert", "Safeguarding: an urgent note")),
        (OVERDUE, pgettext_lazy("alert", "Safeguarding: a deadline has passed")),
    ):
        register_kind(AlertKind(code=code, label=label, permission=OPEN_NOTE, path=_PAGE, uses_roster=False))


def raise_due_alerts(*, now: datetime) -> int:
    """Raise the alerts that are due; returns their number. Reads no content.

    Each is raised once. An urgent note is raised again if its alert was claimed, but the note was not taken or, after it was handed over,
    not opened.
    """
    unread = Q(assigned_to=None) | Q(pk__in=unopened_handovers().values("pk"))
    urgent = SafeguardingNote.objects.filter(unread, urgent=True, closed_at=None)
    ended = Q(alert__ended_at__lte=now - _AGAIN_AFTER)
    return _raise(URGENT, urgent, ~ended) + _raise(OVERDUE, overdue_actions(localdate(now)), Q())


def _raise(kind: str, subjects: QuerySet[SafeguardingNote] | QuerySet[SafeguardingAction], is_raised: Q) -> int:
    due = set(subjects.order_by().values_list("pk", flat=True))
    raised = AlertOccurrence.objects.filter(is_raised, kind=kind, reference__in=due)
    for reference in (missing := sorted(due.difference(raised.values_list("reference", flat=True)))):
        raise_alert(kind=kind, reference=reference, again=True)
    return len(missing)
