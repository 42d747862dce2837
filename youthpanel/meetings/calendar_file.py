"""Meetings of the panel as an iCalendar file (RFC 5545) with reminders, for the calendars of coordinators."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Alarm, Calendar, Event

from clicksafely.common.invisible_characters import strip_unprintable
from clicksafely.common.places import TOWNS
from clicksafely.common.serbian.scripts import to_script
from youthpanel.models import Meeting

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
# When the calendar reminds of a meeting.
REMIND_BEFORE: Final = timedelta(days=1)


def render_calendar(meetings: Iterable[Meeting], *, language: str, address: Callable[[Meeting], str]) -> bytes:
    """The meetings in `language` (a code of LANGUAGES); `address` returns the absolute URL of a meeting's page.

    A cancelled meeting replaces its earlier entry, because the UID stays the same. There is no data of members.
    """
    calendar = Calendar()
    calendar.add("PRODID", "-//Click Safely//Youth panel//EN")
    calendar.add("VERSION", "2.0")
    for meeting in meetings:
        calendar.add_component(_entry(meeting, language, address(meeting)))
    content: bytes = calendar.to_ical()
    return content


def _entry(meeting: Meeting, language: str, url: str) -> Event:
    town = str(TOWNS.get(meeting.town, meeting.town))
    title = to_script(strip_unprintable(meeting.title), language)
    entry = Event()
    entry.add("UID", f"{meeting.uuid}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}")
    entry.add("DTSTAMP", meeting.changed_at)
    entry.add("LAST-MODIFIED", meeting.changed_at)
    # Grows with every change, so that clients accept the later entry.
    entry.add("SEQUENCE", int(meeting.changed_at.timestamp()) % 2**31)
    entry.add("DTSTART", meeting.starts_at)
    entry.add("DTEND", meeting.ends_at)
    entry.add("SUMMARY", title)
    entry.add("LOCATION", to_script(f"{strip_unprintable(meeting.place)}, {town}", language))
    entry.add("URL", url)
    entry.add("STATUS", "CANCELLED" if meeting.cancelled_at else "CONFIRMED")
    if not meeting.cancelled_at:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", title)
        alarm.add("TRIGGER", -REMIND_BEFORE)
        entry.add_component(alarm)
    return entry
