"""Staff pages of the calendar of meetings: the file, and the signed URL of the account."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy

from clicksafely.common.ical import MEDIA_TYPE, subscription_urls
from clicksafely.common.staff.pages import ActionPage, DetailPage, StaffPage
from youthpanel.meetings import selectors, subscriptions
from youthpanel.meetings.calendar_file import render_calendar
from youthpanel.models import CalendarSubscription


class MeetingsCalendar(StaffPage[None]):
    """All meetings from two months ago on, as a file for the calendar of a coordinator."""

    permissions = (subscriptions.VIEW_MEETING,)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        content = render_calendar(
            selectors.calendar_meetings(self.now),
            language=request.LANGUAGE_CODE,
            address=lambda meeting: request.build_absolute_uri(reverse("admin:youthpanel-meeting", args=[meeting.pk])),
        )
        response = HttpResponse(content, content_type=MEDIA_TYPE)
        response.headers["Content-Disposition"] = 'attachment; filename="meetings.ics"'
        return response


class Subscription(DetailPage[CalendarSubscription | None]):
    """The URL of the signed-in account, with its explanation."""

    permissions = (subscriptions.VIEW_MEETING,)
    template_name = "staff/youthpanel/meetings/subscription.html"
    title = gettext_lazy("Meetings in your calendar")

    def get_object(self) -> CalendarSubscription | None:
        return subscriptions.subscription_of(self.user)

    def get_url(self) -> str:
        return reverse("admin:youthpanel-meetings-subscription")

    def get_context(self) -> dict[str, Any]:
        context = {**super().get_context(), "subscription": self.object}
        if self.object is None:
            return context
        path = subscriptions.subscription_path(self.object, self.request.LANGUAGE_CODE)
        return context | subscription_urls(self.request, path)


class RenewSubscription(ActionPage[CalendarSubscription | None], Subscription):
    """Create the URL, or replace it."""

    success_message = gettext_lazy("The address below is yours. An earlier one no longer works.")

    def perform(self) -> None:
        subscriptions.renew_subscription(actor=self.user, now=self.now)


class RemoveSubscription(ActionPage[CalendarSubscription | None], Subscription):
    """Remove the URL."""

    success_message = gettext_lazy("The address was removed. Calendars that use it get no more meetings.")

    def perform(self) -> None:
        subscriptions.remove_subscription(actor=self.user, now=self.now)
