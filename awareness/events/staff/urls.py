"""URLs of the organisers' pages below /admin/; the admin provides lists and forms."""

from django.urls import path

from awareness.events.staff import booking_views, date_views, report_views, views, visit_views

EVENT = "events/event/<int:pk>/"
DATE = "events/dates/<int:date_id>/"
BOOKING = "events/bookings/<int:booking_id>/"
VISIT = "events/visits/<int:visit_id>/"
urlpatterns = [
    path("events/overview/", views.Overview.as_view(), name="events-overview"),
    path("events/calendar/", views.Calendar.as_view(), name="events-calendar"),
    path(f"{EVENT}copy/", views.CopyEvent.as_view(), name="events-copy"),
    path(f"{EVENT}figures/", views.Statistics.as_view(), name="events-statistics"),
    path("events/dates/add/<int:event_id>/", date_views.AddDate.as_view(), name="events-date-add"),
    path(DATE, date_views.DateDetail.as_view(), name="events-date"),
    path(f"{DATE}change/", date_views.ChangeDate.as_view(), name="events-date-change"),
    path(f"{DATE}cancel/", date_views.CancelDate.as_view(), name="events-date-cancel"),
    path(f"{DATE}remove/", date_views.RemoveDate.as_view(), name="events-date-remove"),
    path(f"{DATE}list/", booking_views.AttendanceList.as_view(), name="events-date-attendees"),
    path(f"{DATE}attendance/", booking_views.RecordAttendance.as_view(), name="events-attendance"),
    path(f"{DATE}report/", report_views.EditReport.as_view(), name="events-report"),
    path(BOOKING, booking_views.BookingDetail.as_view(), name="events-booking"),
    path(f"{BOOKING}open/", booking_views.OpenContact.as_view(), name="events-booking-contact"),
    path(f"{BOOKING}accept/", booking_views.AcceptOffer.as_view(), name="events-booking-accept"),
    path(f"{BOOKING}cancel/", booking_views.CancelBooking.as_view(), name="events-booking-cancel"),
    path(f"{BOOKING}letter/", booking_views.ResendEmail.as_view(), name="events-booking-resend"),
    path(VISIT, visit_views.VisitDetail.as_view(), name="events-visit"),
    path(f"{VISIT}open/", visit_views.OpenVisitContact.as_view(), name="events-visit-contact"),
    path(f"{VISIT}answer/", visit_views.AnswerVisit.as_view(), name="events-visit-answer"),
    path(f"{VISIT}decline/", visit_views.DeclineVisit.as_view(), name="events-visit-decline"),
    path(f"{VISIT}date/", visit_views.MakeDate.as_view(), name="events-visit-date"),
    path(f"{VISIT}erase/", visit_views.EraseVisit.as_view(), name="events-visit-erase"),
]
