"""Addresses of the partner interface, under /api/."""

from django.urls import path, re_path

from hotline.intake.api import views

urlpatterns = [
    path("reports/", views.reports, name="api-reports"),
    path("reports/<uuid:uuid>/", views.report, name="api-report"),
    path("openapi.json", views.description, name="api-openapi"),
    # Else a missing slash would be answered with a redirect, after which clients ask again without their body.
    re_path("", views.not_found, name="api-not-found"),
]
