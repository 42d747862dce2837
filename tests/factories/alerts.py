"""People on duty, and alerts about reports that need not exist."""

from datetime import datetime, time

from django.contrib.auth.models import Group

from clicksafely.accounts.models import User
from clicksafely.common.alerts import planning, services
from clicksafely.common.alerts.models import AlertChannel, AlertingState, ChannelMedium, DutyShift
from clicksafely.common.alerts.secret_encryption import encrypt

DANGER = "hotline.danger"
SECRET = "whsec_" + "A" * 43 + "="


def make_person(username: str, role: str = "analyst") -> User:
    """Create an account with an e-mail address."""
    user = User.objects.create(username=username, email=f"{username}@centre.example.org", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def give_shift(
    person: User, start: str = "22:00", end: str = "06:00", *, order: int = 1, days: str = "1234567"
) -> DutyShift:
    """Create a shift."""
    return DutyShift.objects.create(
        person=person,
        weekdays=[int(day) for day in days],
        starts_at=time.fromisoformat(start),
        ends_at=time.fromisoformat(end),
        order=order,
    )


def give_webhook(person: User, address: str) -> AlertChannel:
    """Create a webhook signed with SECRET."""
    return AlertChannel.objects.create(
        person=person, medium=ChannelMedium.WEBHOOK, address=address, encrypted_secret=encrypt(SECRET)
    )


def raise_and_plan(*references: int, now: datetime, kind: str = DANGER) -> int:
    """Raise alerts and take the steps that are due; return the number of messages."""
    for reference in references:
        services.raise_alert(kind=kind, reference=reference)
    return planning.plan_alerts(now=now)


def alerting_works(now: datetime) -> None:
    """Record both heartbeats."""
    planning.record_planning(now=now)
    AlertingState.objects.filter(pk=1).update(sent_at=now)
