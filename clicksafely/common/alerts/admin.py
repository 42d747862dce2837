"""Adds alerts to the home page of the staff site."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from clicksafely.accounts.models import User
from clicksafely.common.alerts.models import Alert, AlertChannel, DutyShift
from clicksafely.common.alerts.permissions import MANAGE_DUTY, VIEW_ALERTS
from clicksafely.common.alerts.selectors import alerting_faults, open_alerts
from clicksafely.common.staff.home import HomeCount, register_counts, register_recent_kind
from clicksafely.common.staff.waiting import HomeArea


def alerts_waiting(user: User, now: datetime) -> Iterable[HomeCount]:
    """Open alerts."""
    yield HomeCount(_("Open alerts"), len(open_alerts(user)), reverse("admin:alerts-history"))


def alerting_failures(user: User, now: datetime) -> Iterable[HomeCount]:
    """Faults of the alerting itself."""
    yield HomeCount(_("Faults of the alerting"), len(alerting_faults(now)), reverse("admin:alerts-roster"))


register_counts(HomeArea.WAITING, VIEW_ALERTS, alerts_waiting)
register_counts(HomeArea.FAILED, VIEW_ALERTS, alerting_failures)
register_recent_kind(Alert, VIEW_ALERTS)
register_recent_kind(AlertChannel, MANAGE_DUTY)
register_recent_kind(DutyShift, MANAGE_DUTY, page="alerts-shift")
