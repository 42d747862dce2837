"""Demonstration data of the app `events`: past events since 2013, future ones with bookings, and requests for a visit."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import chain
from random import Random
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.timezone import localdate

from awareness.events.bookings import services
from awareness.events.bookings.sealed_contact import Contact
from awareness.events.enums import EventKind, SchoolKind, Season
from awareness.events.models import BookingEmail, EmailState, Event, EventDate, Series
from awareness.events.staff.report_services import ReportData, SchoolCount, save_closing_report
from awareness.events.staff.services import add_date, cancel_date
from awareness.events.visits.services import Visit, create_visit_request
from awareness.publishing.services import save_record
from awareness.topics.content import DEMO
from awareness.topics.models import Topic
from clicksafely.accounts.models import User
from clicksafely.common.content.loader import model_values
from clicksafely.common.content.schema import read_data
from clicksafely.common.places import TOWNS

EDITOR, ORGANISER = "editor", "events"
BELGRADE: Final = ZoneInfo("Europe/Belgrade")
FIRST_YEAR: Final = 2013
SEASONS: Final = {Season.SPRING: ("Пролеће", "Spring"), Season.AUTUMN: ("Јесен", "Autumn")}
# Minimum and maximum number of teachers per date.
TEACHERS: Final = (1, 4)

type Row = dict[str, Any]


class Planned(NamedTuple):
    """An event of a season; `dates` holds pairs of start and town code."""

    programme: Row
    slug: str
    year: int
    season: Season
    dates: Sequence[tuple[datetime, str]]


@cache
def programmes() -> list[Row]:
    """Programmes of events in the order of their use."""
    rows: list[Row] = read_data(DEMO / "events" / "programmes.yaml")
    return rows


@cache
def calendar() -> Row:
    """Future events, towns, places and participant numbers."""
    data: Row = read_data(DEMO / "events" / "calendar.yaml")
    return data


def past(now: datetime) -> Iterator[Planned]:
    """One event with one or two dates per season, up to the last season that is over."""
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
            date_count = 2 if number % 2 else 1
            dates = [
                (_begin(day, programme), towns[(number * 3 + place) % len(towns)])
                for place, day in enumerate(days[:date_count])
            ]
            yield Planned(programme, f"{programme['slug']}-{year}-{season}", year, season, dates)
            number += 1


def to_come(now: datetime) -> Iterator[Planned]:
    """Future events in the order of the calendar."""
    by_slug = {programme["slug"]: programme for programme in programmes()}
    today = now.astimezone(BELGRADE).date()
    for coming in calendar()["to_come"]:
        weeks, programme = coming["weeks"], by_slug[coming["programme"]]
        # Spread over several weekdays.
        begins = _begin(_in_term(today + timedelta(weeks=weeks, days=weeks % 4)), programme)
        season = Season.SPRING if begins.month < 8 else Season.AUTUMN
        yield Planned(programme, programme["slug"], begins.year, season, [(begins, coming["town"])])


def _in_term(day: date) -> date:
    """Return `day`, or a day after the school holidays."""
    if day.month in {7, 8}:
        return day + timedelta(days=63)
    return day + timedelta(days=24) if (day.month, day.day) >= (12, 25) or (day.month, day.day) <= (1, 18) else day


def _begin(day: date, programme: Row) -> datetime:
    """Return the next school day at 10:00, or at 18:00 for parents."""
    day += timedelta(days=max(0, 7 - day.isoweekday() + 1) if day.isoweekday() > 5 else 0)
    hour = 18 if programme["kind"] == EventKind.FOR_PARENTS else 10
    return datetime.combine(day, time(hour), BELGRADE)


def load_demo(now: datetime) -> Iterator[tuple[int, int]]:
    """Load the events; yields (done, total). Does nothing if events exist. Needs the demonstration accounts."""
    if Event.objects.exists():
        return
    editor, organiser = (User.objects.get(username=name) for name in (EDITOR, ORGANISER))
    held, ahead = list(past(now)), list(to_come(now))
    coming = []
    for number, planned in enumerate(chain(held, ahead), 1):
        dates = _make(planned, editor, organiser, now)
        if number <= len(held):
            for each in dates:
                _close(each, planned.programme, organiser)
        else:
            coming += dates
        yield number, len(held) + len(ahead)
    for each, row in zip(coming, calendar()["to_come"], strict=True):
        _book(each, row.get("classes", ()), now)
    for each, row in zip(coming, calendar()["to_come"], strict=True):
        if "cancelled_sr" in row:
            reasons = {"reason_sr": row["cancelled_sr"], "reason_en": row["cancelled_en"]}
            cancel_date(date=each, actor=organiser, now=now, **reasons)
    for number, row in enumerate(calendar()["visits"], 1):
        _ask_for_visit(number, row, now)
    # The addresses do not exist.
    BookingEmail.objects.filter(booking__date__in=coming).update(state=EmailState.DROPPED, due_at=None)


def _make(planned: Planned, editor: User, organiser: User, now: datetime) -> list[EventDate]:
    programme = planned.programme
    moment = min(planned.dates[0][0] - timedelta(days=40), now - timedelta(days=20))
    row = programme | {"slug": planned.slug}
    event = Event(
        series=_series(planned.year, planned.season, editor, moment),
        closes_days=3,
        published_at=moment,
        **model_values(Event, row, rich_text={"description"}, besides={"minutes", "places", "topics"}),
    )

    def parts() -> None:
        event.topics.set(Topic.objects.filter(slug__in=programme["topics"]))
        for begins, town in planned.dates:
            add_date(event=event, actor=organiser, now=moment, **_details(programme, begins, town))

    save_record(record=event, actor=editor, now=moment, parts=parts)
    return list(event.dates.order_by("starts_at"))


def _details(programme: Row, begins: datetime, town: str) -> Row:
    places = calendar()["places"]
    place = places[len(town) % len(places)]
    ends = begins + timedelta(minutes=programme["minutes"])
    where = {"town": town, "place": place["name"], "address": place["address"]}
    return {"starts_at": begins, "ends_at": ends, "capacity": programme["places"], **where}


def _series(year: int, season: Season, editor: User, moment: datetime) -> Series:
    series = Series.objects.filter(year=year, season=season).first()
    if series is None:
        sr, en = SEASONS[season]
        series = Series(year=year, season=season, title_sr=f"{sr} {year}.", title_en=f"{en} {year}")
        save_record(record=series, actor=editor, now=moment)
    return series


def _close(date: EventDate, programme: Row, actor: User) -> None:
    """Close a date with plausible figures, deterministic for each date."""
    chance = Random(hashlib.sha256(f"{programme['slug']} {localdate(date.starts_at)}".encode()).digest())  # noqa: S311 - not used for security
    groups: dict[str, Any] = {}
    both = 1 + ({"children", "youth"} <= set(programme["audiences"]))
    for group, kinds in calendar()["participants"].items():
        if group in programme["audiences"] and programme["kind"] in kinds:
            attended = min(chance.randint(*kinds[programme["kind"]]), programme["places"])
            # Children and young people share the hall.
            groups[group] = attended // both if group in {"children", "youth"} else attended
    if "teachers" not in groups and programme["kind"] != EventKind.FOR_PARENTS:
        groups["teachers"] = chance.randint(*TEACHERS)
    participants = sum(groups.values())
    respondents = participants * 3 // 4
    findings = ReportData(
        participants=participants,
        before=_answers(respondents, (1, 3, 5, 4, 2)),
        after=_answers(respondents, (0, 1, 3, 6, 5)),
        schools=list(_schools(date, groups)),
        **groups,
    )
    save_closing_report(
        date=date, findings=findings, attended={}, opened=0, actor=actor, now=date.ends_at + timedelta(days=3)
    )


def _schools(date: EventDate, groups: Mapping[str, int]) -> Iterator[SchoolCount]:
    """One school if pupils took part."""
    if pupils := groups.get("children", 0) + groups.get("youth", 0):
        kind = SchoolKind.PRIMARY if "children" in groups else SchoolKind.SECONDARY
        name = f"{'Основна' if kind == SchoolKind.PRIMARY else 'Средња'} школа (пример), {TOWNS[date.town].name}"
        yield SchoolCount(school=name, kind=kind, town=date.town, participants=pupils)


def _answers(total: int, weights: Sequence[int]) -> list[int]:
    """Distribute `total` answers over the scores by `weights`; the sum equals `total`."""
    counts = [total * weight // sum(weights) for weight in weights]
    counts[weights.index(max(weights))] += total - sum(counts)
    return counts


def _book(date: EventDate, classes: Sequence[int], now: datetime) -> None:
    """Book classes of these sizes; a class that does not fit joins the waiting list."""
    for number, size in enumerate(classes, 1):
        booking_request = services.BookingRequest(
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
            booking_request=booking_request,
            submission=hashlib.sha256(f"demonstration {date.pk} {number}".encode()).digest(),
            now=now - timedelta(days=3 * (4 - number)),
        )


def _ask_for_visit(number: int, row: Row, now: datetime) -> None:
    today = now.astimezone(BELGRADE).date()
    monday = today - timedelta(days=today.weekday())
    visit = Visit(
        school=f"Школа (пример) {number}, {TOWNS[row['town']].name}",
        school_kind=SchoolKind.PRIMARY,
        town=row["town"],
        grade=row["grade"],
        pupils=row["pupils"],
        topic=Topic.objects.filter(slug=row["topic"]).first(),
        weeks=[monday + timedelta(weeks=weeks) for weeks in row["weeks"]],
        contact=Contact(**calendar()["contact"]),
        language="sr",
    )
    submission = hashlib.sha256(f"demonstration visit {number}".encode()).digest()
    create_visit_request(visit=visit, submission=submission, now=now - timedelta(days=number))
