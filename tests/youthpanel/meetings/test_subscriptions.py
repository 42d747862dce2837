"""The subscription to the calendar of meetings: a signed URL that is replaced, removed, and void without the role."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from ical.calendar_stream import IcsCalendarStream

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, signed_in
from tests.database import as_role_of
from tests.factories.youthpanel import make_meeting
from youthpanel.meetings import tasks
from youthpanel.meetings.subscriptions import remove_all_after_restore
from youthpanel.models import CalendarSubscription, Cohort, Meeting, Member

pytestmark = pytest.mark.django_db
PAGE = "/admin/youthpanel/meetings/calendar/"


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


@pytest.mark.parametrize(
    ("language", "title", "place"),
    [
        ("sr", "Љиљин план", "Дом ђака, Ниш"),
        ("sr-latn", "Ljiljin plan", "Dom đaka, Niš"),
        ("en", "Lilly's plan", "Dom đaka, Niš"),
    ],
)
def test_the_calendar_is_in_the_language_of_the_page(
    person: Person, cohort: Cohort, language: str, title: str, place: str
) -> None:
    make_meeting(cohort, starts_at=timezone.now(), title_sr="Љиљин план", title_en="Lilly's plan", place="Дом ђака")
    person.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    found = read(renew(person))
    assert f"SUMMARY:{title}" in found
    assert f"LOCATION:{place}".replace(",", "\\,") in found


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
    for _twice in range(2):
        assert person.client.post(f"{PAGE}remove/").status_code == 302
    assert is_void(path)
    assert address(person) == ""


def test_an_altered_address_is_void(person: Person) -> None:
    path = renew(person)
    for wrong in ("A" * 38, "ж", f"{path.rpartition('/')[2][:-5]}B"):
        assert is_void(f"/sr/youth-panel/meetings/{wrong}.ics")
    # The row alone gives no address: the signature is under a secret outside the database.
    row = CalendarSubscription.objects.get().uuid
    assert is_void(f"/sr/youth-panel/meetings/{row}.ics")


@pytest.mark.parametrize("lost", ["role", "account"])
def test_without_the_role_the_address_is_void(person: Person, lost: str) -> None:
    other_person = signed_in("other", "coordinator")
    path, other = renew(person), renew(other_person)
    if lost == "role":
        person.user.groups.clear()
    else:
        User.objects.filter(pk=person.user.pk).update(is_active=False)
    assert tasks.remove_subscriptions.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    with as_role_of("worker"):
        tasks.remove_subscriptions()
    assert is_void(path)
    assert read(other)


def test_after_a_restore_every_address_is_void(person: Person) -> None:
    path = renew(person)
    assert "1 calendar" in remove_all_after_restore(timezone.now())
    assert is_void(path)
    assert remove_all_after_restore(timezone.now()) == ""


def test_needs_the_permission_to_see_meetings() -> None:
    assert signed_in("urednik", "editor").client.get(PAGE).status_code == 403
    assert signed_in("vodja", "safeguarding").client.post(f"{PAGE}renew/").status_code == 403
