"""iCalendar files: one date, and the feed of all dates."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language

from awareness.events import ical
from awareness.events.models import Event, EventDate
from awareness.events.public import selectors
from awareness.publishing.shortcuts import publication_page, require_visible
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.ical import MEDIA_TYPE
from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.wsgi import public_page
from clicksafely.common.page_metadata import build_absolute_url


@read_only
@publication_page(Event)
def event_ics(request: HttpRequest, *, slug: str, uuid: UUID) -> HttpResponse:
    """One date in the language of the URL."""
    found = selectors.find_date(slug, uuid)
    if found is None:
        raise Http404
    require_visible(request, found.event, timezone.now())
    language = get_language() or SERBIAN
    content = ical.date_calendar(found, language=language, url=_page_of(request, found))
    return _calendar(content, f"{slug}-{timezone.localtime(found.starts_at):%Y-%m-%d}.ics", language)


@read_only
@public_page(params=("lang",))
def events_ics(request: HttpRequest) -> HttpResponse:
    """Feed of dates since three months ago, including cancelled ones, in `lang` (default: Serbian in Cyrillic)."""
    code = request.GET.get("lang", SERBIAN)
    if code not in LANGUAGES:
        raise Http404
    now = timezone.now()
    expire_page_at(request, Event.objects.next_change(now))
    with translation.override(code):
        content = ical.feed(
            selectors.dates_for_feed(now),
            language=code,
            url=build_absolute_url(request, reverse("events")),
            address=lambda date: _page_of(request, date),
        )
    return _calendar(content, "events.ics", code)


def _page_of(request: HttpRequest, date: EventDate) -> str:
    return build_absolute_url(request, reverse("event", args=[date.event.slug]))


def _calendar(content: bytes, name: str, language: str) -> HttpResponse:
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    # Inline: telephones then offer to add the date instead of downloading the file.
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Content-Language"] = LANGUAGES[language].tag
    return response
