"""Writes the wording of notices and the days without them, each change in the audit trail."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from clicksafely.common import audit
from hotline.models import NoticeDay, NoticeTemplate


def keep_entry(*, entry: NoticeDay | NoticeTemplate, actor: User, now: datetime, changed: Iterable[str]) -> None:
    """Store a new or changed entry, checked by its form; `changed` are the names of the fields."""
    with transaction.atomic():
        entry.save()
        action = "notice_wording.changed" if isinstance(entry, NoticeTemplate) else "notice_day.kept"
        audit.record(action=action, subject=entry, actor=actor, now=now, data={"fields": sorted(changed)})


def remove_day(*, day: NoticeDay, actor: User, now: datetime) -> None:
    """Notices go out on it again, where it is a day of the week for them."""
    with transaction.atomic():
        audit.record(action="notice_day.removed", subject=day, actor=actor, now=now, data={"day": day.day.isoformat()})
        day.delete()
