"""The calendar file of meetings: access, content, reminders, changes and cancelled meetings."""

from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from clicksafely.accounts.models import User
from tests.clients.staff import Person, signed_in
from tests.factories.youthpanel import make_meeting
from youthpanel.meetings.services import cancel_meeting
from youthpanel.models import Cohort, Meeting, Member

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/youthpanel/meetings/calendar.ics"


def entries(person: Person) -> list[object]:
    response = person.client.get(ADDRESS)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="meetings.ics"'
    assert "no-store" in response.headers["Cache-Control"]
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


def test_meetings_with_reminders(person: Person, meeting: Meeting, cohort: Cohort, members: list[Member]) -> None:
    make_meeting(cohort, starts_at=timezone.now() - timedelta(days=90))
    ahead = make_meeting(
        cohort, starts_at=timezone.now() + timedelta(days=9), title_sr="План; за\nјесен, 2", place="Сала 3"
    )
    past, coming = entries(person)
    assert past["UID"].startswith(str(meeting.uuid))
    assert str(coming["SUMMARY"]).replace("\n", " ") == "План; за јесен, 2"
    assert coming["DTSTART"].dt == ahead.starts_at.replace(microsecond=0)
    assert "Сала 3" in coming["LOCATION"]
    assert coming["URL"].endswith(f"/admin/youthpanel/meetings/{ahead.pk}/")
    assert coming["STATUS"] == "CONFIRMED"
    (alarm,) = coming.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(days=-1)
    whole = person.client.get(ADDRESS).content.decode()
    assert not [member for member in members if member.pseudonym in whole]


def test_a_cancelled_meeting_replaces_its_entry(person: Person, cohort: Cohort, coordinator: User) -> None:
    ahead = make_meeting(cohort, starts_at=timezone.now() + timedelta(days=9))
    (before,) = entries(person)
    cancel_meeting(meeting=ahead, actor=coordinator, now=timezone.now() + timedelta(seconds=5))
    (after,) = entries(person)
    assert after["UID"] == before["UID"]
    assert after["STATUS"] == "CANCELLED"
    assert not after.walk("VALARM")
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_needs_the_permission_to_see_meetings(meeting: Meeting) -> None:
    assert signed_in("urednik", "editor").client.get(ADDRESS).status_code == 403
