"""Calendars to take along: one date, and all of them to subscribe to."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language

from awareness.events import ical
from awareness.events.models import Event, EventDate
from awareness.events.public import selectors
from awareness.publishing.selectors import present_slug
from awareness.publishing.shortcuts import no_store_previews, require_visible
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.wsgi import public_page
from clicksafely.common.templatetags.page_metadata import build_absolute_url

CALENDAR = "text/calendar; charset=utf-8"


@read_only
@no_store_previews
@public_page()
def event_ics(request: HttpRequest, *, slug: str, uuid: UUID) -> HttpResponse:
    """One date in the language of the address."""
    found = selectors.find_date(slug, uuid)
    if found is None and (present := present_slug(Event, slug)):
        return HttpResponsePermanentRedirect(reverse("event-ics", args=[present, uuid]))
    require_visible(request, found.event if found else None, timezone.now())
    assert found is not None  # noqa: S101 - or it were not shown
    language = get_language() or SERBIAN
    content = ical.date_calendar(found, language=language, url=_page_of(request, found))
    return _calendar(content, f"{slug}-{timezone.localtime(found.starts_at):%Y-%m-%d}.ics", language)


@read_only
@public_page(params=("lang",))
def events_ics(request: HttpRequest) -> HttpResponse:
    """Every date from three months back on, in the language `lang` (Serbian in Cyrillic unless it is given); cancelled ones say so."""
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
    response = HttpResponse(content, content_type=CALENDAR)
    # Inline: telephones then offer to add it, and do not put it among the downloads.
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Content-Language"] = LANGUAGES[language].tag
    return response
