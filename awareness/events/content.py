"""Demonstration content of the app `events`: events as coordinators would have run them since 2013, and those to come."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import chain
from random import Random
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from awareness.events.bookings import services
from awareness.events.bookings.sealed_contact import Contact
from awareness.events.enums import EventKind, SchoolKind, Season
from awareness.events.models import BookingEmail, EmailState, Event, EventDate, Series
from awareness.events.staff.report_services import ReportData, SchoolCount, save_closing_report
from awareness.events.staff.services import DateDetails, add_date, cancel_date
from awareness.publishing.services import save_record
from awareness.topics.content import DEMO, LANGUAGES
from awareness.topics.models import Topic
from clicksafely.accounts.models import User
from clicksafely.common.content.markdown import to_html
from clicksafely.common.content.schema import read_data
from clicksafely.common.places import TOWNS

EDITOR, COORDINATOR = "editor", "coordinator"
BELGRADE: Final = ZoneInfo("Europe/Belgrade")
FIRST_YEAR: Final = 2013
SEASONS: Final = {Season.SPRING: ("Пролеће", "Spring"), Season.AUTUMN: ("Јесен", "Autumn")}
# Teachers who come with a class.
TEACHERS: Final = (1, 4)

type Row = dict[str, Any]


class Planned(NamedTuple):
    """An event in its season, with the beginnings of its dates by town."""

    programme: Row
    slug: str
    year: int
    season: Season
    dates: Sequence[tuple[datetime, str]]


@cache
def programmes() -> list[Row]:
    """What events are about, in the order in which the seasons take them."""
    rows: list[Row] = read_data(DEMO / "events" / "programmes.yaml")
    return rows


@cache
def calendar() -> Row:
    """Events to come, towns, places, numbers of participants."""
    data: Row = read_data(DEMO / "events" / "calendar.yaml")
    return data


def past(now: datetime) -> Iterator[Planned]:
    """An event a season, with one date or two, up to the last season that is over."""
    to_come = {coming["programme"] for coming in calendar()["to_come"]}
    repeated = [programme for programme in programmes() if programme["slug"] not in to_come]
    towns: list[str] = calendar()["towns"]
    today, number = now.astimezone(BELGRADE).date(), 0
    for year in range(FIRST_YEAR, today.year + 1):
        for season, month in ((Season.SPRING, 4), (Season.AUTUMN, 10)):
            days = [date(year, month, 8 + number % 12), date(year, month + 1, 5 + number % 9)]
            if days[-1] >= today:
                return
            programme = repeated[number % len(repeated)]
            wanted = 2 if number % 2 else 1
            dates = [
                (_begin(day, programme), towns[(number * 3 + place) % len(towns)])
                for place, day in enumerate(days[:wanted])
            ]
            yield Planned(programme, f"{programme['slug']}-{year}-{season}", year, season, dates)
            number += 1


def to_come(now: datetime) -> Iterator[Planned]:
    """The events of the coming months, in the order of the calendar."""
    by_slug = {programme["slug"]: programme for programme in programmes()}
    today = now.astimezone(BELGRADE).date()
    for coming in calendar()["to_come"]:
        weeks, programme = coming["weeks"], by_slug[coming["programme"]]
        # Not all on one day of the week.
        begins = _begin(_in_term(today + timedelta(weeks=weeks, days=weeks % 4)), programme)
        season = Season.SPRING if begins.month < 8 else Season.AUTUMN
        yield Planned(programme, programme["slug"], begins.year, season, [(begins, coming["town"])])


def _in_term(day: date) -> date:
    """The day, or one after the holidays."""
    if day.month in {7, 8}:
        return day + timedelta(days=63)
    return day + timedelta(days=24) if (day.month, day.day) >= (12, 25) or (day.month, day.day) <= (1, 18) else day


def _begin(day: date, programme: Row) -> datetime:
    """Ten o'clock of the next school day, for parents six in the evening."""
    day += timedelta(days=max(0, 7 - day.isoweekday() + 1) if day.isoweekday() > 5 else 0)
    hour = 18 if programme["kind"] == EventKind.FOR_PARENTS else 10
    return datetime.combine(day, time(hour), BELGRADE)


def load_demo(now: datetime) -> Iterator[tuple[int, int]]:
    """None where there are events. Needs the demonstration accounts of the editor and the coordinator."""
    if Event.objects.exists():
        return
    editor, coordinator = (User.objects.get(username=name) for name in (EDITOR, COORDINATOR))
    held, ahead = list(past(now)), list(to_come(now))
    coming = []
    for number, planned in enumerate(chain(held, ahead), 1):
        dates = _make(planned, editor, coordinator, now)
        if number <= len(held):
            for each in dates:
                _close(each, planned.programme, coordinator)
        else:
            coming += dates
        yield number, len(held) + len(ahead)
    for each, row in zip(coming, calendar()["to_come"], strict=True):
        _book(each, row.get("classes", ()), now)
    for each, row in zip(coming, calendar()["to_come"], strict=True):
        if "cancelled_sr" in row:
            reasons = {"reason_sr": row["cancelled_sr"], "reason_en": row["cancelled_en"]}
            cancel_date(date=each, actor=coordinator, now=now, **reasons)
    # Nobody has these addresses.
    BookingEmail.objects.filter(booking__date__in=coming).update(state=EmailState.DROPPED)


def _make(planned: Planned, editor: User, coordinator: User, now: datetime) -> list[EventDate]:
    programme = planned.programme
    moment = min(planned.dates[0][0] - timedelta(days=40), now - timedelta(days=20))
    event = Event(
        slug=planned.slug,
        series=_series(planned.year, planned.season, editor, moment),
        closes_days=3,
        published_at=moment,
        **{name: programme[name] for name in ("kind", "audiences", "languages", "access", "bookable")},
    )
    for code in LANGUAGES:
        for name in ("title", "summary"):
            setattr(event, f"{name}_{code}", programme[f"{name}_{code}"])
        setattr(event, f"description_{code}", to_html(programme[f"description_{code}"]))

    def parts() -> None:
        event.topics.set(Topic.objects.filter(slug__in=programme["topics"]))
        for begins, town in planned.dates:
            add_date(event=event, terms=_terms(programme, begins, town), actor=coordinator, now=moment)

    save_record(record=event, actor=editor, now=moment, parts=parts)
    return list(event.dates.order_by("starts_at"))


def _terms(programme: Row, begins: datetime, town: str) -> DateDetails:
    places = calendar()["places"]
    place = places[len(town) % len(places)]
    ends = begins + timedelta(minutes=programme["minutes"])
    return DateDetails(begins, ends, town, place["name"], place["address"], programme["places"])


def _series(year: int, season: Season, editor: User, moment: datetime) -> Series:
    series = Series.objects.filter(year=year, season=season).first()
    if series is None:
        sr, en = SEASONS[season]
        series = Series(year=year, season=season, title_sr=f"{sr} {year}.", title_en=f"{en} {year}")
        save_record(record=series, actor=editor, now=moment)
    return series


def _close(date: EventDate, programme: Row, actor: User) -> None:
    """Figures as they might have been, the same at every loading."""
    chance = Random(hashlib.sha256(f"{programme['slug']} {date.starts_at:%Y-%m-%d}".encode()).digest())  # noqa: S311 - nothing to guess
    groups: dict[str, Any] = {}
    both = 1 + ({"children", "youth"} <= set(programme["audiences"]))
    for group, kinds in calendar()["participants"].items():
        if group in programme["audiences"] and programme["kind"] in kinds:
            came = min(chance.randint(*kinds[programme["kind"]]), programme["places"])
            # Children and young people share the hall.
            groups[group] = came // both if group in {"children", "youth"} else came
    if "teachers" not in groups and programme["kind"] != EventKind.FOR_PARENTS:
        groups["teachers"] = chance.randint(*TEACHERS)
    participants = sum(groups.values())
    asked = participants * 3 // 4
    findings = ReportData(
        participants=participants,
        before=_answers(asked, (1, 3, 5, 4, 2)),
        after=_answers(asked, (0, 1, 3, 6, 5)),
        schools=list(_schools(date, groups)),
        **groups,
    )
    save_closing_report(
        date=date, findings=findings, came={}, opened=0, actor=actor, now=date.ends_at + timedelta(days=3)
    )


def _schools(date: EventDate, groups: Mapping[str, int]) -> Iterator[SchoolCount]:
    """One for the pupils, where any came."""
    if pupils := groups.get("children", 0) + groups.get("youth", 0):
        kind = SchoolKind.PRIMARY if "children" in groups else SchoolKind.SECONDARY
        name = f"{'Основна' if kind == SchoolKind.PRIMARY else 'Средња'} школа (пример), {TOWNS[date.town].name}"
        yield SchoolCount(school=name, kind=kind, town=date.town, participants=pupils)


def _answers(asked: int, weights: Sequence[int]) -> list[int]:
    """So many answers over the five of a scale; all of them are counted."""
    counts = [asked * weight // sum(weights) for weight in weights]
    counts[weights.index(max(weights))] += asked - sum(counts)
    return counts


def _book(date: EventDate, classes: Sequence[int], now: datetime) -> None:
    """Book for classes of these sizes; a class that does not fit waits."""
    for number, size in enumerate(classes, 1):
        asked = services.BookingRequest(
            dates=[date.pk],
            school=f"Школа (пример) {number}, {TOWNS[date.town].name}",
            school_kind=SchoolKind.PRIMARY,
            town=date.town,
            grade=6,
            size=size,
            contact=Contact(**calendar()["contact"]),
            language="sr",
        )
        services.create_booking(
            event=date.event,
            asked=asked,
            submission=hashlib.sha256(f"demonstration {date.pk} {number}".encode()).digest(),
            now=now - timedelta(days=3 * (4 - number)),
        )
