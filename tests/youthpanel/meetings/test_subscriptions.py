"""The calendar of meetings: its file, and the signed URL that is replaced, removed, and void without the role."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, signed_in
from tests.database import as_role_of
from tests.factories.youthpanel import make_meeting
from youthpanel.meetings import tasks
from youthpanel.meetings.services import cancel_meeting
from youthpanel.meetings.subscriptions import remove_all_after_restore
from youthpanel.models import CalendarSubscription, Cohort, Meeting, Member

pytestmark = pytest.mark.django_db
PAGE = "/admin/youthpanel/meetings/calendar/"
FILE = "/admin/youthpanel/meetings/calendar.ics"


def address(person: Person) -> str:
    """Return the path of the calendar that the page shows, or ""."""
    html = person.client.get(PAGE).content.decode()
    found = re.search(r"<code[^>]*>([^<]+\.ics)</code>", html)
    if found is None:
        return ""
    assert f'href="webcal://{found[1].partition("://")[2]}"' in html
    return urlsplit(found[1]).path


def renew(person: Person) -> str:
    assert person.client.post(f"{PAGE}renew/").status_code == 302
    return address(person)


def read(path: str) -> list[str]:
    """Return the unfolded lines of the calendar as a calendar program reads it: without a cookie, with the rights of the public site."""
    with as_role_of("public"):
        response = Client().get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response.headers["Cache-Control"]
    return response.content.replace(b"\r\n ", b"").decode().split("\r\n")


def is_void(path: str) -> bool:
    return bool(Client().get(path).status_code == 404)


def test_a_coordinator_subscribes(person: Person, cohort: Cohort, members: list[Member]) -> None:
    assert address(person) == ""
    path = renew(person)
    assert address(person) == path
    make_meeting(cohort, starts_at=timezone.now() - timedelta(days=90))
    gone = make_meeting(cohort, starts_at=timezone.now() + timedelta(days=5), cancelled_at=timezone.now())
    ahead = make_meeting(
        cohort, starts_at=timezone.now() + timedelta(days=9), title_sr="План; за\nјесен\\N", place="Сала, 3"
    )
    found = read(path)
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H" in found
    (calendar,) = IcsCalendarStream.from_ics("\r\n".join(found)).calendars
    cancelled, coming = calendar.events
    assert (cancelled.uid.partition("@")[0], cancelled.status) == (str(gone.uuid), "CANCELLED")
    assert (coming.summary, coming.location) == ("План; за јесен\\N", "Сала, 3, Ниш")
    assert str(coming.url).endswith(f"/admin/youthpanel/meetings/{ahead.pk}/")
    assert not [member for member in members if member.pseudonym in "\n".join(found)]
    # Later changes reach the calendar.
    Meeting.objects.filter(pk=ahead.pk).update(title_sr="Зимски план")
    assert "SUMMARY:Зимски план" in read(path)


def test_a_new_address_replaces_the_earlier_one(person: Person) -> None:
    first = renew(person)
    second = renew(person)
    assert first != second
    assert is_void(first)
    assert read(second)
    events = AuditEvent.objects.filter(action="calendar_subscription.replaced", actor_id=person.user.pk)
    assert events.count() == 2
    # Each account has its own.
    other = signed_in("other", "coordinator")
    assert read(renew(other))
    assert read(second)


def test_a_removed_address_is_void(person: Person) -> None:
    path = renew(person)
    assert person.client.post(f"{PAGE}remove/").status_code == 302
    assert is_void(path)
    assert address(person) == ""
    path = renew(person)
    assert "1 calendar" in remove_all_after_restore(timezone.now())
    assert is_void(path)
    assert remove_all_after_restore(timezone.now()) == ""


def test_an_altered_address_is_void(person: Person) -> None:
    path = renew(person)
    for wrong in ("A" * 38, "ж", f"{path.rpartition('/')[2][:-5]}B"):
        assert is_void(f"/sr/youth-panel/meetings/{wrong}.ics")
    # The row alone gives no address: the signature is under a secret outside the database.
    row = CalendarSubscription.objects.get().uuid
    assert is_void(f"/sr/youth-panel/meetings/{row}.ics")


def test_without_the_role_the_address_is_void(person: Person) -> None:
    others = [signed_in(name, "coordinator") for name in ("left", "other")]
    path, inactive, other = (renew(each) for each in (person, *others))
    person.user.groups.clear()
    User.objects.filter(pk=others[0].user.pk).update(is_active=False)
    with as_role_of("worker"):
        tasks.remove_subscriptions()
    assert is_void(path)
    assert is_void(inactive)
    assert read(other)


def test_the_file_has_reminders_and_replaces_a_cancelled_meeting(
    person: Person, meeting: Meeting, cohort: Cohort, coordinator: User, members: list[Member]
) -> None:
    ahead = make_meeting(cohort, starts_at=timezone.now() + timedelta(days=9), place="Сала 3")

    def entries() -> list[Any]:
        response = person.client.get(FILE)
        assert response.headers["Content-Disposition"] == 'attachment; filename="meetings.ics"'
        assert "no-store" in response.headers["Cache-Control"]
        assert not [member for member in members if member.pseudonym in response.content.decode()]
        return list(Calendar.from_ical(response.content).walk("VEVENT"))

    past, coming = entries()
    assert past["UID"].startswith(str(meeting.uuid))
    assert coming["DTSTART"].dt == ahead.starts_at.replace(microsecond=0)
    assert (coming["STATUS"], "Сала 3" in coming["LOCATION"]) == ("CONFIRMED", True)
    (alarm,) = coming.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(days=-1)
    cancel_meeting(meeting=ahead, actor=coordinator, now=timezone.now() + timedelta(seconds=5))
    _past, after = entries()
    assert (after["UID"], after["STATUS"], after.walk("VALARM")) == (coming["UID"], "CANCELLED", [])
    assert after["SEQUENCE"] > coming["SEQUENCE"]
