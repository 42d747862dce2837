"""Retention: memberships end after the year of the 18th birthday, and former members are erased."""

from datetime import date, datetime, timedelta
from typing import Final

from django.utils.timezone import localdate

from youthpanel.ages import OLDEST
from youthpanel.members.erasure import erase_member
from youthpanel.members.selectors import active_members, leaving_date_by_age, members_due_for_erasure
from youthpanel.members.services import record_leaving
from youthpanel.models import Member

# Days after leaving until a member is erased.
RETENTION_DAYS = 180

# Maximum per run. The next run continues.
MAX_AT_ONCE: Final = 200


def end_memberships(*, now: datetime) -> int:
    """End the memberships of members who turned 18 in an earlier year, on its last day; returns their number."""
    today = localdate(now)
    over = list(active_members().filter(birth_year__lt=today.year - OLDEST)[:MAX_AT_ONCE])
    for member in over:
        record_leaving(member=member, on=max(leaving_date_by_age(member), member.joined_on), actor=None, now=now)
    return len(over)


def erase_former_members(*, now: datetime) -> int:
    """Erase members who left at least `RETENTION_DAYS` ago; returns their number.

    Raises the exceptions of `erase_member`. Completed erasures stay.
    """
    due = list(members_due_for_erasure(left_by=localdate(now) - timedelta(days=RETENTION_DAYS))[:MAX_AT_ONCE])
    for member in due:
        erase_member(member, None, now)
    return len(due)


def erasure_date(member: Member) -> date | None:
    """Return the day on which a former member will be erased."""
    return member.left_on + timedelta(days=RETENTION_DAYS) if member.left_on else None


def retention_days() -> int:
    """Days between leaving and erasure."""
    return RETENTION_DAYS
