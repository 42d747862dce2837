"""Reads of alerts: who is on duty, open and past alerts, faults of the alerting itself."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.db.models.enums import TextChoices
from django.utils.translation import pgettext_lazy

from clicksafely.accounts.models import User
from clicksafely.common.alerts.kinds import AlertKind, known_kinds
from clicksafely.common.alerts.models import (
    Alert,
    AlertChannel,
    AlertingState,
    AlertMessage,
    AlertMessageState,
    AlertRules,
    AlertState,
    DutyShift,
    WebhookHost,
)
from clicksafely.common.alerts.permissions import RECEIVE_ESCALATION
from clicksafely.common.permissions import has_role_permission, users_with_permission

# Beat runs both tasks four times a minute.
ALIVE: Final = timedelta(minutes=3)
OVERDUE: Final = timedelta(minutes=5)


class AlertingFault(TextChoices):
    """A fault of the alerting itself."""

    NOT_PLANNED = (
        "not_planned",
        pgettext_lazy("alert", "alerts are not planned: beat, the broker or the worker has stopped"),
    )
    NOT_SENT = (
        "not_sent",
        pgettext_lazy(
            "alert", "alerts are not sent: the process that sends e-mail has stopped, or no mail server is configured"
        ),
    )
    OVERDUE = "overdue", pgettext_lazy("alert", "messages have been waiting for more than five minutes")


def is_on_duty(now: datetime) -> bool:
    """Return whether an alert at `now` (aware) would reach a person on the roster.

    The worker has determined this within the last minutes, because the public site cannot read the roster. False as
    well while the worker or the part `outside` has stopped.
    """
    state = AlertingState.objects.filter(pk=1, planned_at__gt=now - ALIVE, sent_at__gt=now - ALIVE)
    return state.filter(on_duty=True).exists()


def on_duty(now: datetime) -> list[DutyShift]:
    """Return the shifts at `now` (aware) with their persons, in the order of escalation. Inactive accounts are omitted."""
    # Workers may not read passwords.
    shifts = DutyShift.objects.filter(person__is_active=True).select_related("person").defer("person__password")
    return [shift for shift in shifts.order_by("order", "id") if shift.covers(now)]


def escalation_recipients(kind: AlertKind) -> list[User]:
    """Return the supervisors who are alerted after the roster: holders of RECEIVE_ESCALATION and of the kind's permission.

    Of a kind without a roster, all holders of its permission.
    """
    if not kind.uses_roster:
        return list(users_with_permission(kind.permission).defer("password"))
    holders = users_with_permission(RECEIVE_ESCALATION).defer("password")
    return [user for user in holders if has_role_permission(user, kind.permission)]


def visible_kinds(user: User) -> list[AlertKind]:
    """Return the kinds of alerts that `user` sees, receives and may claim."""
    return [kind for kind in known_kinds() if has_role_permission(user, kind.permission)]


def open_alerts(user: User) -> list[Alert]:
    """Return the open alerts that `user` may see, the newest first. One query; for the bar of the staff pages."""
    kinds = [kind.code for kind in visible_kinds(user)]
    return list(Alert.objects.filter(state=AlertState.OPEN, kind__in=kinds).order_by("-id")) if kinds else []


def alert_history(user: User) -> QuerySet[Alert]:
    """Return the alerts that `user` may see, the newest first.

    `claimed_by`, the messages in the order of steps, and their persons are prefetched.
    """
    messages = AlertMessage.objects.select_related("person").order_by("step", "id")
    alerts = Alert.objects.filter(kind__in=[kind.code for kind in visible_kinds(user)])
    return alerts.select_related("claimed_by").prefetch_related(Prefetch("messages", messages)).order_by("-id")


def roster() -> QuerySet[DutyShift]:
    """Return all shifts with their persons."""
    return DutyShift.objects.select_related("person").order_by("order", "id")


def channels() -> QuerySet[AlertChannel]:
    """Return all channels with their persons."""
    return AlertChannel.objects.select_related("person").order_by("person__username", "medium", "id")


def rostered_people() -> QuerySet[User]:
    """Return the active accounts that may have a shift.

    Their role sees some kind of alert with a roster besides tests. Only they count as on duty on the receipt of a
    report.
    """
    return users_with_permission(*{kind.permission for kind in known_kinds() if kind.uses_roster})


def people_on_duty(now: datetime) -> QuerySet[User]:
    """Return the accounts of `rostered_people` that have a shift at `now` (aware)."""
    return rostered_people().filter(pk__in=[shift.person_id for shift in on_duty(now)]).defer("password")


def alerted_people() -> QuerySet[User]:
    """Return the accounts that may have channels: those with shifts, and those alerted without a roster."""
    return users_with_permission(*{kind.permission for kind in known_kinds()})


def people_without_address() -> list[User]:
    """Return the persons who should receive alerts and have neither a channel nor an e-mail address of the account.

    These are persons of shifts, supervisors, and others who are alerted without a shift.
    """
    shifts = DutyShift.objects.filter(person=OuterRef("pk"))
    reachable = AlertChannel.objects.filter(person=OuterRef("pk"))
    always = {kind.permission for kind in known_kinds() if not kind.uses_roster}
    escalated = users_with_permission(RECEIVE_ESCALATION, *always).values("pk")
    people = User.objects.filter(is_active=True, email="").exclude(Exists(reachable))
    return list((people.filter(Exists(shifts)) | people.filter(pk__in=escalated)).order_by("username"))


def webhook_hosts() -> list[str]:
    """Return the permitted hosts of webhooks."""
    return list(WebhookHost.objects.order_by("host").values_list("host", flat=True))


def alert_rules() -> AlertRules:
    """Return the rules."""
    return AlertRules.objects.get(pk=1)


def alerting_faults(now: datetime) -> list[AlertingFault]:
    """Return what does not work in the alerting at `now` (aware); empty if it works."""
    state = AlertingState.objects.get(pk=1)
    found = []
    if state.planned_at is None or state.planned_at <= now - ALIVE:
        found.append(AlertingFault.NOT_PLANNED)
    if state.sent_at is None or state.sent_at <= now - ALIVE:
        found.append(AlertingFault.NOT_SENT)
    if overdue_messages(now).exists():
        found.append(AlertingFault.OVERDUE)
    return found


def overdue_messages(now: datetime) -> QuerySet[AlertMessage]:
    """Return the messages that should have been sent five minutes ago, or fail for as long."""
    due = AlertMessage.objects.filter(state=AlertMessageState.DUE)
    return due.filter(due_at__lte=now - OVERDUE) | due.filter(failing_since__lte=now - OVERDUE)
