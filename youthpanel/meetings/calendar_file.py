"""Meetings of the panel as an iCalendar file (RFC 5545) with reminders, for the calendars of coordinators."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _
from icalendar import Alarm, Event, vUri

from clicksafely.common import ical
from clicksafely.common.places import TOWNS
from clicksafely.common.serbian.scripts import source_title, to_script
from youthpanel.models import Meeting

PRODUCT: Final = "-//Click Safely//Youth panel//EN"
# The time from the alarm to its meeting.
REMIND_BEFORE: Final = timedelta(days=1)


def render_calendar(
    meetings: Iterable[Meeting], *, language: str, address: Callable[[Meeting], str], url: str = ""
) -> bytes:
    """Return the meetings as iCalendar in `language` (a code of LANGUAGES), which is the active one.

    `address` returns the absolute URL of a meeting's page. With `url`, the absolute URL of the list of meetings, it is
    a calendar to subscribe to. A cancelled meeting replaces its earlier entry, because the UID stays the same. There is
    no data of members.
    """
    calendar = ical.new_calendar(PRODUCT)
    if url:
        ical.add_feed_properties(
            calendar, name=to_script(_("Click Safely: meetings of the youth panel"), language), url=url
        )
    for meeting in meetings:
        calendar.add_component(_entry(meeting, language, address(meeting)))
    content: bytes = calendar.to_ical()
    return content


def _entry(meeting: Meeting, language: str, url: str) -> Event:
    town = str(TOWNS.get(meeting.town, meeting.town))
    title = ical.Text(ical.one_line(source_title(meeting.title, language)))
    entry = Event()
    entry.add("UID", ical.uid_of(meeting.uuid))
    entry.add("DTSTAMP", meeting.changed_at)
    entry.add("LAST-MODIFIED", meeting.changed_at)
    # Grows with every change, so that clients accept the later entry.
    entry.add("SEQUENCE", int(meeting.changed_at.timestamp()) % 2**31)
    entry.add("DTSTART", meeting.starts_at)
    entry.add("DTEND", meeting.ends_at)
    entry.add("SUMMARY", title)
    entry.add("LOCATION", ical.Text(source_title(f"{meeting.place}, {town}", language)))
    entry.add("URL", vUri(url))
    entry.add("STATUS", "CANCELLED" if meeting.cancelled_at else "CONFIRMED")
    if not meeting.cancelled_at:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", title)
        alarm.add("TRIGGER", -REMIND_BEFORE)
        entry.add_component(alarm)
    return entry
