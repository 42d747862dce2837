"""URLs of meetings in the admin."""

from django.urls import path

from youthpanel.meetings import file_views, incident_views, minutes_views, views

MEETING = "youthpanel/meetings/<int:meeting_id>/"
FILE = f"{MEETING}files/<int:file_id>/"
NOTE = "youthpanel/incidents/<int:note_id>/"
urlpatterns = [
    path("youthpanel/meetings/add/", views.add, name="youthpanel-meeting-add"),
    path(MEETING, views.meeting, name="youthpanel-meeting"),
    path(f"{MEETING}change/", views.change, name="youthpanel-meeting-change"),
    path(f"{MEETING}cancel/", views.cancel, name="youthpanel-meeting-cancel"),
    path(f"{MEETING}sheet/", views.print_meeting, name="youthpanel-meeting-print"),
    path(f"{MEETING}attendance/", minutes_views.attendance, name="youthpanel-meeting-attendance"),
    path(f"{MEETING}minutes/", minutes_views.minutes, name="youthpanel-meeting-minutes"),
    path(f"{MEETING}files/add/", file_views.add, name="youthpanel-meeting-file-add"),
    path(FILE, file_views.file, name="youthpanel-meeting-file"),
    path(f"{FILE}small/", file_views.thumbnail, name="youthpanel-meeting-file-thumbnail"),
    path(f"{FILE}change/", file_views.change, name="youthpanel-meeting-file-change"),
    path(f"{FILE}remove/", file_views.remove, name="youthpanel-meeting-file-remove"),
    path("youthpanel/incidents/", incident_views.notes, name="youthpanel-incidents"),
    path("youthpanel/incidents/add/", incident_views.add, name="youthpanel-incident-add"),
    path("youthpanel/incidents/kept/", incident_views.note_saved, name="youthpanel-incident-saved"),
    path(f"{NOTE}open/", incident_views.open_note, name="youthpanel-incident-open"),
    path(f"{NOTE}settle/", incident_views.close_incident, name="youthpanel-incident-close"),
]
