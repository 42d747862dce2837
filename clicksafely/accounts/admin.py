"""Adds the pages of second factors to the staff site."""

from typing import cast

from django.contrib import admin
from django.utils import timezone

from clicksafely.accounts.recovery import open_recoveries
from clicksafely.accounts.urls import urlpatterns
from clicksafely.common.staff.site import StaffSite
from clicksafely.common.staff.waiting import register_waiting

cast(StaffSite, admin.site).add_pages(urlpatterns)
register_waiting("account-recoveries", lambda user: open_recoveries(timezone.now()).count())
