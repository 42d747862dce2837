"""URLs of the partner API, under /api/."""

from django.urls import path, re_path

from hotline.intake.api import views

urlpatterns = [
    path("reports/", views.reports, name="api-reports"),
    path("reports/<uuid:uuid>/", views.report, name="api-report"),
    path("openapi.json", views.description, name="api-openapi"),
    # Otherwise a missing slash would cause a redirect, after which clients repeat the request without its body.
    re_path("", views.not_found, name="api-not-found"),
]
