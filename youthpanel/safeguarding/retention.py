"""Retention of safeguarding notes: closed ones are erased after five years, with their actions and openings."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from clicksafely.common.audit import audit_log
from youthpanel.models import SafeguardingNote

# data_inventory.FOR_SAFETY and docs/privacy.md state the same period.
RETENTION: Final = timedelta(days=5 * 365)


def erase_closed_notes(*, now: datetime) -> int:
    """Erase the notes that were closed more than RETENTION ago; returns their number. Open notes stay."""
    old = SafeguardingNote.objects.filter(closed_at__lt=now - RETENTION)
    with transaction.atomic():
        count = old.count()
        if count:
            old.delete()
            audit_log.record(
                action="safeguarding_notes.erased", subject=None, actor=None, now=now, data={"count": count}
            )
    return count
