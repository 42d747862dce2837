"""Writes iCalendar objects (RFC 5545, RFC 7986)."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, Literal

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from icalendar import Event, vCalAddress, vText, vUri

from awareness.events.enums import DateState
from awareness.events.models import EventDate
from clicksafely.common import ical
from clicksafely.common.i18n.language import ENGLISH, LANGUAGES
from clicksafely.common.places import TOWNS
from clicksafely.common.serbian.scripts import to_script
from clicksafely.common.serbian.transliteration import to_latin

Method = Literal["REQUEST", "PUBLISH", "CANCEL"]

PRODUCT: Final = "-//Click Safely//Events//EN"


def uid_of(date: EventDate) -> str:
    """Return the permanent UID of a date."""
    return ical.uid_of(date.uuid)


def date_calendar(date: EventDate, *, language: str, url: str) -> bytes:
    """One date as an iCalendar file in `language` (a code of LANGUAGES). `url` is absolute. Reads `date.event`."""
    calendar = ical.new_calendar(PRODUCT)
    with translation.override(language):
        calendar.add_component(_entry(date, language, url))
    content: bytes = calendar.to_ical()
    return content


def booking_calendar(
    date: EventDate,
    *,
    language: str,
    url: str,
    method: Method,
    sequence: int,
    uid: str,
    stamp: datetime | None = None,
    description: str = "",
    organizer: str = "",
    attendee: str = "",
) -> bytes:
    """Return a booking as an iCalendar object for the contact person (RFC 5546). `url` is the absolute management URL.

    `uid` and `sequence` belong to the booking. `stamp` is the time of the e-mail (aware). `description` is the text
    above the URL. `organizer` and `attendee` are e-mail addresses, which clients require with REQUEST and CANCEL.
    """
    calendar = ical.new_calendar(PRODUCT, method)
    with translation.override(language):
        entry = _entry(date, language, url, description=description)
    entry.uid, entry.sequence = uid, sequence
    if stamp is not None:
        entry.stamp = stamp
    if method == "CANCEL":
        entry["STATUS"] = vText("CANCELLED")
    if organizer:
        entry["ORGANIZER"] = vCalAddress(f"mailto:{organizer}")
        entry["ORGANIZER"].params["CN"] = to_script(_("Click Safely"), language)
    if attendee:
        invited = vCalAddress(f"mailto:{attendee}")
        invited.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
        entry.add("ATTENDEE", invited)
    calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content


def feed(dates: Iterable[EventDate], *, language: str, url: str, address: Callable[[EventDate], str]) -> bytes:
    """Return a calendar to subscribe to. `url` is the absolute URL of the list; `address` returns that of a date's page."""
    calendar = ical.new_calendar(PRODUCT)
    with translation.override(language):
        ical.add_feed_properties(calendar, name=to_script(_("Click Safely: events"), language), url=url)
        for date in dates:
            calendar.add_component(_entry(date, language, address(date)))
    content: bytes = calendar.to_ical()
    return content


def _entry(date: EventDate, language: str, url: str, *, description: str = "") -> Event:
    """Return a VEVENT in `language`, which is the active language.

    Times are in UTC. Dates never recur, so clients need no time zone definition.
    """
    event, town = date.event, TOWNS[date.town]
    changed = max(date.changed_at, event.changed_at)
    entry = Event()
    entry.add("UID", uid_of(date))
    entry.add("SEQUENCE", date.sequence)
    entry.add("DTSTAMP", changed)
    entry.add("LAST-MODIFIED", changed)
    entry.add("DTSTART", date.starts_at)
    entry.add("DTEND", date.ends_at)
    entry.add("SUMMARY", ical.Text(_title(date, language)), {"LANGUAGE": LANGUAGES[language].tag})
    lines = [description or _in_language(event.summary, language)]
    if date.state == DateState.CANCELLED:
        lines = [_cancelled(date, language), *lines]
    entry.add("DESCRIPTION", ical.Text("\n\n".join([*filter(None, lines), url])))
    # Names are Serbian in every language.
    place = ", ".join(filter(None, (date.place, date.address, town.name_in(language))))
    entry.add("LOCATION", ical.Text(to_latin(place) if language == ENGLISH else to_script(place, language)))
    entry.add("GEO", (town.latitude, town.longitude))
    entry.add("URL", vUri(url))
    entry.add("STATUS", "CANCELLED" if date.state == DateState.CANCELLED else "CONFIRMED")
    entry.add("CATEGORIES", [_in_language(event.get_kind_display(), language)])
    return entry


def _title(date: EventDate, language: str) -> str:
    """Return the title, marked if cancelled, because some clients ignore STATUS."""
    title = _in_language(date.event.title, language)
    if date.state == DateState.CANCELLED:
        title = f"{_in_language(pgettext('date', 'Cancelled'), language)}: {title}"
    return ical.one_line(title)


def _cancelled(date: EventDate, language: str) -> str:
    because = date.cancellation_reason
    words = _("Cancelled: %(reason)s") % {"reason": because} if because else _("This date was cancelled.")
    return _in_language(words, language)


def _in_language(text: object, language: str) -> str:
    return to_script(str(text), language)


__all__ = ["Method", "booking_calendar", "date_calendar", "feed", "uid_of"]
