"""`manage.py check_alerting`: run every two minutes by a timer; alerts the people on duty when the alerting does not work."""

import sys
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from clicksafely.common.alerts import delivery, planning, selectors, services
from clicksafely.common.alerts.kinds import ALERTING_DOWN
from clicksafely.common.alerts.models import Alert, AlertState
from clicksafely.common.alerts.selectors import AlertingFault
from clicksafely.common.clock import database_now


class Command(BaseCommand):
    help = "Check that alerts are planned and sent; otherwise alert the people on duty from here. Exit code 1 if they are not."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the faults."""
        faults = check_alerting(now=database_now())
        for fault in faults:
            self.stdout.write(str(fault.label))
        if faults:
            sys.exit(1)


def check_alerting(*, now: datetime) -> list[AlertingFault]:
    """Raise an alert if the alerting does not work, once an hour, and end it when it works again. Returns the faults.

    Also plans and sends what is due, so that alerts that were raised continue while beat, the broker or a worker is down: this process
    needs none of them. Records no heartbeat.
    """
    faults = selectors.alerting_faults(now)
    if faults:
        services.raise_alert(kind=ALERTING_DOWN, reference=int(now.timestamp()) // 3600)
    else:
        with transaction.atomic():
            for alert in Alert.objects.select_for_update().filter(kind=ALERTING_DOWN, state=AlertState.OPEN):
                planning.end_alert(alert, AlertState.ENDED, actor=None, now=now)
    planning.plan_alerts(now=now)
    delivery.send_due_messages(now=now)
    return faults
