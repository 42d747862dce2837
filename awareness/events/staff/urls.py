"""Addresses of the coordinators' own pages, below /admin/; lists and forms of records are the admin's."""

from django.urls import path

from awareness.events.staff import booking_views, date_views, report_views, views
from awareness.events.staff import booking_views as staff_booking_views

urlpatterns = [
    path("events/overview/", views.overview_page, name="events-overview"),
    path("events/calendar/", views.calendar, name="events-calendar"),
    path("events/dates/add/<int:event_id>/", date_views.add, name="events-date-add"),
    path("events/dates/<int:date_id>/", date_views.date, name="events-date"),
    path("events/dates/<int:date_id>/change/", date_views.change, name="events-date-change"),
    path("events/dates/<int:date_id>/cancel/", date_views.cancel, name="events-date-cancel"),
    path("events/dates/<int:date_id>/remove/", date_views.remove, name="events-date-remove"),
    path("events/dates/<int:date_id>/list/", staff_booking_views.day_list, name="events-date-attendees"),
    path("events/dates/<int:date_id>/attendance/", staff_booking_views.attendance, name="events-attendance"),
    path("events/dates/<int:date_id>/report/", report_views.report, name="events-report"),
    path("events/bookings/<int:booking_id>/", booking_views.booking, name="events-booking"),
    path("events/bookings/<int:booking_id>/open/", booking_views.open_contact, name="events-booking-contact"),
    path("events/bookings/<int:booking_id>/call-off/", booking_views.cancel, name="events-booking-cancel"),
    path("events/bookings/<int:booking_id>/letter/", booking_views.resend, name="events-booking-resend"),
]
