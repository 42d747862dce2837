"""Writes the rules of routing and the list of partner hotlines, each change in the audit trail."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from clicksafely.common import audit
from hotline.models import PartnerHotline, RoutingRule

Entry = RoutingRule | PartnerHotline


def keep_entry(*, entry: Entry, actor: User, now: datetime, changed: Iterable[str]) -> None:
    """Store a new or changed entry, checked by its form; `changed` are the names of the fields."""
    with transaction.atomic():
        action = f"{_word(entry)}.{'made' if entry._state.adding else 'changed'}"
        entry.save()
        audit.record(action=action, subject=entry, actor=actor, now=now, data={"fields": sorted(changed)})


def remove_entry(*, entry: Entry, actor: User, now: datetime) -> None:
    """Take an entry away; what was decided by it stays."""
    with transaction.atomic():
        audit.record(action=f"{_word(entry)}.removed", subject=entry, actor=actor, now=now)
        entry.delete()


def _word(entry: Entry) -> str:
    return "routing" if isinstance(entry, RoutingRule) else "partner_hotline"
