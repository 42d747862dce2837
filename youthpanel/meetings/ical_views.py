"""The calendar of meetings at the signed URL of a subscription."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import SERBIAN, STAFF_PREFIX
from clicksafely.common.ical import MEDIA_TYPE
from clicksafely.common.page_metadata import build_absolute_url
from youthpanel.meetings import selectors, subscriptions
from youthpanel.meetings.calendar_file import render_calendar


@read_only
def subscribed_calendar(request: HttpRequest, *, token: str) -> HttpResponse:
    """Return the calendar of a subscription, in the language of the URL, with links to the staff site. A void URL gets status 404."""
    if not subscriptions.is_valid(token):
        raise Http404
    pages = build_absolute_url(request, f"{STAFF_PREFIX}youthpanel")
    content = render_calendar(
        selectors.calendar_meetings(timezone.now()),
        language=get_language() or SERBIAN,
        address=lambda meeting: f"{pages}/meetings/{meeting.pk}/",
        url=f"{pages}/meeting/",
    )
    return HttpResponse(content, content_type=MEDIA_TYPE)
