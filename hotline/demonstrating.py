"""The hotline's part of a demonstration: its cases, the years before them, and the figures of both."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User

from clicksafely.common.demoremoval import Leaving
from hotline.demonstration import ANALYSTS, load_cases
from hotline.demonstration_cases import CASES
from hotline.models import FigureCell, FigureCount, Report, Upload
from hotline.models.sealed import sealed_path
from hotline.referral.police.demonstration import KEY_FILE
from hotline.statistics.building import rebuild_figures
from hotline.statistics.demonstration import load_history


def load(now: datetime) -> Iterator[tuple[int, int]]:
    """None where there are reports. Needs the demonstration accounts of two analysts and the supervisor."""
    if Report.objects.exists():
        return
    load_history(now=now, analysts=[User.objects.get(username=username) for username in ANALYSTS])
    for number in load_cases(now=now):
        yield number, len(CASES)
    rebuild_figures(now=now)


def leave(leaving: Leaving) -> None:
    """The sealed pictures of their cases, and the key that opens their packages."""
    for upload in Upload.objects.filter(pk__in=leaving.numbers(Upload)):
        leaving.files.add(sealed_path(upload.uuid))
    if leaving.numbers(Report):
        leaving.files.add(Path(settings.VAR_DIR) / KEY_FILE)


def settle(now: datetime) -> None:
    """Count what is left; where the count itself has gone, a later day begins anew."""
    if FigureCount.objects.exists():
        rebuild_figures(now=now)
    else:
        FigureCell.objects.all().delete()
