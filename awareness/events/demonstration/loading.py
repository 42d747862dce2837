"""Loads the events of a demonstration, as coordinators would have run them since 2013."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from random import Random
from typing import Any, Final

from django.contrib.auth.models import User
from django.utils.html import format_html_join

from awareness.events.bookings import services
from awareness.events.bookings.contacts import Contact
from awareness.events.demonstration.seasons import CANCELLED, FULL, Planned, past, to_come
from awareness.events.demonstration.shape import Programme
from awareness.events.models import BookingLetter, Event, EventDate, LetterState, Series
from awareness.events.planning.closing import Findings, School, close_date
from awareness.events.planning.services import Terms, cancel_date, plan_date
from awareness.events.vocabulary import EventKind, SchoolKind, Season
from awareness.topics.models import Topic
from awareness.topics.services import publish_record
from clicksafely.common.towns import TOWNS

EDITOR, COORDINATOR = "editor", "coordinator"
SEASONS: Final = {Season.SPRING: ("Пролеће", "Spring"), Season.AUTUMN: ("Јесен", "Autumn")}
# Invented places: every town has a library, a hall and a school.
PLACES: Final = (("Градска библиотека", "Трг слободе 3"), ("Дом културе", "Школска 12"), ("Основна школа (пример)", "Школска 1"))  # fmt: skip
# How many come of each group, from and to; small numbers too.
PEOPLE: Final[dict[str, dict[EventKind, tuple[int, int]]]] = {
    "children": {EventKind.FOCUS_GROUP: (8, 12), EventKind.WORKSHOP: (19, 28), EventKind.PEER_WORKSHOP: (18, 27), EventKind.QUIZ: (30, 72), EventKind.FORUM_THEATRE: (60, 150), EventKind.PRESENTATION: (55, 140)},
    "youth": {EventKind.PEER_TRAINING: (14, 23), EventKind.CONSULTATION: (31, 52), EventKind.WORKSHOP: (18, 27), EventKind.QUIZ: (24, 60), EventKind.FORUM_THEATRE: (50, 140), EventKind.PRESENTATION: (50, 120)},
    "parents": {EventKind.FOR_PARENTS: (14, 66)},
    "teachers": {EventKind.SEMINAR: (17, 37), EventKind.SCHOOL_INTERVIEW: (4, 11)},
    "stakeholders": {EventKind.SEMINAR: (1, 4), EventKind.CONSULTATION: (2, 6)},
}  # fmt: skip
# Whoever brings a class along.
BESIDE: Final = (1, 4)
# The booking of the coming months: the place of the event in `to_come`, and the sizes of classes; what does not fit waits.
ASKED: Final = ((0, (26,)), (1, (12,)), (3, (20,)), (FULL, (30, 27, 24)), (CANCELLED, (25,)))
CONTACT: Final = Contact(name="Пример Наставник", email="nastavnik@skola.example", phone="+381 11 555 0100")


def load(now: datetime) -> Iterator[tuple[int, int]]:
    """None where there are events. Needs the demonstration accounts of the editor and the coordinator."""
    if Event.objects.exists():
        return
    editor, coordinator = (User.objects.get(username=name) for name in (EDITOR, COORDINATOR))
    held, ahead = list(past(now)), list(to_come(now))
    coming = []
    for number, planned in enumerate(chain(held, ahead), 1):
        dates = _make(planned, editor, coordinator, now)
        if number <= len(held):
            for date in dates:
                _close(date, planned.programme, coordinator)
        else:
            coming += dates
        yield number, len(held) + len(ahead)
    _book(coming, now)
    cancel_date(
        date=coming[CANCELLED],
        reason_sr="Школа се тог дана користи за такмичење. Нови термин објављујемо у пролеће.",
        reason_en="The school is used for a competition on that day. A new date follows in spring.",
        actor=coordinator,
        now=now,
    )
    # Nobody has these addresses.
    BookingLetter.objects.filter(booking__date__in=coming).update(state=LetterState.DROPPED)


def _make(planned: Planned, editor: User, coordinator: User, now: datetime) -> list[EventDate]:
    programme = planned.programme
    moment = min(planned.dates[0][0] - timedelta(days=40), now - timedelta(days=20))
    event = Event(
        slug=planned.slug,
        kind=programme.kind,
        series=_series(planned.year, planned.season, editor, moment),
        audiences=list(programme.audiences),
        languages=list(programme.languages),
        access=list(programme.access),
        bookable=programme.bookable,
        closes_days=3,
        published_at=moment,
    )
    for code in ("sr", "en"):
        setattr(event, f"title_{code}", getattr(programme.title, code))
        setattr(event, f"summary_{code}", getattr(programme.summary, code))
        about = ((getattr(text, code),) for text in programme.about)
        setattr(event, f"description_{code}", format_html_join("", "<p>{}</p>", about))

    def parts() -> None:
        event.topics.set(Topic.objects.filter(slug__in=programme.topics))
        for begins, town in planned.dates:
            plan_date(event=event, terms=_terms(programme, begins, town), actor=coordinator, now=moment)

    publish_record(record=event, actor=editor, now=moment, parts=parts)
    return list(event.dates.order_by("starts_at"))


def _terms(programme: Programme, begins: datetime, town: str) -> Terms:
    place, address = PLACES[len(town) % len(PLACES)]
    ends = begins + timedelta(minutes=programme.minutes)
    return Terms(begins, ends, town, place, address, programme.places)


def _series(year: int, season: Season, editor: User, moment: datetime) -> Series:
    series = Series.objects.filter(year=year, season=season).first()
    if series is None:
        sr, en = SEASONS[season]
        series = Series(year=year, season=season, title_sr=f"{sr} {year}.", title_en=f"{en} {year}")
        publish_record(record=series, actor=editor, now=moment)
    return series


def _close(date: EventDate, programme: Programme, actor: User) -> None:
    """Figures as they might have been, the same at every loading."""
    chance = Random(hashlib.sha256(f"{programme.slug} {date.starts_at:%Y-%m-%d}".encode()).digest())  # noqa: S311 - nothing to guess
    groups: dict[str, Any] = {}
    both = 1 + ({"children", "youth"} <= set(programme.audiences))
    for group, kinds in PEOPLE.items():
        if group in programme.audiences and programme.kind in kinds:
            came = min(chance.randint(*kinds[programme.kind]), programme.places)
            # Children and young people share the hall.
            groups[group] = came // both if group in {"children", "youth"} else came
    if "teachers" not in groups and programme.kind != EventKind.FOR_PARENTS:
        groups["teachers"] = chance.randint(*BESIDE)
    participants = sum(groups.values())
    asked = participants * 3 // 4
    findings = Findings(
        participants=participants,
        before=_answers(asked, (1, 3, 5, 4, 2)),
        after=_answers(asked, (0, 1, 3, 6, 5)),
        schools=list(_schools(date, groups)),
        **groups,
    )
    close_date(date=date, findings=findings, came={}, opened=0, actor=actor, now=date.ends_at + timedelta(days=3))


def _schools(date: EventDate, groups: Mapping[str, int]) -> Iterator[School]:
    """One for the pupils, where any came."""
    if pupils := groups.get("children", 0) + groups.get("youth", 0):
        kind = SchoolKind.PRIMARY if "children" in groups else SchoolKind.SECONDARY
        name = f"{'Основна' if kind == SchoolKind.PRIMARY else 'Средња'} школа (пример), {TOWNS[date.town].name}"
        yield School(school=name, kind=kind, town=date.town, participants=pupils)


def _answers(asked: int, weights: Sequence[int]) -> list[int]:
    """So many answers over the five of a scale; all of them are counted."""
    counts = [asked * weight // sum(weights) for weight in weights]
    counts[weights.index(max(weights))] += asked - sum(counts)
    return counts


def _book(coming: Sequence[EventDate], now: datetime) -> None:
    for place, sizes in ASKED:
        date = coming[place]
        for number, size in enumerate(sizes, 1):
            asked = services.Asked(
                dates=[date.pk],
                school=f"Школа (пример) {number}, {TOWNS[date.town].name}",
                school_kind=SchoolKind.PRIMARY,
                town=date.town,
                grade=6,
                size=size,
                contact=CONTACT,
                language="sr",
            )
            services.book(
                event=date.event,
                asked=asked,
                submission=hashlib.sha256(f"demonstration {date.pk} {number}".encode()).digest(),
                now=now - timedelta(days=3 * (4 - number)),
            )
