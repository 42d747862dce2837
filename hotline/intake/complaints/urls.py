"""Addresses of complaints in the staff site, under /admin/. The public one stands in `hotline.intake.urls`."""

from django.urls import path

from hotline.intake.complaints import desk_views

urlpatterns = [
    path("hotline/complaints/<int:complaint_id>/", desk_views.complaint, name="hotline-complaint"),
    path("hotline/complaints/<int:complaint_id>/open/", desk_views.open_complaint, name="hotline-complaint-open"),
    path("hotline/complaints/<int:complaint_id>/acknowledge/", desk_views.acknowledge, name="hotline-complaint-read"),
    path("hotline/complaints/<int:complaint_id>/answer/", desk_views.answer, name="hotline-complaint-answer"),
]
