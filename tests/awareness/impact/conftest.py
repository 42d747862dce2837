"""Random data for the figures: events with closing reports, schools, downloads and plays."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from awareness.events.enums import EventKind, SchoolKind
from awareness.events.models import ClosingReport, Event, EventDate, SchoolAttendance
from awareness.library.models import DownloadCount, Resource, ResourceFile
from awareness.quizzes.models import PlayCount, Quiz
from tests.factories.events import make_date, make_event, make_report

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
TOWNS = ("nis", "beograd", "subotica", "uzice", "vranje")
# One school in four spellings, and others.
SCHOOLS = ("ОШ „Свети Сава“", "OŠ Sveti Sava", "oš „sveti sava”", "ОШ Свети  Сава", "Гимназија", "Ђачки дом „Љубица“")
# Years and seasons in Belgrade begin one or two hours before those in UTC.
EDGES = (datetime(2024, 12, 31, 21, tzinfo=UTC), datetime(2025, 7, 31, 20, tzinfo=UTC))
# Participants of a group at an event: often zero, sometimes a few, mostly a class.
PEOPLE = (0, 0, 1, 2, 3, 4, 5, 12, 25, 60)


@dataclass
class World:
    """The random generator of the data."""

    random: Random
    events: list[Event] = field(default_factory=list)

    def fill(self, reports: int = 40) -> None:
        """Create events, reports, downloads and plays."""
        self.events = [make_event(kind=kind) for kind in self.random.sample(EventKind.values, 4)]
        for _ in range(reports):
            self.make_report()
            make_date(self.random.choice(self.events), starts_at=self.moment())
        self.make_downloads(reports)
        self.make_plays(reports)

    def moment(self) -> datetime:
        """A time within three years, half of them near a change of year or season."""
        random = self.random
        if random.random() < 0.5:
            return random.choice(EDGES) + timedelta(minutes=random.randrange(300))
        return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=random.randrange(60 * 24 * 365 * 2))

    def make_report(self) -> ClosingReport:
        """A past date with its closing report."""
        random = self.random
        when = make_date(random.choice(self.events), starts_at=self.moment(), town=random.choice(TOWNS))
        groups = {"children": random.choice(PEOPLE), "youth": random.choice(PEOPLE), "teachers": random.choice(PEOPLE)}
        report = make_report(when, **groups, **self.scores(), stakeholders=random.choice((0, 0, 0, 1)))
        for school in random.sample(SCHOOLS, random.randrange(3)):
            SchoolAttendance.objects.create(
                report=report,
                school=school,
                school_kind=random.choice(SchoolKind.values),
                town=random.choice(TOWNS[:2]),
                participants=random.randint(1, 30),
            )
        return report

    def scores(self) -> dict[str, list[int]]:
        """Answers: none, on one side alone, or on both."""
        random = self.random
        moments = random.choice([(), (), ("before",), ("before", "after"), ("before", "after")])
        return {moment: [random.randrange(3) for _ in range(5)] for moment in moments}

    def make_downloads(self, number: int) -> None:
        """Resource files for one, several and no audience, with downloads on some days."""
        files = []
        for place, audiences in enumerate(([], ["children"], ["educators"], ["parents", "educators"])):
            resource = Resource.objects.create(
                slug=f"r{place}", title_sr="Р", kind="poster", language="sr-Cyrl", audiences=audiences
            )
            file = ResourceFile.objects.create(
                resource=resource, name="a.pdf", media_type="application/pdf", size=1, sha256="0" * 64, added_at=NOW
            )
            files.append(file)
        for _ in range(number):
            DownloadCount.objects.update_or_create(
                file=self.random.choice(files), day=self.day(), defaults={"count": self.random.choice((1, 2, 7, 30))}
            )

    def make_plays(self, number: int) -> None:
        """Quizzes of two levels, played alone and in classes; some plays end after midnight."""
        quizzes = [Quiz.objects.create(slug=f"k{level}", title_sr="К", level=level) for level in ("7-10", "15-18")]
        for _ in range(number):
            PlayCount.objects.update_or_create(
                quiz=self.random.choice(quizzes),
                day=self.day(),
                mode=self.random.choice(("alone", "class")),
                defaults={"started": self.random.choice((0, 1, 3, 20)), "finished": self.random.choice((0, 1, 2, 15))},
            )

    def day(self) -> date:
        """A day within two years."""
        return date(2024, 11, 1) + timedelta(days=self.random.randrange(600))


@pytest.fixture
def world(request: pytest.FixtureRequest, db: None) -> World:
    """A generator without data yet. The seed is the test's parameter, or 1."""
    return World(Random(getattr(request, "param", 1)))


def add_date(town: str = "nis", **fields: object) -> EventDate:
    """A date in the past."""
    return make_date(starts_at=datetime(2025, 3, 3, 9, tzinfo=UTC), town=town, **fields)
