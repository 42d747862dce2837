"""URLs of the partner API, under /api/. The current version is at /api/v1/; the addresses without a version are its aliases."""

from django.urls import include, path, re_path

from hotline.intake.api import views

v1 = [
    path("reports/", views.reports, name="api-reports"),
    path("reports/<uuid:uuid>/", views.report, name="api-report"),
    path("openapi.json", views.description, name="api-openapi"),
]
urlpatterns = [
    path("v1/", include(v1)),
    *(
        path(str(each.pattern), views.deprecated_alias(each.callback, name=each.name), name=f"{each.name}-alias")
        for each in v1
        if each.name
    ),
    # Otherwise a missing slash would cause a redirect, after which clients repeat the request without its body.
    re_path("", views.not_found, name="api-not-found"),
]
