"""What time does to the records: memberships end after the year in which somebody turns 18, and who left is forgotten."""

from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.timezone import localdate

from youthpanel.ages import OLDEST
from youthpanel.members.erasure import erase_member
from youthpanel.members.selectors import active_members, leaving_date_by_age, members_due_for_erasure
from youthpanel.members.services import record_leaving
from youthpanel.models import Member

# So many in one run; the next one goes on.
MOST_AT_ONCE: Final = 200


def end_memberships(*, now: datetime) -> int:
    """Let everybody go who turned 18 in an earlier year, with its last day; returns how many."""
    today = localdate(now)
    over = list(active_members().filter(birth_year__lt=today.year - OLDEST)[:MOST_AT_ONCE])
    for member in over:
        record_leaving(member=member, on=max(leaving_date_by_age(member), member.joined_on), actor=None, now=now)
    return len(over)


def erase_former_members(*, now: datetime) -> int:
    """Erase who left `PANEL_RETENTION_DAYS` ago or longer; returns how many. Raises what `erase_member` does; what is done stays done."""
    due = list(
        members_due_for_erasure(left_by=localdate(now) - timedelta(days=settings.PANEL_RETENTION_DAYS))[:MOST_AT_ONCE]
    )
    for member in due:
        erase_member(member, None, now)
    return len(due)


def erasure_date(member: Member) -> date | None:
    """The day on which somebody who left will be forgotten."""
    return member.left_on + timedelta(days=settings.PANEL_RETENTION_DAYS) if member.left_on else None


def retention_days() -> int:
    """Days between leaving and being forgotten."""
    return int(settings.PANEL_RETENTION_DAYS)
