"""Addresses of retention, under /admin/."""

from django.contrib import admin
from django.urls import path

from hotline.retention import views

urlpatterns = [path("hotline/retention/", admin.site.admin_view(views.purge_preview), name="hotline-purge-preview")]
