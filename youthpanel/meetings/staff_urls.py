"""URLs of meetings in the admin."""

from django.urls import path

from youthpanel.meetings import calendar_views, file_views, minutes_views, views

MEETING = "meetings/<int:meeting_id>/"
FILE = f"{MEETING}files/<int:file_id>/"
urlpatterns = [
    path("meetings/add/", views.AddMeeting.as_view(), name="youthpanel-meeting-add"),
    path("meetings/calendar.ics", calendar_views.MeetingsCalendar.as_view(), name="youthpanel-meetings-calendar"),
    path("meetings/calendar/", calendar_views.Subscription.as_view(), name="youthpanel-meetings-subscription"),
    path("meetings/calendar/renew/", calendar_views.RenewSubscription.as_view(), name="youthpanel-subscription-renew"),
    path(
        "meetings/calendar/remove/", calendar_views.RemoveSubscription.as_view(), name="youthpanel-subscription-remove"
    ),
    path(MEETING, views.MeetingDetail.as_view(), name="youthpanel-meeting"),
    path(f"{MEETING}change/", views.ChangeMeeting.as_view(), name="youthpanel-meeting-change"),
    path(f"{MEETING}cancel/", views.CancelMeeting.as_view(), name="youthpanel-meeting-cancel"),
    path(f"{MEETING}sheet/", views.AttendanceSheet.as_view(), name="youthpanel-meeting-print"),
    path(f"{MEETING}attendance/", minutes_views.EditAttendance.as_view(), name="youthpanel-meeting-attendance"),
    path(f"{MEETING}minutes/", minutes_views.EditMinutes.as_view(), name="youthpanel-meeting-minutes"),
    path(f"{MEETING}files/add/", file_views.AddFile.as_view(), name="youthpanel-meeting-file-add"),
    path(FILE, file_views.file, name="youthpanel-meeting-file"),
    path(f"{FILE}small/", file_views.thumbnail, name="youthpanel-meeting-file-thumbnail"),
    path(f"{FILE}change/", file_views.ChangeFile.as_view(), name="youthpanel-meeting-file-change"),
    path(f"{FILE}remove/", file_views.RemoveFile.as_view(), name="youthpanel-meeting-file-remove"),
]
