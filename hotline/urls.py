"""URLs of the public form and the dialogue, under the language prefix."""

from django.urls import path

from hotline.complaints.views import ComplaintView
from hotline.intake.web import own_picture_views, status_views, views

urlpatterns = [
    path("report/", views.start, name="report"),
    path("report/sent/", views.SentView.as_view(), name="report-sent"),
    path("report/status/", status_views.StatusView.as_view(), name="report-status"),
    path("report/case/", status_views.CaseView.as_view(), name="report-case"),
    path("report/own-picture/", own_picture_views.OwnPictureView.as_view(), name="report-own-picture"),
    path("report/leave/", views.leave, name="report-leave"),
    path("hotline/complaint/", ComplaintView.as_view(), name="complaint"),
    path("report/<slug:category>/", views.FormView.as_view(), name="report-form"),
]
