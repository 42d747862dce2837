"""What an event says of itself to machines: schema.org JSON-LD, an `Event` for each date to come."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from awareness.events.models import Event
from awareness.events.public.presenters import PresentedDate
from awareness.publishing.shortcuts import is_serbian_only
from awareness.topics.models import Topic
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.templatetags.page_metadata import build_absolute_url, json_ld

_SCHEMA = "https://schema.org/"


def event_data(
    request: HttpRequest, event: Event, dates: Sequence[PresentedDate], topics: Sequence[Topic]
) -> SafeString:
    """The schema.org graph of an event in the language of the page, safe inside a script element: its page, its dates, the way to it from home."""
    here = build_absolute_url(request, reverse("event", args=[event.slug]))
    language = LANGUAGES[SERBIAN if is_serbian_only(event) else get_language() or SERBIAN].tag
    page = {
        "@type": "WebPage",
        "@id": here,
        "url": here,
        "name": event.title,
        "description": event.summary,
        "inLanguage": language,
        "dateModified": event.changed_at.isoformat(),
        "breadcrumb": {"@id": f"{here}#way"},
        "about": [
            {
                "@type": "Thing",
                "name": topic.title,
                "url": build_absolute_url(request, reverse("topic", args=[topic.slug])),
            }
            for topic in topics
        ],
    }
    entries = [_date(request, event, shown, here) for shown in dates]
    return json_ld({"@context": "https://schema.org", "@graph": [page, *entries, _way(request, event, here)]})


def _date(request: HttpRequest, event: Event, shown: PresentedDate, here: str) -> dict[str, Any]:
    date, town = shown.date, shown.town
    home = build_absolute_url(request, reverse("home"))
    data: dict[str, Any] = {
        "@type": "Event",
        "@id": f"{here}#d-{date.uuid}",
        "url": here,
        "name": event.title,
        "description": event.summary,
        "startDate": date.starts_at.isoformat(),
        "endDate": date.ends_at.isoformat(),
        "eventStatus": f"{_SCHEMA}{'EventCancelled' if shown.cancelled else 'EventScheduled'}",
        "eventAttendanceMode": f"{_SCHEMA}OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": shown.place,
            "address": {
                "@type": "PostalAddress",
                "streetAddress": shown.address,
                "addressLocality": str(town),
                "addressCountry": "RS",
            },
            "geo": {"@type": "GeoCoordinates", "latitude": town.latitude, "longitude": town.longitude},
        },
        "organizer": {"@type": "Organization", "name": _("Click Safely"), "url": home},
        # What is spoken there.
        "inLanguage": list(event.languages),
        "isAccessibleForFree": True,
        "maximumAttendeeCapacity": date.capacity,
        "audience": [{"@type": "Audience", "audienceType": str(label)} for label in labels(event, "audiences")],
    }
    if event.series:
        data["superEvent"] = {"@type": "EventSeries", "name": event.series.title}
    if not shown.address:
        del data["location"]["address"]["streetAddress"]
    return {name: value for name, value in data.items() if value not in ("", [])}


def labels(event: Event, field: str) -> list[str]:
    """The words for the values of an array, in the order they are declared."""
    choices = Event._meta.get_field(field).base_field.choices  # type: ignore[union-attr]
    return [str(label) for value, label in choices if value in getattr(event, field)]


def _way(request: HttpRequest, event: Event, here: str) -> dict[str, Any]:
    steps = [
        (_("Home"), build_absolute_url(request, reverse("home"))),
        (_("Events"), build_absolute_url(request, reverse("events"))),
        (event.title, here),
    ]
    return {
        "@type": "BreadcrumbList",
        "@id": f"{here}#way",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate(steps, start=1)
        ],
    }
