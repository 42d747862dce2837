"""Queries of availability checks: running checks, findings and time to removal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from hotline.models import Assessment, AvailabilityCheck, CheckRun, ContentItem, Referral, ReferralState, Report, Route
from hotline.states import ItemState, Outcome

# Larger counts are shown as "1,000+".
COUNT_CAP = 1000
SHOWN = 8
HOUR = timedelta(hours=1)


def availability_check_of(item: ContentItem) -> AvailabilityCheck | None:
    """Return the check of an item, running or ended."""
    return AvailabilityCheck.objects.filter(item=item).first()


def running_count() -> int:
    """Return the number of items with running checks, at most `COUNT_CAP`."""
    return AvailabilityCheck.objects.filter(ended_at=None)[:COUNT_CAP].count()


class CheckToReview(NamedTuple):
    """A check that needs review by an analyst, and the case in which the content was handed over."""

    check: AvailabilityCheck
    report: Report


def checks_to_review(most: int) -> list[CheckToReview]:
    """Return at most `limit` checks that need review, the newest first."""
    sent = Referral.objects.filter(item=OuterRef("item"), state=ReferralState.SENT, is_for_pictures=False).order_by(
        "-pk"
    )
    decided = Assessment.objects.filter(item=OuterRef("item")).order_by("-pk")
    case = Coalesce(Subquery(sent.values("report")[:1]), Subquery(decided.values("report")[:1]))
    checks = AvailabilityCheck.objects.exclude(attention="").annotate(case=case).order_by("-id")[:most]
    cases = {check.pk: check.case for check in checks}
    reports = Report.objects.in_bulk([pk for pk in cases.values() if pk])
    return [CheckToReview(check, reports[cases[check.pk]]) for check in checks if cases[check.pk] in reports]


def hours_to_removal(item: ContentItem, *, routes: Sequence[Route] = tuple(Route)) -> int | None:
    """Return the rounded hours from the first hand-over on one of `routes` to the removal; None without a removal."""
    gone_at, handed_over = removed_at(item), first_referral_time(item, routes=routes)
    if gone_at is None or handed_over is None:
        return None
    return max(0, round((gone_at - handed_over) / HOUR))


def removed_at(item: ContentItem) -> datetime | None:
    """Return the time of an item's removal, None without one."""
    removed = AvailabilityCheck.objects.filter(item=item, outcome=Outcome.REMOVED)
    return removed.values_list("unavailable_since", flat=True).first()


def first_referral_time(item: ContentItem, *, routes: Sequence[Route] = tuple(Route)) -> datetime | None:
    """Return the time of an item's first completed hand-over on one of `routes`."""
    sent = Referral.objects.filter(item=item, state=ReferralState.SENT, route__in=routes, is_for_pictures=False)
    return sent.order_by("ended_at").values_list("ended_at", flat=True).first()


@dataclass
class Availability:
    """Availability of an item at `now`, for the case page."""

    item: ContentItem
    now: datetime

    @cached_property
    def check(self) -> AvailabilityCheck | None:
        return availability_check_of(self.item)

    @cached_property
    def latest_runs(self) -> list[CheckRun]:
        """Return the latest runs of equal findings, the newest first."""
        return list(self.check.runs.order_by("-pk")[:SHOWN]) if self.check else []

    @property
    def is_running(self) -> bool:
        return self.check is not None and self.check.ended_at is None

    @property
    def is_under_way(self) -> bool:
        """Return whether a check is running or due."""
        check = self.check
        if check is None or not settings.AVAILABILITY_CHECKS:
            return False
        checked_now = check.claimed_until is not None and check.claimed_until > self.now
        return checked_now or (check.next_check_at is not None and check.next_check_at <= self.now)

    @property
    def is_switched_off(self) -> bool:
        return not settings.AVAILABILITY_CHECKS

    @property
    def may_end(self) -> bool:
        """Return whether an analyst may record that the content is gone."""
        return self.is_running and self.item.state == ItemState.ACTIONED

    @property
    def has_moved(self) -> bool:
        """Return whether the content moved and needs a new decision."""
        moved = self.check is not None and self.check.outcome == Outcome.MOVED
        return moved and self.item.state == ItemState.ASSESSED

    @cached_property
    def hours_to_removal(self) -> int | None:
        return hours_to_removal(self.item) if self.check and self.check.outcome == Outcome.REMOVED else None
