"""`manage.py check_alerting`: run every two minutes by a timer; alerts the people on duty when the alerting does not work."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from clicksafely.common.alerts.watch import check_alerting
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
