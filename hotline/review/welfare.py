"""Staff welfare: daily exposure and breaks. Limits are advisory and never block an action."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import connection

from clicksafely.accounts.models import User
from hotline.lifecycle.welfare_counters import BREAK_MINUTES, day_of
from hotline.models import DisplayPreference, ExposureCount

# Minutes of opened content without a pause after which a break is suggested.
BREAK_AFTER_MINUTES = 90

_REST = """
    INSERT INTO hotline_exposurecount AS known (user_id, day, breaks, break_began_at, break_ends_at) VALUES (%s, %s, 1, %s, %s)
    ON CONFLICT (user_id, day) DO UPDATE SET
        breaks = known.breaks + 1,
        break_began_at = EXCLUDED.break_began_at,
        break_ends_at = EXCLUDED.break_ends_at,
        stretch_began_at = NULL
"""


@dataclass(frozen=True)
class DailyExposure:
    """The exposure of one person on the day of `now`. `resting_until` is set during a break."""

    now: datetime
    total: int
    stretch_began_at: datetime | None
    last_at: datetime | None
    resting_until: datetime | None

    @property
    def limit(self) -> int:
        """The daily exposure limit."""
        return int(settings.EXPOSURE_LIMIT)

    @property
    def is_limit_reached(self) -> bool:
        return self.total >= self.limit

    @property
    def minutes_to_break(self) -> int | None:
        """Minutes until a break is due, 0 if it is due.

        None if the user has opened nothing for the length of a break.
        """
        if self.stretch_began_at is None or self.last_at is None or self.now - self.last_at >= break_length():
            return None
        due_at = self.stretch_began_at + timedelta(minutes=BREAK_AFTER_MINUTES)
        return max(0, ceil((due_at - self.now).total_seconds() / 60))

    @property
    def suggests_break(self) -> bool:
        """Whether to offer a break to a user who is not on one."""
        return self.resting_until is None and (self.is_limit_reached or self.minutes_to_break == 0)

    @property
    def needs_confirmation(self) -> bool:
        """Whether the next case needs a confirmation."""
        return self.is_limit_reached or self.resting_until is not None


def break_length() -> timedelta:
    return timedelta(minutes=BREAK_MINUTES)


def begin_break(*, actor: User, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_REST, [actor.pk, day_of(now), now, now + break_length()])


def end_break(*, actor: User, now: datetime) -> None:
    """End the current break early. Without a break this does nothing."""
    ExposureCount.objects.filter(user=actor, break_ends_at__gt=now, day__gte=day_of(now) - timedelta(days=1)).update(
        break_ends_at=now
    )


def daily_exposure(user: User, now: datetime) -> DailyExposure:
    """Return today's exposure of `user`. A break that began before midnight continues."""
    day = day_of(now)
    rows = list(ExposureCount.objects.filter(user=user, day__range=(day - timedelta(days=1), day)))
    today = next((row for row in rows if row.day == day), ExposureCount())
    ends = max((row.break_ends_at for row in rows if row.break_ends_at), default=now)
    return DailyExposure(now, today.total, today.stretch_began_at, today.last_at, ends if ends > now else None)


def wants_blur(user: User) -> bool:
    """Return whether pictures are shown to `user` blurred first, which is the default."""
    return not DisplayPreference.objects.filter(user=user, blurred_first=False).exists()


def wants_single_keys(user: User) -> bool:
    """Return whether single letters and digits are shortcuts for `user`, which is the default."""
    return not DisplayPreference.objects.filter(user=user, single_keys=False).exists()


def save_display_preference(*, actor: User, blurred_first: bool, single_keys: bool) -> None:
    """Store how `actor` wants pictures to be shown and whether single letters are shortcuts."""
    choice = {"blurred_first": blurred_first, "single_keys": single_keys}
    DisplayPreference.objects.update_or_create(user=actor, defaults=choice)
