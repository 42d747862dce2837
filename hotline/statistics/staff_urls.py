"""URLs of the supervisors' pages, under /admin/."""

from django.urls import path

from hotline.statistics import staff_views

urlpatterns = [
    path("hotline/statistics/", staff_views.Exports.as_view(), name="hotline-statistics-exports"),
    path("hotline/statistics/export/", staff_views.DownloadExport.as_view(), name="hotline-statistics-export"),
    path("hotline/health/", staff_views.WorkloadDashboard.as_view(), name="hotline-dashboard"),
]
