"""Demonstration events: seasons since 2013 with consistent reports, and future dates."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
import time_machine
from django.core.management import call_command
from django.db.models import Count
from django.test import Client

from awareness.events.content import calendar, past, programmes, to_come
from awareness.events.enums import BookingState, EventKind
from awareness.events.models import Booking, ClosingReport, Event, EventDate, Series, VisitRequest
from awareness.events.public.presenters import present_date
from awareness.events.seats import SeatAvailability
from awareness.publishing.models import Version
from clicksafely.accounts.models import User
from clicksafely.common.places import TOWNS

NOW = datetime(2026, 11, 25, 20, tzinfo=UTC)
CYRILLIC = set("абвгдђежзијклљмнњопрстћуфхцчџш")


@pytest.mark.parametrize("now", [NOW, datetime(2027, 3, 2, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)])
def test_seasons_follow_the_calendar(now: datetime) -> None:
    earlier, ahead = list(past(now)), list(to_come(now))
    assert (earlier[0].year, earlier[0].season) == (2013, "spring")
    assert [(each.year, each.season == "autumn") for each in earlier] == sorted(
        {(each.year, each.season == "autumn") for each in earlier}
    )
    assert len({planned.slug for planned in (*earlier, *ahead)}) == len(earlier) + len(ahead)
    for planned in (*earlier, *ahead):
        for begins, town in planned.dates:
            assert (begins < now) == (planned in earlier)
            assert begins.isoweekday() <= 5
            assert town in TOWNS
            assert (planned.year, planned.season == "spring") == (begins.year, begins.month < 8)


def test_programmes_are_written_in_both_languages() -> None:
    assert len(programmes()) == 24
    assert {programme["kind"] for programme in programmes()} == set(EventKind)
    assert {coming["programme"] for coming in calendar()["to_come"]} <= {each["slug"] for each in programmes()}
    for programme in programmes():
        for name in ("title", "summary", "description"):
            assert set(programme[f"{name}_sr"].lower()) & CYRILLIC
            assert not set(programme[f"{name}_en"].lower()) & CYRILLIC
        assert len(programme["title_sr"]) <= 160
        assert max(len(programme["summary_sr"]), len(programme["summary_en"])) <= 300


@pytest.mark.django_db
def test_the_demonstration(client: Client, capsys: pytest.CaptureFixture[str], subtests: pytest.Subtests) -> None:
    """One test, because loading takes long."""
    for name in ("editor", "events"):
        User.objects.create(username=name)
    with time_machine.travel(NOW, tick=False):
        call_command("load_demo", "events")
        assert "Demonstration events: 36 of 36" in capsys.readouterr().out
        with subtests.test("past dates"):
            figures_add_up()
        with subtests.test("future dates"):
            places_are_as_promised()
        with subtests.test("pages"):
            for language in ("sr", "sr-latn", "en"):
                for path in ("", "past/", "svi-su-videli/", "seminar-za-psihologe-2015-autumn/"):
                    response = client.get(f"/{language}/events/{path}")
                    assert response.status_code in {200, 404 if "20" in path else 200}
                    assert "{{" not in response.content.decode()
            assert [visit.state for visit in VisitRequest.objects.exclude(topic=None)] == ["new", "new"]
            assert client.get(f"/en/events/{Event.objects.order_by('pk')[3].slug}/").status_code == 200
        with subtests.test("again"):
            before = (Event.objects.count(), Booking.objects.count(), Version.objects.count())
            call_command("load_demo", "events")
            assert (Event.objects.count(), Booking.objects.count(), Version.objects.count()) == before
            assert "data exists already" in capsys.readouterr().out


def figures_add_up() -> None:
    reports = ClosingReport.objects.select_related("date__event").prefetch_related("schools")
    assert 36 <= len(reports) <= 45
    assert {report.date.event.kind for report in reports} == set(EventKind)
    assert len({report.date.town for report in reports}) >= 15
    assert any(0 < report.teachers < 5 for report in reports)
    for report in reports:
        assert 0 < report.participants <= report.date.capacity + 4
        assert sum(report.before) == sum(report.after) <= report.participants
        assert sum(school.participants for school in report.schools.all()) == report.children + report.youth
    series = list(Series.objects.annotate(held=Count("events__dates__report")).filter(held__gt=0))
    assert len(series) == 28
    assert series[0].title_en == "Autumn 2026"
    assert all(newer.year >= older.year for newer, older in pairwise(series))


def places_are_as_promised() -> None:
    coming = list(EventDate.objects.filter(starts_at__gt=NOW).select_related("event"))
    views = [present_date(date, NOW) for date in coming]
    assert sum(each.room in {SeatAvailability.FREE, SeatAvailability.FEW} for each in views) == 6
    assert [each.room for each in views].count(SeatAvailability.WAITING_LIST) == 1
    assert sum(each.cancelled for each in views) == 1
    waiting = Booking.objects.filter(state=BookingState.WAITING)
    assert [booking.date.free for booking in waiting.select_related("date")] == [0, 0]
