"""On which days notices go out: days of the week by the settings, days without notices by the staff site; in Belgrade."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from hotline.models import NoticeDay

# Longer than anybody may block in a row.
LOOK_AHEAD = 366


def next_time(moment: datetime) -> datetime:
    """`moment`, where a notice may go out on its day; else the morning (NOTICE_MORNING) of the next day on which one may."""
    local = timezone.localtime(moment)
    first = local.date()
    blocked = set(
        NoticeDay.objects.filter(day__range=(first, first + timedelta(days=LOOK_AHEAD))).values_list("day", flat=True)
    )
    for later in range(LOOK_AHEAD):
        day = first + timedelta(days=later)
        if day.isoweekday() in settings.NOTICE_WEEKDAYS and day not in blocked:
            if not later:
                return moment
            return datetime.combine(day, time(settings.NOTICE_MORNING), tzinfo=local.tzinfo)
    # Everything is blocked for a year: then whoever blocked it has to be asked, not the host.
    return moment + timedelta(days=LOOK_AHEAD)
