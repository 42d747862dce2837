"""The hotline's part of a demonstration: its cases, the years before them, and the figures of both."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.models import User

from hotline.demo.case_data import CASES
from hotline.demo.cases import ANALYSTS, load_cases
from hotline.models import Report
from hotline.statistics.demo import load_history
from hotline.statistics.rebuild import rebuild_figures


def load(now: datetime) -> Iterator[tuple[int, int]]:
    """None where there are reports. Needs the demonstration accounts of two analysts and the supervisor."""
    if Report.objects.exists():
        return
    load_history(now=now, analysts=[User.objects.get(username=username) for username in ANALYSTS])
    for number in load_cases(now=now):
        yield number, len(CASES)
    rebuild_figures(now=now)
