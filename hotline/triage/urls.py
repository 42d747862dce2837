"""URLs of triage, under /admin/."""

from django.urls import path

from hotline.triage import views

urlpatterns = [
    path("hotline/case/<int:report_id>/add-places/", views.add_locations_to_case, name="hotline-add-locations"),
]
