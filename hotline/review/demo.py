"""How much everybody has seen in the last weeks, for the demonstration."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.models import User

from hotline.lifecycle.welfare_counters import day_of
from hotline.models import Exposure
from hotline.review.welfare import length

DAYS = 30
# From a quiet day to one at the limit.
USUAL = (9, 17, 22, 26, 31, 41)
SATURDAY = 5


def load_exposures(*, people: Sequence[User], now: datetime) -> None:
    """So much a working day for each of `people`, the same in every demonstration; the first of them is at it now."""
    random = Random(40)  # noqa: S311 - figures, no secrets
    days = [now - timedelta(days=number) for number in range(1, DAYS)]
    Exposure.objects.bulk_create(
        [_row(user, at, random) for user in people for at in days if day_of(at).weekday() < SATURDAY],
        ignore_conflicts=True,
    )
    began, last = now - timedelta(minutes=68), now - timedelta(minutes=2)
    Exposure.objects.update_or_create(
        user=people[0], day=day_of(now), defaults={"texts": 6, "stretch_began_at": began, "last_at": last}
    )


def _row(user: User, at: datetime, random: Random) -> Exposure:
    seen = random.choice(USUAL)
    rested = at - timedelta(minutes=random.randrange(240)) if seen > USUAL[0] else None
    return Exposure(
        user=user,
        day=day_of(at),
        pictures=seen // 3,
        messages=seen // 6,
        texts=seen - seen // 3 - seen // 6,
        breaks=1 if rested else 0,
        break_began_at=rested,
        break_ends_at=rested + length() if rested else None,
    )
