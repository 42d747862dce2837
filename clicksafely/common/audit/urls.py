"""Addresses of the audit trail on the staff site, beside its list."""

from django.urls import path

from clicksafely.common.audit import views

urlpatterns = [
    path("audit/openings/", views.Openings.as_view(), name="audit-openings"),
    path("audit/verification/", views.Verification.as_view(), name="audit-verification"),
    path("audit/export/", views.Export.as_view(), name="audit-export"),
]
