"""Live figures for supervisors: age of queues, agreement of assessments, workload and hand-overs in progress."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, QuerySet
from django.db.models.functions import TruncWeek

from clicksafely.accounts.models import User
from clicksafely.common.permissions import users_with_permission
from hotline.models import AgreementLevel, Assessment, Referral, Report, Route
from hotline.models.referral import OPEN, state_label
from hotline.permissions import WORK_CASE
from hotline.states import Queue

# Longer queues are shown as "1,000 or more".
CAP = 1000
# Ranges of days: (from, to).
AGES: tuple[tuple[int, int | None], ...] = ((0, 1), (1, 3), (3, 7), (7, 30), (30, None))
WEEKS, DAYS_BACK = 8, 183

_WAITING = """(SELECT count(*) FROM (
    SELECT FROM hotline_report r WHERE r.queue = q.queue AND r.received_at <= %s AND r.received_at > %s LIMIT 1000
) waiting)"""
_QUEUES = f"""
SELECT q.queue, (SELECT min(r.received_at) FROM hotline_report r WHERE r.queue = q.queue), {", ".join([_WAITING] * len(AGES))}
FROM unnest(%s) q (queue)
"""  # noqa: S608 - constants
# An index covers the query.
_AGREED = """
SELECT to_char(created_at AT TIME ZONE %s, 'YYYY-MM'), agreed, count(*) FROM hotline_assessment
WHERE agreed IS NOT NULL AND created_at >= %s GROUP BY 1, 2 ORDER BY 1 DESC
"""


@dataclass(frozen=True)
class QueueAges:
    """Number of cases in a queue by age (`AGES`, each at most `CAP`), and the time of the oldest."""

    queue: Queue
    counts: tuple[int, ...]
    oldest: datetime | None

    @property
    def cap(self) -> int:
        return CAP


@dataclass(frozen=True)
class MonthlyAgreement:
    """Second opinions of a month: their number, those with equal answers, and those with an equal verdict."""

    month: str
    opinions: int
    same_answers: int
    same_verdict: int

    @property
    def percent(self) -> int:
        return round(100 * self.same_answers / self.opinions)


@dataclass(frozen=True)
class PersonWorkload:
    """Workload of a person: assessments by week, the latest first, and the cases held now."""

    name: str
    weeks: tuple[int, ...]
    held: int

    @property
    def total(self) -> int:
        return sum(self.weeks)


@dataclass(frozen=True)
class WaitingReferrals:
    """Unsent hand-overs by route and state: their number and the time of the oldest."""

    route: str
    state: str
    count: int
    oldest: datetime

    @property
    def route_label(self) -> str:
        return str(Route(self.route).label)

    @property
    def state_label(self) -> str:
        return state_label(self.route, self.state)


def queue_ages(now: datetime) -> list[QueueAges]:
    """Return all queues. One query."""
    long_ago = datetime(2000, 1, 1, tzinfo=now.tzinfo)
    ages = [(now - timedelta(days=begin), now - timedelta(days=end) if end else long_ago) for begin, end in AGES]
    with connection.cursor() as cursor:
        cursor.execute(_QUEUES, [*chain.from_iterable(ages), list(Queue.values)])
        found = {queue: (oldest, tuple(counts)) for queue, oldest, *counts in cursor.fetchall()}
    return [QueueAges(queue, counts, oldest) for queue in Queue for oldest, counts in [found[queue.value]]]


def monthly_agreement(now: datetime) -> list[MonthlyAgreement]:
    """Return the months of the last half year with second opinions, the latest first. One query."""
    months: dict[str, Counter[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_AGREED, [settings.TIME_ZONE, now - timedelta(days=DAYS_BACK)])
        for month, agreed, count in cursor.fetchall():
            months.setdefault(month, Counter())[agreed] = count
    return [
        MonthlyAgreement(
            month,
            agreed.total(),
            agreed[AgreementLevel.ANSWERS],
            agreed[AgreementLevel.ANSWERS] + agreed[AgreementLevel.VERDICT],
        )
        for month, agreed in months.items()
    ]


def weeks_until(now: datetime) -> list[datetime]:
    """Return the Mondays (Belgrade time) of the last `WEEKS` weeks, the current one first."""
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    monday = (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    return [monday - timedelta(weeks=back) for back in range(WEEKS)]


def workload(now: datetime) -> list[PersonWorkload]:
    """Return the workload of all analysts and of other users with assessments, by name. Three queries."""
    weeks = weeks_until(now)
    rows = (
        Assessment.objects.filter(created_at__gte=weeks[-1])
        .order_by()
        .annotate(week=TruncWeek("created_at", tzinfo=ZoneInfo(settings.TIME_ZONE)))
        .values_list("author", "week")
        .annotate(number=Count("pk"))
    )
    done = {(author, week): number for author, week, number in rows}
    held = dict(
        Report.objects.filter(claimed_by__isnull=False, claimed_until__gt=now)
        .order_by()
        .values_list("claimed_by")
        .annotate(number=Count("pk"))
    )
    return [
        PersonWorkload(user.get_username(), tuple(done.get((user.pk, week), 0) for week in weeks), held.get(user.pk, 0))
        for user in _people({author for author, _week in done})
    ]


def waiting_referrals() -> list[WaitingReferrals]:
    """Return the hand-overs in progress by route and state. One query."""
    rows = Referral.objects.filter(state__in=OPEN).order_by("route", "state").values_list("route", "state")
    return [WaitingReferrals(*row) for row in rows.annotate(number=Count("pk"), oldest=Min("created_at"))]


def _people(also: set[int]) -> QuerySet[User]:
    return (users_with_permission(WORK_CASE) | User.objects.filter(pk__in=also)).order_by("username")
