"""Addresses of the supervisors' pages, below /admin/."""

from django.urls import path

from hotline.statistics import staff_views

urlpatterns = [
    path("hotline/statistics/", staff_views.exports, name="hotline-statistics-exports"),
    path("hotline/statistics/export/", staff_views.export, name="hotline-statistics-export"),
    path("hotline/health/", staff_views.workload_dashboard, name="hotline-dashboard"),
]
