"""schema.org JSON-LD of an event: an `Event` object for each future date."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from awareness.events.models import Event
from awareness.events.public.presenters import PublicDate
from awareness.publishing.shortcuts import chosen_labels
from awareness.publishing.structured_data import CONTEXT, breadcrumbs, centre, record_data, without_empty
from awareness.topics.models import Topic
from awareness.topics.structured_data import subjects
from clicksafely.common.page_metadata import build_absolute_url, json_ld

_SCHEMA = "https://schema.org/"


def event_data(request: HttpRequest, event: Event, dates: Sequence[PublicDate], topics: Sequence[Topic]) -> SafeString:
    """Return the schema.org graph of an event (page, dates and breadcrumbs), safe in a script element."""
    here = build_absolute_url(request, reverse("event", args=[event.slug]))
    page = {
        **record_data(request, event, "WebPage", here),
        "breadcrumb": {"@id": f"{here}#way"},
        "about": subjects(request, topics),
    }
    entries = [_date(request, event, shown, here) for shown in dates]
    way = breadcrumbs(request, _("Events"), reverse("events"), event, here)
    return json_ld({**CONTEXT, "@graph": [without_empty(page), *entries, way]})


def _date(request: HttpRequest, event: Event, shown: PublicDate, here: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@type": "Event",
        "@id": f"{here}#d-{shown.uuid}",
        "url": here,
        "name": event.title,
        "description": event.summary,
        "startDate": shown.starts_at.isoformat(),
        "endDate": shown.ends_at.isoformat(),
        "eventStatus": f"{_SCHEMA}{'EventCancelled' if shown.cancelled else 'EventScheduled'}",
        "eventAttendanceMode": f"{_SCHEMA}OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": shown.place,
            "address": {
                "@type": "PostalAddress",
                "streetAddress": shown.address,
                "addressLocality": str(shown.town),
                "addressCountry": "RS",
            },
            "geo": {"@type": "GeoCoordinates", "latitude": shown.town.latitude, "longitude": shown.town.longitude},
        },
        "organizer": centre(request),
        # Languages spoken at the event.
        "inLanguage": list(event.languages),
        "isAccessibleForFree": True,
        "maximumAttendeeCapacity": shown.capacity,
        "audience": [{"@type": "Audience", "audienceType": label} for label in chosen_labels(event, "audiences")],
    }
    if event.series:
        data["superEvent"] = {"@type": "EventSeries", "name": event.series.title}
    if not shown.address:
        del data["location"]["address"]["streetAddress"]
    return without_empty(data)
