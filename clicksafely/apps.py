"""Puts the project's own staff site in the place of Django's default admin site."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "clicksafely.common.staff.StaffSite"
