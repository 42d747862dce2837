"""URLs of the staff site's jobs, search and saved views, under /admin/."""

from django.urls import path

from clicksafely.common.staff.jobs import MyJobs
from clicksafely.common.staff.saved_views import DeleteView, SaveView
from clicksafely.common.staff.search import SearchPage

urlpatterns = [
    path("jobs/", MyJobs.as_view(), name="my-jobs"),
    path("find/", SearchPage.as_view(), name="staff-search"),
    path("saved-views/save/", SaveView.as_view(), name="save-view"),
    path("saved-views/<int:view_id>/delete/", DeleteView.as_view(), name="delete-view"),
]
