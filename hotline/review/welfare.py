"""Looking after the people at the desk: what each has seen today, when a break is due, and the break itself. Nothing here refuses anything."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import connection

from clicksafely.accounts.models import User
from hotline.lifecycle.welfare_counters import day_of
from hotline.models import DisplayPreference, ExposureCount

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
    """What one person has seen on the day of `now`; `resting_until` where they are on a break."""

    now: datetime
    seen: int
    stretch_began_at: datetime | None
    last_at: datetime | None
    resting_until: datetime | None

    @property
    def limit(self) -> int:
        """How much is enough for a day."""
        return int(settings.EXPOSURE_LIMIT)

    @property
    def is_limit_reached(self) -> bool:
        return self.seen >= self.limit

    @property
    def minutes_to_break(self) -> int | None:
        """Until a break is due, 0 where it is; None for whoever has opened nothing for as long as a break is."""
        if self.stretch_began_at is None or self.last_at is None or self.now - self.last_at >= break_length():
            return None
        due_at = self.stretch_began_at + timedelta(minutes=settings.BREAK_AFTER_MINUTES)
        return max(0, ceil((due_at - self.now).total_seconds() / 60))

    @property
    def suggests_break(self) -> bool:
        """Whether to offer one, to somebody who is not on it."""
        return self.resting_until is None and (self.is_limit_reached or self.minutes_to_break == 0)

    @property
    def needs_confirmation(self) -> bool:
        """Whether the next case is given only after a question."""
        return self.is_limit_reached or self.resting_until is not None


def break_length() -> timedelta:
    """How long a break is."""
    return timedelta(minutes=settings.BREAK_MINUTES)


def begin_break(*, actor: User, now: datetime) -> None:
    """Rest from now on."""
    with connection.cursor() as cursor:
        cursor.execute(_REST, [actor.pk, day_of(now), now, now + break_length()])


def end_break(*, actor: User, now: datetime) -> None:
    """Back before it is over; nothing happens where no break is going on."""
    ExposureCount.objects.filter(user=actor, break_ends_at__gt=now, day__gte=day_of(now) - timedelta(days=1)).update(
        break_ends_at=now
    )


def daily_exposure(user: User, now: datetime) -> DailyExposure:
    """What this person has seen today. A break that began before midnight goes on after it."""
    day = day_of(now)
    rows = list(ExposureCount.objects.filter(user=user, day__range=(day - timedelta(days=1), day)))
    today = next((row for row in rows if row.day == day), ExposureCount())
    ends = max((row.break_ends_at for row in rows if row.break_ends_at), default=now)
    return DailyExposure(now, today.total, today.stretch_began_at, today.last_at, ends if ends > now else None)


def wants_blur(user: User) -> bool:
    """Whether this person wants to see pictures blurred first."""
    return DisplayPreference.objects.filter(user=user, blurred_first=True).exists()


def save_display_preference(*, actor: User, blurred_first: bool) -> None:
    """Keep how this person wants pictures shown."""
    DisplayPreference.objects.update_or_create(user=actor, defaults={"blurred_first": blurred_first})
