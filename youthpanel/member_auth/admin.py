"""Adds the pages of invitation codes to the admin."""

from typing import cast

from django.contrib import admin

from clicksafely.common.staff.site import StaffSite
from youthpanel.member_auth.staff_urls import urlpatterns

cast(StaffSite, admin.site).add_pages(urlpatterns)
