"""iCalendar objects (RFC 5545, RFC 7986): the parts that all calendars have in common."""

import re
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from icalendar import Calendar, vDuration, vText, vUri

from clicksafely.common.page_metadata import build_absolute_url

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
# Refresh interval of subscribed calendars.
REFRESH: Final = timedelta(hours=6)
# A TEXT holds no control characters (RFC 5545, 3.3.11). Some readers treat U+2028 and U+2029 as line ends.
_UNTYPABLE: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_END_OF_LINE: Final = re.compile("\r\n?")
_ONE_LINE: Final = re.compile("\r\n?|\n")
_ESCAPED: Final = re.compile("[\\\\;,]")


class Text(vText):
    """A TEXT with exact escaping; the library's own treats a typed "\\N" as a line end."""

    def to_ical(self) -> bytes:
        escaped = _ESCAPED.sub(r"\\\g<0>", _UNTYPABLE.sub(" ", _END_OF_LINE.sub("\n", self)))
        return escaped.replace("\n", "\\n").encode()


def one_line(text: str) -> str:
    """Return `text` with a space for each line end, for SUMMARY."""
    return _ONE_LINE.sub(" ", text)


def uid_of(row: UUID) -> str:
    """Return the permanent UID of a row."""
    return f"{row}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}"


def new_calendar(product: str, method: str = "") -> Calendar:
    """Return an empty calendar; `product` is its PRODID, `method` that of RFC 5546."""
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", product)
    calendar.add("CALSCALE", "GREGORIAN")
    if method:
        calendar.add("METHOD", method)
    return calendar


def add_feed_properties(calendar: Calendar, *, name: str, url: str) -> None:
    """Make `calendar` one to subscribe to. `name` is shown in lists of calendars; `url` is the absolute URL of a page about it."""
    calendar.add("NAME", name)
    calendar.add("X-WR-CALNAME", name)
    calendar.add("URL", vUri(url))
    calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))


def subscription_urls(request: HttpRequest, url: str) -> dict[str, str]:
    """Return the URLs of a feed at the path `url`: `feed` with the scheme of the site, `subscribe` with webcal."""
    address = build_absolute_url(request, url)
    return {"feed": address, "subscribe": f"webcal://{address.partition('://')[2]}"}
