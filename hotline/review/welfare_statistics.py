"""Exposure statistics per person. Supervisors see all staff, other users see their own row."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

from django.conf import settings
from django.db.models import Count, F, FilteredRelation, Max, Q, Sum
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clicksafely.accounts.models import User
from clicksafely.common.documents.csv_output import BYTE_ORDER_MARK, escape_formula
from clicksafely.common.permissions import has_role_permission, users_with_permission
from hotline.permissions import VIEW_WELFARE_STATISTICS, WORK_CASE

DAYS = 30
WEEK = 7
# More than the staff of any hotline.
SHOWN = 200


@dataclass(frozen=True)
class PersonFigures:
    """One person's exposure on a day, and in the 7 and 30 days up to it.

    `days_over` is the number of days at the limit.
    """

    name: str
    today: int
    week: int
    month: int
    days_over: int
    last_break: datetime | None

    @property
    def is_over(self) -> bool:
        return self.today >= int(settings.EXPOSURE_LIMIT)


def figures_for(viewer: User, *, day: date) -> list[PersonFigures]:
    """Return the rows that `viewer` may see, by user name.

    With the permission VIEW_WELFARE_STATISTICS these are all accounts that work on cases, otherwise the viewer's own
    row. One query reads 30 days of each person, so its cost does not depend on the age of the data.
    """
    total = F("recent__pictures") + F("recent__texts") + F("recent__messages")
    since = day - timedelta(days=DAYS - 1)
    sees_all = has_role_permission(viewer, VIEW_WELFARE_STATISTICS)
    people = users_with_permission(WORK_CASE) if sees_all else User.objects.filter(pk=viewer.pk)
    counted = people.annotate(
        recent=FilteredRelation("exposures", condition=Q(exposures__day__range=(since, day))),
        today=_sum(total, Q(recent__day=day)),
        week=_sum(total, Q(recent__day__gt=day - timedelta(days=WEEK))),
        month=_sum(total, None),
        days_over=Count("recent__pk", filter=GreaterThanOrEqual(total, settings.EXPOSURE_LIMIT)),
        last_break=Max("recent__break_began_at"),
    ).order_by("username")
    return [
        PersonFigures(row.username, row.today, row.week, row.month, row.days_over, row.last_break)
        for row in counted.only("username")[:SHOWN]
    ]


def as_csv(rows: Iterable[PersonFigures]) -> str:
    """Return the statistics as CSV for spreadsheets, with headings in the active language and times in UTC (ISO 8601)."""
    out = StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out)
    writer.writerow(
        [
            pgettext("welfare", "person"),
            pgettext("welfare", "today"),
            _("last 7 days"),
            _("last 30 days"),
            _("days at the limit"),
            _("last break"),
        ]
    )
    for row in rows:
        last = row.last_break.isoformat(timespec="minutes") if row.last_break else ""
        writer.writerow([escape_formula(row.name), row.today, row.week, row.month, row.days_over, last])
    return out.getvalue()


def _sum(total: Any, condition: Q | None) -> Sum:
    return Sum(total, filter=condition, default=0)
