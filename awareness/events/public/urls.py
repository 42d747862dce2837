"""URLs of events, below the language prefix."""

from django.urls import path

from awareness.events.public import ical_views, views

urlpatterns = [
    path("events/", views.events, name="events"),
    # Before the slugs; a constraint reserves "past".
    path("events/past/", views.past, name="events-past"),
    path("events/<slug:slug>/", views.event, name="event"),
    path("events/<slug:slug>/<uuid:uuid>.ics", ical_views.event_ics, name="event-ics"),
]
