"""Demonstration events: seasons since 2013 with consistent reports, and future dates."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from awareness.events.content import past, to_come
from awareness.events.models import Booking, Event, VisitRequest
from awareness.publishing.models import Version
from clicksafely.accounts.models import User
from clicksafely.common.places import TOWNS

NOW = datetime(2026, 11, 25, 20, tzinfo=UTC)


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


@pytest.mark.django_db
def test_the_demonstration(client: Client, capsys: pytest.CaptureFixture[str], subtests: pytest.Subtests) -> None:
    """One test, because loading takes long."""
    for name in ("editor", "events"):
        User.objects.create(username=name)
    with time_machine.travel(NOW, tick=False):
        call_command("load_demo", "events")
        assert "Demonstration events: 36 of 36" in capsys.readouterr().out
        with subtests.test("pages"):
            for path in ("", "past/", "svi-su-videli/"):
                assert client.get(f"/sr/events/{path}").status_code == 200
            assert [visit.state for visit in VisitRequest.objects.exclude(topic=None)] == ["new", "new"]
            assert client.get(f"/en/events/{Event.objects.order_by('pk')[3].slug}/").status_code == 200
        with subtests.test("again"):
            before = (Event.objects.count(), Booking.objects.count(), Version.objects.count())
            call_command("load_demo", "events")
            assert (Event.objects.count(), Booking.objects.count(), Version.objects.count()) == before
            assert "data exists already" in capsys.readouterr().out
