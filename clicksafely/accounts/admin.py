"""Counts the account recoveries to decide in the menu of the staff site."""

from django.utils import timezone

from clicksafely.accounts.recovery import open_recoveries
from clicksafely.common.staff.waiting import register_waiting

register_waiting("account-recoveries", lambda user: open_recoveries(timezone.now()).count())
