"""Public URL of the calendar of meetings, below the language prefix."""

from django.urls import path

from youthpanel.meetings import ical_views

urlpatterns = [
    path("youth-panel/meetings/<str:token>.ics", ical_views.subscribed_calendar, name="panel-meetings-calendar"),
]
