"""Queries of retention: due reports, the erasure plan, and reports kept after their retention period."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from hotline.lifecycle.closings import closings_to_check
from hotline.models import (
    UNDO_WINDOW,
    Action,
    ActionKind,
    Complaint,
    ComplaintState,
    LegalHold,
    PoliceFile,
    PoliceHold,
    Referral,
    Report,
    RetentionPart,
    RetentionRule,
    Upload,
)
from hotline.models.referral import OPEN
from hotline.retention.policy import REPORT_KINDS, ReportKind, RetentionPolicy
from hotline.states import REOPENABLE

TO_POLICE = ExpressionWrapper(
    Q(Exists(Action.objects.filter(item__reports=OuterRef("pk"), kind=ActionKind.POLICE)))
    | Q(Exists(Upload.objects.filter(report=OuterRef("pk"), handed_over_at__isnull=False))),
    output_field=BooleanField(),
)
ACTIVE_HOLD = Exists(LegalHold.objects.filter(report=OuterRef("pk"), released_at=None))

# Reasons to keep a report after its retention period: (condition, label).
KEPT_BY: list[tuple[Q, Promise]] = [
    (Q(ACTIVE_HOLD), pgettext_lazy("retention reason", "a legal hold is in force")),
    (Q(has_news=True), pgettext_lazy("retention reason", "the reporter's message is unread")),
    (Q(claimed_by__isnull=False), pgettext_lazy("retention reason", "an analyst holds it")),
    (
        Q(Exists(Upload.objects.filter(report=OuterRef("pk"), locked_at__isnull=False, erased_at=None))),
        pgettext_lazy("retention reason", "a locked picture awaits hand-over to the police"),
    ),
    (
        Q(Exists(Referral.objects.filter(report=OuterRef("pk"), state__in=OPEN))),
        pgettext_lazy("retention reason", "a hand-over is in progress"),
    ),
    (
        # The package contains the report text and is erased some time after the hand-over.
        Q(Exists(PoliceFile.objects.filter(package__items__referral__item__reports=OuterRef("pk")))),
        pgettext_lazy("retention reason", "a police package that includes it has not been handed over"),
    ),
    (
        Q(Exists(PoliceHold.objects.filter(item__reports=OuterRef("pk"), ended_at=None))),
        pgettext_lazy("retention reason", "a police hold is in force"),
    ),
    (
        Q(Exists(Complaint.objects.filter(report=OuterRef("pk")).exclude(state=ComplaintState.CLOSED))),
        pgettext_lazy("retention reason", "a complaint about it is open"),
    ),
    (
        Q(Exists(closings_to_check().filter(item__reports=OuterRef("pk")))),
        pgettext_lazy("retention reason", "a second person is checking the decision"),
    ),
]


def due_reports(part: str, *, now: datetime, terms: RetentionPolicy) -> QuerySet[Report]:
    """Return the reports whose `part` may be erased at `now`, the oldest first.

    They are closed, without new messages, for the period in `terms`. None of the reasons in KEPT_BY applies.
    """
    return expired_reports(part, now=now, terms=terms).exclude(has_retention_reason())


def has_retention_reason() -> Q:
    """Return the condition that any reason in KEPT_BY applies."""
    return reduce(or_, (condition for condition, _words in KEPT_BY))


def expired_reports(part: str, *, now: datetime, terms: RetentionPolicy) -> QuerySet[Report]:
    """Return the reports past their retention period, including those kept for a reason."""
    reports = Report.objects.annotate(to_police=TO_POLICE).filter(state__in=REOPENABLE)
    if part == RetentionPart.CONTACT:
        reports = reports.filter(contact_erased_at=None)
    elif part == RetentionPart.WORDS:
        reports = reports.filter(text_erased_at=None)
    # Nothing is erased while the closing can be undone.
    latest = now - UNDO_WINDOW
    over = [_over(kinds, min(now - timedelta(days=days), latest)) for days, kinds in terms.by_days(part).items()]
    if not over:
        return reports.none()
    return reports.filter(reduce(or_, over)).order_by("closed_at", "pk")


def is_under_legal_hold(report: Report) -> bool:
    """Return whether a legal hold is in force."""
    return LegalHold.objects.filter(report=report, released_at=None).exists()


def active_hold(report: Report) -> LegalHold | None:
    """Return the hold in force, if any."""
    return LegalHold.objects.filter(report=report, released_at=None).select_related("set_by").first()


@dataclass(frozen=True)
class PlanRow:
    """Number of reports whose `part` is erased after `days`: the days of `rule`, or the legal minimum if longer."""

    part: RetentionPart
    rule: RetentionRule
    days: int
    reports: int


def purge_plan(*, now: datetime, terms: RetentionPolicy) -> list[PlanRow]:
    """Return the data due at `now`, by part and rule. Writes nothing."""
    counted: Counter[tuple[str, int, int]] = Counter()
    by_id = {rule.pk: rule for rule in terms.rules}
    for part in RetentionPart.values:
        # The type checker does not know the annotation.
        reports: Any = due_reports(part, now=now, terms=terms).order_by()
        groups = reports.values_list("category", "state", "to_police")
        for category, state, police, count in groups.annotate(Count("pk")):
            kind = ReportKind(category, state, police)
            rule, days = terms.rule_for(part, kind), terms.days_for(part, kind)
            if rule is not None and days is not None:
                counted[part, rule.pk, days] += count
    order = {part: place for place, part in enumerate(RetentionPart.values)}
    return [
        PlanRow(RetentionPart(part), by_id[rule], days, count)
        for (part, rule, days), count in sorted(counted.items(), key=lambda row: (order[row[0][0]], row[0][2]))
    ]


def count_retained(*, now: datetime, terms: RetentionPolicy) -> list[tuple[Promise, int]]:
    """Return the number of reports kept after their retention period, by reason."""
    over = Q(pk__in=expired_reports(RetentionPart.CONTACT, now=now, terms=terms).order_by().values("pk")) | Q(
        pk__in=expired_reports(RetentionPart.WORDS, now=now, terms=terms).order_by().values("pk")
    )
    counts = [(words, Report.objects.filter(over, condition).count()) for condition, words in KEPT_BY]
    return [(words, count) for words, count in counts if count]


def _over(kinds: list[ReportKind], before: datetime) -> Q:
    silent = Q(reporter_wrote_at__isnull=True) | Q(reporter_wrote_at__lte=before)
    ended = Q(closed_at__lte=before) & silent
    if len(kinds) == len(REPORT_KINDS):
        return ended
    of_kinds = (Q(category=kind.category, state=kind.state, to_police=kind.police) for kind in kinds)
    return ended & reduce(or_, of_kinds)
