"""URLs of bookings, below the language prefix."""

from django.urls import path

from awareness.events.bookings import manage_views, views

urlpatterns = [
    path("events/<slug:slug>/book/", views.BookView.as_view(), name="event-book"),
    path("bookings/<str:token>/", manage_views.ManageView.as_view(), name="booking"),
    path("bookings/<str:token>/event.ics", manage_views.CalendarView.as_view(), name="booking-ics"),
]
