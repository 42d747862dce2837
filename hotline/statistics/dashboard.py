"""How the hotline is doing, for supervisors: what waits and how long, how often two people agree, who has done how much. Live."""

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
from hotline.models import AgreementLevel, Assessment, Referral, ReferralState, Report, Route
from hotline.models.referral import OPEN
from hotline.permissions import WORK_CASE
from hotline.states import Queue

# A longer queue is shown as "1,000 or more".
CAP = 1000
# Days from which on a range begins, and on which it ends.
AGES: tuple[tuple[int, int | None], ...] = ((0, 1), (1, 3), (3, 7), (7, 30), (30, None))
WEEKS, DAYS_BACK = 8, 183

_WAITING = """(SELECT count(*) FROM (
    SELECT FROM hotline_report r WHERE r.queue = q.queue AND r.received_at <= %s AND r.received_at > %s LIMIT 1000
) waiting)"""
_QUEUES = f"""
SELECT q.queue, (SELECT min(r.received_at) FROM hotline_report r WHERE r.queue = q.queue), {", ".join([_WAITING] * len(AGES))}
FROM unnest(%s) q (queue)
"""  # noqa: S608 - constants
# All of it is in an index.
_AGREED = """
SELECT to_char(made_at AT TIME ZONE %s, 'YYYY-MM'), agreed, count(*) FROM hotline_assessment
WHERE agreed IS NOT NULL AND made_at >= %s GROUP BY 1, 2 ORDER BY 1 DESC
"""


@dataclass(frozen=True)
class QueueAges:
    """How many cases of a queue were received how long ago (by `AGES`, each at most `CAP`), and when the oldest was."""

    queue: Queue
    counts: tuple[int, ...]
    oldest: datetime | None

    @property
    def cap(self) -> int:
        return CAP


@dataclass(frozen=True)
class MonthlyAgreement:
    """Second opinions of a month: how many, in how many every answer was the first one's, in how many at least the verdict."""

    month: str
    opinions: int
    same_answers: int
    same_verdict: int

    @property
    def percent(self) -> int:
        return round(100 * self.same_answers / self.opinions)


@dataclass(frozen=True)
class PersonWorkload:
    """What somebody has done: assessments by week, the latest first, and the cases held now."""

    name: str
    weeks: tuple[int, ...]
    held: int

    @property
    def total(self) -> int:
        return sum(self.weeks)


@dataclass(frozen=True)
class WaitingReferrals:
    """Hand-overs that have not gone out: a way, a state, how many, since when the oldest waits."""

    route: str
    state: str
    count: int
    oldest: datetime

    @property
    def route_label(self) -> str:
        return str(Route(self.route).label)

    @property
    def state_label(self) -> str:
        return str(ReferralState(self.state).label)


def queue_ages(now: datetime) -> list[QueueAges]:
    """Every queue; one query, whatever waits."""
    long_ago = datetime(2000, 1, 1, tzinfo=now.tzinfo)
    ages = [(now - timedelta(days=begin), now - timedelta(days=end) if end else long_ago) for begin, end in AGES]
    with connection.cursor() as cursor:
        cursor.execute(_QUEUES, [*chain.from_iterable(ages), list(Queue.values)])
        found = {queue: (oldest, tuple(counts)) for queue, oldest, *counts in cursor.fetchall()}
    return [QueueAges(queue, counts, oldest) for queue in Queue for oldest, counts in [found[queue.value]]]


def monthly_agreement(now: datetime) -> list[MonthlyAgreement]:
    """The months of the last half year in which second opinions were given, the latest first; one query."""
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
    """The Mondays (Belgrade) of the last `WEEKS` weeks, the present one first."""
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    monday = (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    return [monday - timedelta(weeks=back) for back in range(WEEKS)]


def workload(now: datetime) -> list[PersonWorkload]:
    """Everybody who works cases or has assessed in these weeks, by name; three queries."""
    weeks = weeks_until(now)
    rows = (
        Assessment.objects.filter(made_at__gte=weeks[-1])
        .order_by()
        .annotate(week=TruncWeek("made_at", tzinfo=ZoneInfo(settings.TIME_ZONE)))
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
    """Hand-overs on their way, by way and state; one query."""
    rows = Referral.objects.filter(state__in=OPEN).order_by("route", "state").values_list("route", "state")
    return [WaitingReferrals(*row) for row in rows.annotate(number=Count("pk"), oldest=Min("made_at"))]


def _people(also: set[int]) -> QuerySet[User]:
    return (users_with_permission(WORK_CASE) | User.objects.filter(pk__in=also)).order_by("username")
