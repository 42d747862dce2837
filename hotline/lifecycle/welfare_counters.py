"""Counts opened sealed items by person and day."""

from datetime import date, datetime
from enum import StrEnum

from django.db import connection
from django.utils import timezone

from clicksafely.accounts.models import User
from hotline.models import DisplayPreference, ExposureCount

# A pause of this many minutes is a break.
BREAK_MINUTES = 15


class ExposureKind(StrEnum):
    """Kinds of opened items; the values are columns of Exposure."""

    PICTURES = "pictures"
    TEXTS = "texts"
    MESSAGES = "messages"
    ELSEWHERE = "elsewhere"


# A pause as long as a break counts as a break. Opening an item ends a break.
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
    """Count one opened item and end a current break, in the transaction that logs the access."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(kind=kind.value), [actor.pk, day_of(now), now, now, BREAK_MINUTES])


def day_of(now: datetime) -> date:
    """Return the date in Belgrade time."""
    return timezone.localdate(now)


def forget_exposure(*, user: User) -> None:
    """Erase a person's counts and picture settings, with the account."""
    ExposureCount.objects.filter(user=user).delete()
    DisplayPreference.objects.filter(user=user).delete()
