"""Addresses of complaints in the staff site, under /admin/. The public one stands in `hotline.urls`."""

from django.urls import path

from hotline.complaints import staff_views

urlpatterns = [
    path("hotline/complaints/<int:complaint_id>/", staff_views.complaint, name="hotline-complaint"),
    path("hotline/complaints/<int:complaint_id>/open/", staff_views.open_complaint, name="hotline-complaint-open"),
    path(
        "hotline/complaints/<int:complaint_id>/acknowledge/",
        staff_views.acknowledge,
        name="hotline-complaint-acknowledge",
    ),
    path("hotline/complaints/<int:complaint_id>/answer/", staff_views.answer, name="hotline-complaint-answer"),
]
