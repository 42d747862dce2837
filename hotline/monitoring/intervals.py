"""When content is looked for again: often while a hand-over is fresh, seldom later, and a few times after it was found gone. Pure."""

import zlib
from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# (since it was handed over, pause)
PAUSES = ((DAY, HOUR), (7 * DAY, 6 * HOUR), (30 * DAY, DAY))
LATER = 7 * DAY
# After a miss it is known soon whether it was one; nearer ones do not count.
MISS_APART = HOUR
MISSES_TO_END = 3
# After it was found gone: somebody may put it back.
AFTER_THE_END = (DAY, 3 * DAY, 7 * DAY, 14 * DAY, 28 * DAY)
# What a rule keeps machines away from, in case that changes.
NOT_ASKED_PAUSE = DAY


def next_check(*, began_at: datetime, now: datetime, missed: bool, seed: str) -> datetime:
    """When what is watched is looked for again; `seed` spreads what began together."""
    age = now - began_at
    pause = next((pause for until, pause in PAUSES if age < until), LATER)
    return now + spread(min(pause, MISS_APART) if missed else pause, seed)


def next_look_after_the_end(*, ended_at: datetime, now: datetime) -> datetime | None:
    """When what was found gone is looked for once more; None: not any more."""
    return next((ended_at + after for after in AFTER_THE_END if ended_at + after > now), None)


def spread(pause: timedelta, seed: str) -> timedelta:
    """A pause that is up to a tenth longer, always the same for the same seed."""
    return pause * (1 + zlib.crc32(seed.encode()) / 2**32 / 10)
