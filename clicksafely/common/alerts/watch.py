"""Check of the alerting by a process of its own, which needs neither beat nor the broker nor a worker."""

from datetime import datetime

from django.db import transaction

from clicksafely.common.alerts import delivery, planning, selectors, services
from clicksafely.common.alerts.kinds import ALERTING_DOWN
from clicksafely.common.alerts.models import Alert, AlertState
from clicksafely.common.alerts.selectors import AlertingFault


def check_alerting(*, now: datetime) -> list[AlertingFault]:
    """Raise an alert if the alerting does not work, once an hour, and end it when it works again. Returns the faults.

    Also plans and sends what is due, so that alerts that were raised continue while beat, the broker or a worker is down. Records no
    heartbeat.
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
