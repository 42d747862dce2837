"""Named reads: what is watched, what was found, how long it took."""

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

# More are shown as "1,000+".
COUNT_CAP = 1000
SHOWN = 8
HOUR = timedelta(hours=1)


def availability_check_of(item: ContentItem) -> AvailabilityCheck | None:
    """The watch of an item, running or ended."""
    return AvailabilityCheck.objects.filter(item=item).first()


def running_count() -> int:
    """How many items are watched, at most `COUNT_CAP`."""
    return AvailabilityCheck.objects.filter(ended_at=None)[:COUNT_CAP].count()


class CheckToReview(NamedTuple):
    """A watch about which somebody should decide what no machine can, and the case in which its content was handed over."""

    watch: AvailabilityCheck
    report: Report


def checks_to_review(most: int) -> list[CheckToReview]:
    """At most so many of them, the newest first."""
    sent = Referral.objects.filter(item=OuterRef("item"), state=ReferralState.SENT, is_for_pictures=False).order_by(
        "-pk"
    )
    decided = Assessment.objects.filter(item=OuterRef("item")).order_by("-pk")
    case = Coalesce(Subquery(sent.values("report")[:1]), Subquery(decided.values("report")[:1]))
    watches = AvailabilityCheck.objects.exclude(attention="").annotate(case=case).order_by("-id")[:most]
    cases = {watch.pk: watch.case for watch in watches}
    reports = Report.objects.in_bulk([pk for pk in cases.values() if pk])
    return [CheckToReview(watch, reports[cases[watch.pk]]) for watch in watches if cases[watch.pk] in reports]


def hours_to_removal(item: ContentItem, *, routes: Sequence[Route] = tuple(Route)) -> int | None:
    """Hours, rounded, from the first hand-over on one of `routes` to the first check that found an item removed; None where it was not."""
    watch = availability_check_of(item)
    if watch is None or watch.outcome != Outcome.REMOVED or watch.gone_at is None:
        return None
    handed_over = first_hand_over(item, routes=routes)
    if handed_over is None:
        return None
    return max(0, round((watch.gone_at - handed_over) / HOUR))


def first_hand_over(item: ContentItem, *, routes: Sequence[Route] = tuple(Route)) -> datetime | None:
    """When an item first reached somebody outside on one of `routes`."""
    sent = Referral.objects.filter(item=item, state=ReferralState.SENT, route__in=routes, is_for_pictures=False)
    return sent.order_by("ended_at").values_list("ended_at", flat=True).first()


@dataclass
class Availability:
    """What is known of whether an item is there, at `now`, for the case screen."""

    item: ContentItem
    now: datetime

    @cached_property
    def watch(self) -> AvailabilityCheck | None:
        return availability_check_of(self.item)

    @cached_property
    def sightings(self) -> list[CheckRun]:
        """The last few runs of equal findings, the newest first."""
        return list(self.watch.sightings.order_by("-pk")[:SHOWN]) if self.watch else []

    @property
    def runs(self) -> bool:
        return self.watch is not None and self.watch.ended_at is None

    @property
    def is_under_way(self) -> bool:
        """A check is being made, or is due."""
        watch = self.watch
        if watch is None or not settings.AVAILABILITY_CHECKS:
            return False
        checked_now = watch.claimed_until is not None and watch.claimed_until > self.now
        return checked_now or (watch.next_check_at is not None and watch.next_check_at <= self.now)

    @property
    def is_switched_off(self) -> bool:
        return not settings.AVAILABILITY_CHECKS

    @property
    def may_end(self) -> bool:
        """Whether somebody may say that it is gone."""
        return self.runs and self.item.state == ItemState.ACTIONED

    @property
    def has_moved(self) -> bool:
        """Whether it is to be decided anew because it moved."""
        moved = self.watch is not None and self.watch.outcome == Outcome.MOVED
        return moved and self.item.state == ItemState.ASSESSED

    @cached_property
    def hours_to_removal(self) -> int | None:
        return hours_to_removal(self.item) if self.watch and self.watch.outcome == Outcome.REMOVED else None
