"""URLs of retention, under /admin/."""

from django.urls import path

from hotline.retention import views

urlpatterns = [path("hotline/retention/", views.PurgePreview.as_view(), name="hotline-purge-preview")]
