"""When and where the events of the demonstration take place: pure, and the same for the same day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain, zip_longest
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from awareness.events.demonstration.lessons import LESSONS
from awareness.events.demonstration.meetings import MEETINGS
from awareness.events.demonstration.shape import Programme
from awareness.events.demonstration.stages import STAGES
from awareness.events.vocabulary import EventKind, Season

BELGRADE: Final = ZoneInfo("Europe/Belgrade")
FIRST_YEAR: Final = 2013
# By turns, so that every season has something of everything.
PROGRAMMES: Final = tuple(filter(None, chain.from_iterable(zip_longest(LESSONS, STAGES, MEETINGS))))
# Those to come; the others have been, some of them again and again.
TO_COME: Final = (
    "poruka-koja-zuri", "nasa-pravila-za-grupu", "svi-su-videli", "pravo-ili-napravljeno", "veliki-skolski-kviz",
    "ko-je-s-druge-strane", "vrsnjaci-vrsnjacima", "slika-pre-slanja",
)  # fmt: skip
TOWNS: Final = (
    "beograd", "novi-sad", "nis", "kragujevac", "subotica", "vranje", "uzice", "sombor", "zajecar", "novi-pazar",
    "cacak", "pirot", "valjevo", "zrenjanin", "leskovac", "sabac", "krusevac", "kikinda", "jagodina", "prokuplje",
)  # fmt: skip
# When those to come begin: weeks from today, and the town; the seventh is full, the eighth cancelled.
AHEAD: Final = ((2, "nis"), (3, "subotica"), (4, "beograd"), (5, "vranje"), (7, "novi-sad"), (9, "sombor"), (3, "kragujevac"), (6, "uzice"))  # fmt: skip
FULL, CANCELLED = 6, 7


class Planned(NamedTuple):
    """An event in its season, with the beginnings of its dates by town."""

    programme: Programme
    slug: str
    year: int
    season: Season
    dates: Sequence[tuple[datetime, str]]


def season_of(day: date) -> tuple[int, Season]:
    """The series that a day belongs to."""
    return day.year, Season.SPRING if day.month < 8 else Season.AUTUMN


def past(now: datetime) -> Iterator[Planned]:
    """An event a season, with one date or two, up to the last season that is over."""
    repeated = [programme for programme in PROGRAMMES if programme.slug not in TO_COME]
    today, number = now.astimezone(BELGRADE).date(), 0
    for year in range(FIRST_YEAR, today.year + 1):
        for season, month in ((Season.SPRING, 4), (Season.AUTUMN, 10)):
            days = [date(year, month, 8 + number % 12), date(year, month + 1, 5 + number % 9)]
            if days[-1] >= today:
                return
            programme = repeated[number % len(repeated)]
            wanted = 2 if number % 2 else 1
            dates = [(_morning(day, programme), TOWNS[(number * 3 + place) % len(TOWNS)]) for place, day in enumerate(days[:wanted])]  # fmt: skip
            yield Planned(programme, f"{programme.slug}-{year}-{season}", year, season, dates)
            number += 1


def to_come(now: datetime) -> Iterator[Planned]:
    """What the coming months bring, in the order of `AHEAD`."""
    by_slug = {programme.slug: programme for programme in PROGRAMMES}
    today = now.astimezone(BELGRADE).date()
    for slug, (weeks, town) in zip(TO_COME, AHEAD, strict=True):
        # Not all on one day of the week.
        begins = _morning(_in_term(today + timedelta(weeks=weeks, days=weeks % 4)), by_slug[slug])
        yield Planned(by_slug[slug], slug, *season_of(begins.date()), [(begins, town)])


def _in_term(day: date) -> date:
    """The day, or one after the holidays."""
    if day.month in {7, 8}:
        return day + timedelta(days=63)
    return day + timedelta(days=24) if (day.month, day.day) >= (12, 25) or (day.month, day.day) <= (1, 18) else day


def _morning(day: date, programme: Programme) -> datetime:
    """Ten o'clock of the next school day, for parents six in the evening."""
    day += timedelta(days=max(0, 7 - day.isoweekday() + 1) if day.isoweekday() > 5 else 0)
    hour = 18 if programme.kind == EventKind.FOR_PARENTS else 10
    return datetime.combine(day, time(hour), BELGRADE)
