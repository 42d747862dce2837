"""Counts what people open, a person and day: for every room in which something sealed is opened on purpose."""

from datetime import date, datetime
from enum import StrEnum

from django.conf import settings
from django.db import connection
from django.utils import timezone

from clicksafely.accounts.models import User
from hotline.models import DisplayPreference, ExposureCount


class ExposureKind(StrEnum):
    """What was opened; the values are columns of Exposure."""

    PICTURES = "pictures"
    TEXTS = "texts"
    MESSAGES = "messages"


# Whoever opened nothing for as long as a break is has had one. Whoever opens something has ended theirs.
_COUNT = """
    INSERT INTO hotline_exposurecount AS known (user_id, day, {kind}, stretch_began_at, last_at) VALUES (%s, %s, 1, %s, %s)
    ON CONFLICT (user_id, day) DO UPDATE SET
        {kind} = known.{kind} + 1,
        stretch_began_at = CASE WHEN known.last_at > EXCLUDED.last_at - make_interval(mins => %s)
            THEN coalesce(known.stretch_began_at, EXCLUDED.last_at) ELSE EXCLUDED.last_at END,
        last_at = EXCLUDED.last_at,
        break_ends_at = CASE WHEN known.break_ends_at > EXCLUDED.last_at
            THEN EXCLUDED.last_at ELSE known.break_ends_at END
"""


def count_exposure(*, actor: User, kind: ExposureKind, now: datetime) -> None:
    """Count one thing opened, in the transaction that logs it; a break that was going on has ended."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(kind=kind.value), [actor.pk, day_of(now), now, now, settings.BREAK_MINUTES])


def day_of(now: datetime) -> date:
    """The day of a person at the desk, in Belgrade."""
    return timezone.localdate(now)


def forget_exposure(*, user: User) -> None:
    """Erase what was counted of a person, and how they like pictures: it goes with the account."""
    ExposureCount.objects.filter(user=user).delete()
    DisplayPreference.objects.filter(user=user).delete()
