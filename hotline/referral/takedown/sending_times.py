"""Sending times of notices: reminders, and days on which only notices about CSAM are sent."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from hotline.models import NonSendingDay, Notice, NoticeGroup

# Reminders to a contact before the next contact is notified, and the hours between them.
REMINDERS, REMINDER_HOURS = 3, 24
# The hour in Belgrade at which notices due on non-sending days are sent.
SEND_HOUR = 8
# Longer than any sequence of non-sending days.
LOOK_AHEAD = 366


def next_sending_time(moment: datetime, *, group: str) -> datetime:
    """Return `moment` if a notice of the group may be sent on that day (Belgrade).

    Otherwise returns SEND_HOUR of the next sending day. Notices about CSAM are sent at any hour of any day, because
    each hour online harms the child again.
    """
    if group == NoticeGroup.CSAM:
        return moment
    local = timezone.localtime(moment)
    first = local.date()
    blocked = _non_sending_days(first, first + timedelta(days=LOOK_AHEAD))
    for later in range(LOOK_AHEAD):
        day = first + timedelta(days=later)
        if day not in blocked:
            if not later:
                return moment
            return datetime.combine(day, time(SEND_HOUR), tzinfo=local.tzinfo)
    # A year without sending days is a configuration error.
    return moment + timedelta(days=LOOK_AHEAD)


def next_turn_at(notice: Notice, *, now: datetime) -> datetime:
    """Return the time of the reminder or escalation for a contact notified at `now`."""
    return next_sending_time(now + timedelta(hours=REMINDER_HOURS), group=notice.group)


def crosses_non_sending_day(start: datetime, end: datetime, *, group: str) -> bool:
    """Return whether a day (Belgrade) from `start` up to `end` sends no notices of the group."""
    first, last = timezone.localdate(start), timezone.localdate(end)
    return group != NoticeGroup.CSAM and first <= last and bool(_non_sending_days(first, last))


def _non_sending_days(first: date, last: date) -> set[date]:
    """Return the dates without notices, from `first` to `last`."""
    days = [first + timedelta(days=later) for later in range((last - first).days + 1)]
    entered = set(NonSendingDay.objects.filter(day__range=(first, last)).values_list("day", flat=True))
    return {day for day in days if day.isoweekday() not in settings.TAKEDOWN_WEEKDAYS} | entered
